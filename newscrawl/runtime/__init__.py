"""Processes, threads and locks that a crawl runs on."""
