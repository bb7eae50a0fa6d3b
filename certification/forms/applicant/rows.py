"""Rows of a plan (officers, units, つなぎ先 …) as formsets that work without JavaScript.

A row keeps its `key` from version to version, so that a renamed or moved row stays the same row in a comparison. A key
that is not among those of the section is not believed: the row gets a new one.
"""

from __future__ import annotations

import dataclasses
import re
import secrets
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict

from certification.forms.applicant.parts import (
    EmployeeForm,
    LicenceForm,
    OfficerForm,
    PartForm,
    SubcontractorForm,
    TargetForm,
    UnitForm,
    initial_of,
)
from certification.rules.parts import NOUNS, numbered_name
from certification.rules.plan import Unit

MOST_UNITS: Final = 200
MOST_ROWS: Final = 50
MOST_COPIES: Final = 50
"""Rows of one list, and rooms made at one press: far more than one house has, few enough for one form."""

_RANGE: Final = re.compile(r"([0-9]{1,6})[~〜-]([0-9]{1,6})")
_BREAKS: Final = re.compile(r"[\s,、・]+")


def new_key(taken: Collection[str] = ()) -> str:
    """A short random key that none of the other rows bears."""
    while (key := secrets.token_hex(4)) in taken:
        pass
    return key


if TYPE_CHECKING:
    _Base = BaseFormSet[PartForm]
else:
    _Base = BaseFormSet


class RowSet(_Base):
    """The rows of one list. Blank rows fall away; `added` blank ones are offered."""

    noun: ClassVar[str]
    told_folded: ClassVar[tuple[str, ...]] = ()
    default_error_messages: ClassVar[dict[str, Any]] = {
        **BaseFormSet.default_error_messages,
        "missing_management_form": "入力した行を読み取れませんでした。ページを読み直して、もう一度保存してください。",
        "too_many_forms": "一度に書けるのは%(num)d行までです。減らしてから保存してください。",
    }

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["key"] = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = f"この{self.noun}を消す"

    def values(self, *, known: Collection[str]) -> tuple[Any, ...]:
        """The rows as typed, after `is_valid()`: without blank and deleted ones, each with its key."""
        found: list[Any] = []
        for form in self.forms:
            if form.cleaned_data.get("DELETE"):
                continue
            row = form.value()
            if _is_blank(row):
                continue
            taken = {other.key for other in found}
            keeps = row.key in known and row.key not in taken
            found.append(row if keeps else dataclasses.replace(row, key=new_key({*known, *taken})))
        return tuple(found)

    @property
    def cards(self) -> list[dict[str, Any]]:
        """Each form with the name of its row, what it says in short, and whether to show it open."""
        return [
            {
                "form": form,
                "name": self._name_of(form, position),
                "note": self._note_of(form),
                "open": self._is_open(form),
            }
            for position, form in enumerate(self.forms, start=1)
        ]

    def _name_of(self, form: PartForm, position: int) -> str:
        seen = {name: form[name].value() for name in ("name", "number") if name in form.fields}
        fields = {item.name for item in dataclasses.fields(form.part)}
        row = form.part(**{name: str(value or "") for name, value in seen.items() if name in fields})
        return numbered_name(row, position=position)

    def _note_of(self, form: PartForm) -> str:
        """The fields of a room one looks for first, as typed or saved."""
        shown = [form[name] for name in self.told_folded if form[name].value() not in (None, "")]
        units = [str(getattr(field.field, "unit", "")) for field in shown]
        return "、".join(
            f"{field.value()}".removesuffix(unit) + unit for field, unit in zip(shown, units, strict=True)
        )

    def _is_open(self, form: PartForm) -> bool:
        """Rows to mend and blank ones; what is filled in, a copy too, is folded up."""
        is_blank = not form.initial and not (form.is_bound and form.has_changed())
        return is_blank or bool(form.is_bound and form.errors)


def _is_blank(row: Any) -> bool:
    return bool(dataclasses.replace(row, key="") == type(row)())


def _row_set(form: type[PartForm], *, most: int = MOST_ROWS, extra: int = 0) -> type[RowSet]:
    noun = NOUNS[form.part]
    told = ("floor_area_m2", "monthly_rent_yen") if form.part is Unit else ()
    base = type(f"{form.part.__name__}Rows", (RowSet,), {"noun": noun, "told_folded": told})
    made = formset_factory(
        form,
        formset=base,
        extra=extra,
        can_delete=True,
        max_num=most,
        absolute_max=most + 1,
        validate_max=True,
    )
    return cast(type[RowSet], made)


