"""What newscrawl costs, measured beside what others cost; ``python -m benchmarks``."""
