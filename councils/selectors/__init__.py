"""What may be read of the ring. The public directory is for everybody: only published rows, no actor."""
