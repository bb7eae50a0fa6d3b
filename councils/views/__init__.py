"""Pages of the ring."""
