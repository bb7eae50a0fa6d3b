"""The rules of certification, told by examples: no database, no clock."""
