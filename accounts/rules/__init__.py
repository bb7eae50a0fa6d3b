"""The logic of the ground floor, as plain Python: no database, no clock, no settings."""
