"""What may come in for consultations."""
