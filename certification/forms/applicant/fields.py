"""Fields of a plan, made from the plan's own dataclasses: label, unit and choices are written there and nowhere else.

A draft may lack anything: `required` only draws the mark 「必須」, it never refuses. What is refused is a wrong shape: a
number that is none, a month that does not exist. Digits may be typed in full width, with commas and with their unit;
months and days in 和暦. Names are kept as typed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.validators import EmailValidator

from certification.rules.parts import YEAR_MONTH, month_text, number_text
from japan.codes import CodeError, check_corporate_number
from japan.wareki import WarekiError, format_wareki, parse_wareki

SHORT: Final = 200
LONG: Final = 2_000
"""Characters of one line and of a text."""

_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))


def folded(text: str) -> str:
    """Half-width, with one kind of dash: for codes and numbers, never for names."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()


class Draft(forms.Field):
    """`required` marks the field and refuses nothing."""

    unit = ""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class TextField(Draft, forms.CharField):
    """A line or a text, kept as typed."""


class CodeField(TextField):
    """Digits and signs (phone, postal code) in half width."""

    def clean(self, value: Any) -> str:
        return folded(str(super().clean(value)))


class CorporateNumberField(TextField):
    """法人番号. Refused unless it is one, so that nobody's 個人番号 (12 digits) is ever kept here."""

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        try:
            return check_corporate_number(typed) if typed else ""
        except CodeError as error:
            raise forms.ValidationError(str(error)) from error


class MailField(TextField):
    """A mail address."""

    default_validators = [  # noqa: RUF012 - as Django declares it
        EmailValidator("メールアドレスは「office@example.jp」の形で入れてください。")
    ]

    def clean(self, value: Any) -> str:
        return folded(str(super().clean(folded(value or ""))))


class NumberField(Draft):
    """A whole number, or `None`. Takes 52,000円, ５２０００ and the unit of the field."""

    pattern = re.compile(r"-?[0-9]{1,9}")

    def __init__(self, *, unit: str = "", smallest: int = 0, **options: Any) -> None:
        self.unit = unit
        self.smallest = smallest
        super().__init__(**options)

    def to_python(self, value: Any) -> int | None:
        digits = self.bare(value)
        if not digits:
            return None
        if not self.pattern.fullmatch(digits):
            raise forms.ValidationError(self._wrong(value))
        return self._at_least(int(digits))

    def bare(self, value: Any) -> str:
        """What was typed without unit, commas and spaces."""
        unit = folded(self.unit)
        text = folded(str(value or ""))
        for end in (unit, unit.partition("/")[0]):
            text = text.removesuffix(end).rstrip() if end else text
        return re.sub(r"[\s,]", "", text)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) and "円" in self.unit:
            return number_text(value)
        return value

    def _at_least(self, number: Any) -> Any:
        if number < self.smallest:
            raise forms.ValidationError(f"{self.smallest}以上の数で入れてください。")
        return number

    def _wrong(self, value: Any) -> str:
        example = "52,000" if "円" in self.unit else "2"
        return f"「{str(value)[:20]}」を数として読めません。数字だけで入れてください(例: {example})。"


class AreaField(NumberField):
    """A number with up to two decimals (㎡), or `None`."""

    pattern = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        digits = self.bare(value)
        if not digits:
            return None
        if not self.pattern.fullmatch(digits):
            raise forms.ValidationError(
                f"「{str(value)[:20]}」を面積として読めません。小数点以下2桁までの数字で入れてください(例: 25.20)。"
            )
        return Decimal(digits)


class MonthField(Draft):
    """A month as the plan keeps it (1980-03); typed and shown in 和暦 (昭和55年3月)."""

    def to_python(self, value: Any) -> str:
        typed = str(value or "").strip()
        if not typed:
            return ""
        try:
            read = parse_wareki(typed)
        except WarekiError as error:
            raise forms.ValidationError(str(error)) from error
        if read.precision == "year":
            raise forms.ValidationError("月まで入れてください(例: 昭和55年3月)。")
        return read.value.strftime("%Y-%m")

    def prepare_value(self, value: Any) -> Any:
        return month_text(value) if isinstance(value, str) and YEAR_MONTH.fullmatch(value) else value


