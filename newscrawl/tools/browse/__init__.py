"""``scrapy browse``: Datasette on loopback, over a database that follows the archive."""
