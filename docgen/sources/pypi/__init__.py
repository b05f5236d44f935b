"""Releases from a package index, downloaded with the user's pip."""
