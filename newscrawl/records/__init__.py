"""The lines of the output files: records of posts, comments and media."""
