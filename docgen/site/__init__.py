"""A site: which pages there are, what each is made from, and how they are published."""
