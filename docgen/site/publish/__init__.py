"""Writes pages to disk: all or none, only what changed, and never over other people's files."""
