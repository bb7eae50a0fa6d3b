"""The rules of consultations, as plain Python."""
