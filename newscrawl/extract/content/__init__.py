"""Finding the text of an article in a page, and cleaning it."""
