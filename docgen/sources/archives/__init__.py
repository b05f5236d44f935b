"""Releases in wheels and sdists, read in place."""
