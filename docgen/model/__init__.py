"""The service model as plain data: what an API is, and nothing about how it is shown."""
