"""The speed and memory of newscrawl beside those of others; ``python -m benchmarks``."""
