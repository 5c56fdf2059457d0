"""Sites kept fresh: what sites.toml says, whose turn it is, and the processes that crawl."""
