"""Worker processes, locks and batches of a crawl."""
