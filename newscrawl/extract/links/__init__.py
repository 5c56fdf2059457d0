"""Choose the link of a post that leads to the full article."""
