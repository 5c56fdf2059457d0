"""Title, authors, dates, language and image of an article."""
