"""What people mark: the page for it, its shares among several markers, and how far they agree."""
