"""One operation: its syntax, its parameter lists, its change block, two versions side by side."""