OfficerRows = _row_set(OfficerForm)
EmployeeRows = _row_set(EmployeeForm)
LicenceRows = _row_set(LicenceForm)
UnitRows = _row_set(UnitForm, most=MOST_UNITS)
TargetRows = _row_set(TargetForm)
SubcontractorRows = _row_set(SubcontractorForm)


def bind_rows(
    kind: type[RowSet],
    data: QueryDict | None,
    *,
    rows: Sequence[Any],
    prefix: str,
    blank: int = 0,
) -> RowSet:
    """The formset of `rows`, bound to `data` when there is some; `blank` empty rows follow when there is none."""
    made = kind(data, initial=[initial_of(row) for row in rows], prefix=prefix)
    made.extra = blank
    return made


# --- More rows without saving ---


def with_blank_rows(data: QueryDict, *, prefix: str, count: int = 1) -> QueryDict:
    """What was typed, with `count` empty rows at the end of the list `prefix`."""
    grown = data.copy()
    total = _total(data, prefix)
    grown[f"{prefix}-TOTAL_FORMS"] = str(total + count)
    return grown


def with_copies(data: QueryDict, *, prefix: str, source: int, numbers: Sequence[str]) -> QueryDict:
    """What was typed, with one room for each number at the end, otherwise as the room at place `source`."""
    total = _total(data, prefix)
    grown = with_blank_rows(data, prefix=prefix, count=len(numbers))
    pattern = {
        name: data.getlist(f"{prefix}-{source}-{name}")
        for name in (item.name for item in dataclasses.fields(Unit))
        if name not in ("key", "number")
    }
    for place, number in enumerate(numbers, start=total):
        for name, values in pattern.items():
            grown.setlist(f"{prefix}-{place}-{name}", values)
        grown[f"{prefix}-{place}-number"] = number
        floor = _floor_like(data, f"{prefix}-{source}", number)
        if floor:
            grown[f"{prefix}-{place}-floor"] = floor
    return grown


def _total(data: Mapping[str, Any], prefix: str) -> int:
    text = str(data.get(f"{prefix}-TOTAL_FORMS", "0"))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _floor_like(data: Mapping[str, Any], source: str, number: str) -> str:
    """The floor of a room 203 where the source says that 101 is on floor 1; otherwise nothing."""
    pattern, floor = str(data.get(f"{source}-number", "")), str(data.get(f"{source}-floor", ""))
    follows = pattern[:-2] == floor and floor.isdigit() and pattern.isdigit()
    return number[:-2] if follows and number.isdigit() else ""


def room_numbers(text: str) -> list[str]:
    """102、103、201〜203 as single numbers, in order, each once. Raises `forms.ValidationError`."""
    numbers: list[str] = []
    for part in filter(None, _BREAKS.split(unicodedata.normalize("NFKC", text))):
        span = _RANGE.fullmatch(part)
        numbers += _span(span[1], span[2]) if span else [part[:20]]
    unique = list(dict.fromkeys(numbers))
    if not unique:
        raise forms.ValidationError("増やす部屋の番号を書いてください(例: 102、103、201〜203)。")
    if len(unique) > MOST_COPIES:
        raise forms.ValidationError(f"一度に増やせるのは{MOST_COPIES}部屋までです。何回かに分けてください。")
    return unique


def _span(first: str, last: str) -> list[str]:
    if len(first) != len(last) or int(first) > int(last):
        raise forms.ValidationError(f"「{first}〜{last}」を番号の範囲として読めません(例: 201〜203)。")
    if int(last) - int(first) >= MOST_COPIES:
        raise forms.ValidationError(f"一度に増やせるのは{MOST_COPIES}部屋までです。何回かに分けてください。")
    return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]


class CopyForm(forms.Form):
    """同じ内容で部屋を増やす: from which room, and the numbers of the new ones."""

    use_required_attribute = False
    source = forms.TypedChoiceField(
        label="元にする部屋",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="いちばん似ている部屋を選んでください。",
    )
    numbers = forms.CharField(
        label="増やす部屋の番号", required=False, max_length=300, help_text="例: 102、103、201〜203"
    )

    def __init__(self, data: QueryDict | None = None, *, names: Sequence[str]) -> None:
        super().__init__(data, prefix="copy", label_suffix="")
        self.fields["source"].choices = list(enumerate(names))  # type: ignore[attr-defined]

    def clean_numbers(self) -> list[str]:
        return room_numbers(self.cleaned_data["numbers"])

    def clean_source(self) -> int:
        source = self.cleaned_data["source"]
        if source is None:
            raise forms.ValidationError("元にする部屋を選んでください。")
        return int(source)
