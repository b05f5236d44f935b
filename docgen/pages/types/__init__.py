"""The pages of types: shapes that several operations share, or that are large."""
