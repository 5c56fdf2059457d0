"""The benchmarks: each module measures some rows of the table."""
