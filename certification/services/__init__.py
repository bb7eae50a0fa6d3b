"""What may be done in certification: one function per use case, each one transaction."""
