"""Find the title, authors, dates, language and image of an article."""
