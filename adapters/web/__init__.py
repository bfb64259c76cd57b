"""Pages: the practice room."""
