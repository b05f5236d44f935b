"""Text in each format: templates, filters, and the markup of documentation strings."""
