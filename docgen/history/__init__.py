"""The history of an API: one SQLite file with every release, and exact answers from it."""
