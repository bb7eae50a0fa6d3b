"""What may be done in the ring."""
