"""Ages as bands: what is counted and shared is the band, never the birth date."""

from __future__ import annotations

import datetime as dt
from typing import Final

from consultations.rules.words import AgeBand

_UPPER: Final = (
    (20, AgeBand.TEENS),
    (30, AgeBand.TWENTIES),
    (40, AgeBand.THIRTIES),
    (50, AgeBand.FORTIES),
    (60, AgeBand.FIFTIES),
    (65, AgeBand.EARLY_SIXTIES),
    (75, AgeBand.OLD),
    (85, AgeBand.OLDER),
)


def age_on(birth: dt.date, day: dt.date) -> int:
    """Full years on a day, changing on the birthday."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def band_of(age: int) -> AgeBand:
    """The band of an age in full years."""
    return next((band for limit, band in _UPPER if age < limit), AgeBand.OLDEST)


def band_on(birth: dt.date | None, known: str, *, day: dt.date) -> str:
    """The band on a day: from the birth date where it is known, else the one that was told; "" when neither is."""
    return band_of(age_on(birth, day)).value if birth else known
