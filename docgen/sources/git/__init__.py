"""Releases in a git repository, read from its object store."""
