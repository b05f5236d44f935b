"""The search index: what can be found, and the files that the browser loads."""
