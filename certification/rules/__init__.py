"""The law and the logic of certification: no database, no clock, no settings."""
