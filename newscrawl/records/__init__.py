"""The lines that users get: records of posts, comments and media."""
