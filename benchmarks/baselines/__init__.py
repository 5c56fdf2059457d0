"""The programs that newscrawl is compared with."""
