"""What each page shows. All selecting, sorting and counting happens here; templates only lay out the result."""
