"""What may come in about the ring."""
