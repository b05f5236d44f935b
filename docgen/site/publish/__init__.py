"""Writing pages to disk: all or none, only what changed, never over anyone else's files."""
