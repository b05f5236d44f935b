// Adds to the pages; without it everything reads.
