"""The schedule: sites.toml, the sites that are due, and the processes that crawl them."""
