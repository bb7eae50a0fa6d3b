"""What may be read of consultations."""
