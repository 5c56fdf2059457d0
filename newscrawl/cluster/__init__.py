"""Crawl with any number of machines: jobs in PostgreSQL, by Procrastinate."""
