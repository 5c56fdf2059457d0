"""Find the text of an article in a page, and clean it."""
