"""URLs and hosts: which are safe, which are the same, which belong together."""
