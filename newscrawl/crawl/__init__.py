"""One crawl: the walk of a site, the reading of its articles, the publishing of what is ready."""
