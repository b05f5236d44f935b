"""Two releases in, their changes out: pairs of models, their facts, change notes and lists of changes."""
