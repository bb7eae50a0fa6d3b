"""Reference data that an office loads."""
