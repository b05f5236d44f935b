"""The page that compares any two versions of an operation, and the files that its script reads."""
