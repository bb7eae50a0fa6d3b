"""Tests of the ground floor: who may do what, and who did what."""
