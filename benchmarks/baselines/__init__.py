"""What newscrawl is compared with."""
