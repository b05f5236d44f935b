"""The gate: which changes fail a check, which are suppressed, and the report in each format."""
