"""The filters of the public search: what a resident may choose, read as one `Query`. Nothing that is typed is an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import django_filters
from django import forms
from django.db.models import QuerySet

from councils.models import DirectoryEntry
from councils.rules.schedule import WEEKDAYS
from councils.rules.words import Booking, Feature, Language
from councils.search import Query

WORDS_MAX: Final = 100
DAYS: Final = [(str(number), f"{name}曜日") for number, name in enumerate(WEEKDAYS)]
BOOKINGS: Final = [choice for choice in Booking.choices if choice[0]]


class _Choices(django_filters.MultipleChoiceFilter):
    """Several boxes to tick. Which entries they let through is for the index to say, not for a queryset."""

    def filter(self, qs: QuerySet[DirectoryEntry], value: Any) -> QuerySet[DirectoryEntry]:
        return qs


def _boxes(label: str, choices: list[tuple[str, str]] | None = None) -> _Choices:
    return _Choices(label=label, choices=choices or [], widget=forms.CheckboxSelectMultiple)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One condition in force."""

    group: str
    code: str
    label: str


class DirectoryFilter(django_filters.FilterSet):
    """Words, area, for whom, weekday, booking, language, accessibility. The names are those of the entries' facets."""

    q = django_filters.CharFilter(label="さがすことば", max_length=WORDS_MAX, method="all_of")
    kind = django_filters.ChoiceFilter(label="種類", choices=DirectoryEntry.Kind.choices, method="all_of")
    area = _boxes("町")
    who = _boxes("どなたの住まいですか")
    day = _boxes("ひらいている曜日", DAYS)
    booking = _boxes("予約", BOOKINGS)
    lang = _boxes("ことば", list(Language.choices))
    access = _boxes("バリアフリー", list(Feature.choices))

    class Meta:
        model = DirectoryEntry
        fields: tuple[str, ...] = ()

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        areas: list[tuple[str, str]],
        categories: list[tuple[str, str]],
    ) -> None:
        super().__init__(data, queryset=DirectoryEntry.objects.none())
        for name, choices in (("area", areas), ("who", categories)):
            self.filters[name].extra["choices"] = choices
        self.form.full_clean()

    def all_of(self, entries: QuerySet[DirectoryEntry], name: str, value: Any) -> QuerySet[DirectoryEntry]:
        """The index answers, see `query`."""
        return entries

    @property
    def words(self) -> str:
        """What was typed, cut where it is too long to be a search."""
        return " ".join(str(self.data.get("q", "")).split())[:WORDS_MAX]

    @property
    def left_out(self) -> bool:
        """Whether a condition of the address could not be read and is not in force."""
        return any(name in self.form.errors for name in GROUPS) or "kind" in self.form.errors

    @property
    def chosen_kind(self) -> str:
        """The one kind to show, or "" for all."""
        return str(self.form.cleaned_data.get("kind") or "")

    @property
    def query(self) -> Query:
        """The question for the index."""
        facets = {group: tuple(codes) for group in GROUPS if (codes := self._codes(group))}
        return Query(words=tuple(self.words.split()), facets=facets, kind=self.chosen_kind)

    @property
    def chosen(self) -> Iterator[Chosen]:
        """The conditions in force, in the order of the page."""
        for group in GROUPS:
            labels = dict(self.form.fields[group].choices)
            for code in self._codes(group):
                yield Chosen(group, code, str(labels[code]))

    def _codes(self, group: str) -> list[str]:
        return list(self.form.cleaned_data.get(group) or ())


GROUPS: Final = ("area", "who", "day", "booking", "lang", "access")
