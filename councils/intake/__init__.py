"""What comes in from files: the prefecture's table of its councils, and the data of a first run."""
