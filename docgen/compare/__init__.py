"""Two releases in, their changes out: which models belong together, and what differs between them."""
