"""Releases of a package index, fetched with the user's pip."""
