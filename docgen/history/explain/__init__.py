"""What an error message means, and which release has what was missing."""
