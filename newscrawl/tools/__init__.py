"""What each command beside the crawl does; `newscrawl.commands` has their options."""