class DayField(Draft):
    """A day, or `None`; typed and shown in 和暦."""

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.date) or not str(value or "").strip():
            return value or None
        try:
            read = parse_wareki(str(value))
        except WarekiError as error:
            raise forms.ValidationError(str(error)) from error
        if read.precision != "day":
            raise forms.ValidationError("日まで入れてください(例: 令和18年3月31日)。")
        return read.value

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dt.date):
            return value
        try:
            return format_wareki(value)
        except WarekiError:
            return value.isoformat()


class AnswerField(Draft, forms.TypedChoiceField):
    """はい, いいえ, or not answered yet (`None`)."""

    def __init__(self, *, yes: str = "はい", no: str = "いいえ", blank: bool = False, **options: Any) -> None:
        choices = [*([("", "選んでください")] if blank else []), ("True", yes), ("False", no)]
        super().__init__(
            choices=choices, coerce=lambda value: str(value) == "True", empty_value=None, **options
        )


class OneOfField(Draft, forms.ChoiceField):
    """One of the plan's choices, or ""."""


class SeveralField(Draft, forms.MultipleChoiceField):
    """Several of the plan's choices, in the order of the list."""

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        chosen = set(super().to_python(value))
        known = [code for code, _ in self.choices]  # type: ignore[union-attr, misc]
        return tuple(sorted(chosen, key=lambda one: known.index(one) if one in known else len(known)))


# --- From the plan's dataclasses ---


def plan_field(
    kind: type[Any],
    name: str,
    *,
    needed: bool = False,
    hint: str = "",
    lines: int = 1,
    width: str = "",
    as_select: bool = False,
    field: type[forms.Field] | None = None,
    **options: Any,
) -> forms.Field:
    """The form field of the plan's field `name` of `kind`.

    `needed` draws 「必須」; `lines` above 1 makes a text; `width` is a class of the style sheet; `as_select` folds the
    choices into a list; `field` replaces the class chosen by type; `options` go to that class.
    """
    item = next(item for item in dataclasses.fields(kind) if item.name == name)
    shared = {"label": item.metadata["label"], "required": needed, "help_text": hint, **options}
    if field is not None:
        if issubclass(field, TextField):
            shared["max_length"] = SHORT
        return field(widget=_line(width), **shared)
    made = _made(str(item.type), item.metadata, shared, lines=lines, width=width, as_select=as_select)
    made.unit = item.metadata["unit"]  # type: ignore[attr-defined]
    return made


def _made(
    kind: str, metadata: Mapping[str, Any], shared: dict[str, Any], *, lines: int, width: str, as_select: bool
) -> forms.Field:
    if kind.startswith("tuple"):
        return SeveralField(
            choices=metadata["choices"].choices, widget=forms.CheckboxSelectMultiple, **shared
        )
    if kind.startswith("bool"):
        return AnswerField(blank=as_select, widget=_one(["はい", "いいえ"], as_select=as_select), **shared)
    if metadata["choices"]:
        choices = list(metadata["choices"].choices)
        return OneOfField(
            choices=[("", "選んでください"), *choices] if as_select else choices,
            widget=_one([label for _, label in choices], as_select=as_select),
            **shared,
        )
    if kind.startswith("int"):
        return NumberField(unit=metadata["unit"], widget=_digits(), **shared)
    if kind.startswith("Decimal"):
        return AreaField(unit=metadata["unit"], widget=_digits("decimal"), **shared)
    if kind.startswith("dt.date"):
        return DayField(widget=_line("w-medium"), **shared)
    if lines > 1:
        return TextField(max_length=LONG, widget=forms.Textarea({"rows": lines}), **shared)
    return TextField(max_length=SHORT, widget=_line(width), **shared)


def _line(width: str) -> forms.TextInput:
    return forms.TextInput({"class": width} if width else {})


def _digits(mode: str = "numeric") -> forms.TextInput:
    return forms.TextInput({"class": "w-num", "inputmode": mode, "autocomplete": "off"})


def _one(labels: list[str], *, as_select: bool) -> forms.Widget:
    if as_select:
        return forms.Select()
    short = sum(map(len, labels)) <= 24
    return forms.RadioSelect({"class": "choices-inline"} if short else {})
