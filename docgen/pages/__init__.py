"""What each page shows: all choosing, sorting and counting. Templates only lay out what they are given."""
