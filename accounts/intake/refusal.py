"""The one way in which a check says no."""

from __future__ import annotations


class Refused(Exception):
    """Its text follows the file's name, 「見本.pdf」, and says what is wrong and how to mend it."""
