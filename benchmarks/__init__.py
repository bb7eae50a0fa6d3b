"""Measurements of the heavy pages, and the bulk data they need. `python -m benchmarks` runs them."""
