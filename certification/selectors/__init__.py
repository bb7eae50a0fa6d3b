"""What may be read in certification: one function per page or list; the actor decides what is there."""
