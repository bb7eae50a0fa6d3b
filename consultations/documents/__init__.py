"""Files of consultations, laid out from plain values."""
