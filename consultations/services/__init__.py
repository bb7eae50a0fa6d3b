"""What may be done with consultations."""
