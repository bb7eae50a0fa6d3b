"""The days and hours of a desk as a form: one block of fields for each rule."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.forms.utils import ErrorDict

from accounts.forms import DateField
from councils.forms.importing import Count, OneLine
from councils.rules.import_row import DESK_FIELDS, USUAL_DESK, SessionEntry
from councils.rules.schedule import LAST, WEEKDAYS, Frequency, HolidayPolicy, Per, SessionRule, Slot
from councils.rules.schedule_problems import problems
from councils.rules.words import Booking
from japan.wareki import WarekiError, format_wareki, parse_wareki

MOST_SESSIONS: Final = 30

_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:時]([0-5][0-9])?分?")
_SPAN: Final = re.compile(r"[~〜-]")
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−ー～", "-"))


def _folded(value: Any) -> str:
    return unicodedata.normalize("NFKC", str(value or "").translate(_DASHES)).strip()


def read_time(text: str) -> dt.time:
    """13:30, 13時30分, 13時. Raises ValidationError."""
    match = _TIME.fullmatch(_folded(text))
    if match is None:
        raise forms.ValidationError(f"「{text[:20]}」を時刻として読めません。13:30のように入力してください。")
    return dt.time(int(match[1]), int(match[2] or 0))


class TimeField(forms.Field):
    """A time of the day, or nothing."""

    widget = forms.TextInput(attrs={"class": "w-short", "autocomplete": "off"})

    def to_python(self, value: Any) -> dt.time | None:
        return read_time(str(value)) if str(value or "").strip() else None

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value


class SlotsField(forms.CharField):
    """Named times within a day, one on each line: 10:00〜10:30."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            return value
        return "\n".join(
            f"{each.start:%H:%M}〜" + (f"{each.end:%H:%M}" if each.end else "") for each in value
        )

    def clean(self, value: Any) -> Any:
        lines = [line for line in str(super().clean(value)).splitlines() if line.strip()]
        return tuple(self._slot(line) for line in lines)

    def _slot(self, line: str) -> Slot:
        first, *rest = [part for part in _SPAN.split(_folded(line)) if part]
        return Slot(read_time(first), read_time(rest[0]) if rest else None)


class DaysField(forms.CharField):
    """Single dates, one on each line. A tuple in ascending order."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(format_wareki, value)) if isinstance(value, tuple) else value

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        return tuple(sorted({self._day(line) for line in lines}))

    def _day(self, line: str) -> dt.date:
        try:
            read = parse_wareki(line)
        except WarekiError as error:
            raise forms.ValidationError(str(error)) from error
        if read.precision != "day":
            raise forms.ValidationError(f"「{line[:20]}」は日まで入力してください。例: 令和9年4月1日")
        return read.value


def _numbers(label: str, choices: list[tuple[int, str]]) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
    )


class SessionForm(forms.Form):
    """One rule. Without `is_used` it is left out, whatever else stands there."""

    is_used = forms.BooleanField(label="この日時を取り込む", required=False)
    desk = OneLine(label="窓口の名称", max_length=100, required=False, width="w-medium")
    venue = OneLine(label="場所", max_length=120, required=False, width="w-medium")
    operator = OneLine(label="運営・委託先", max_length=200, required=False, width="w-medium")
    booking = forms.ChoiceField(
        label="予約", choices=Booking.choices, required=False, initial=Booking.UNKNOWN.value
    )
    frequency = forms.ChoiceField(
        label="ひらく日", choices=Frequency.choices, required=False, initial=Frequency.OFFICE_DAYS.value
    )
    weekdays = _numbers("曜日", list(enumerate(WEEKDAYS)))
    nth = _numbers("第何", [*((n, f"第{n}") for n in range(1, 6)), (LAST, "最終")])
    start = TimeField(label="はじまり", required=False)
    end = TimeField(label="おわり", required=False)
    slots = SlotsField(label="枠", required=False, max_length=2_000, help_text="1行に1つ。例: 10:00〜10:30")
    slot_minutes = Count(label="1組の時間", most=600, unit="分")
    places = Count(label="1日の組数", most=999, unit="組")
    holiday_policy = forms.ChoiceField(
        label="祝日", choices=HolidayPolicy.choices, required=False, initial=HolidayPolicy.UNSTATED.value
    )
    count = Count(label="回数", most=999, unit="回")
    per = forms.ChoiceField(label="回数の単位", choices=[("", "なし"), *Per.choices], required=False)
    valid_from = DateField(label="いつから", required=False)
    valid_until = DateField(label="いつまで", required=False)
    extra = DaysField(label="追加の日・決まった日", required=False, max_length=4_000, help_text="1行に1日。")
    skipped = DaysField(label="休む日", required=False, max_length=4_000, help_text="1行に1日。")

    @staticmethod
    def initial_of(entry: SessionEntry) -> dict[str, Any]:
        rule = entry.rule
        return {
            "entry": entry,
            "is_used": True,
            **{name: getattr(entry, name) for name in DESK_FIELDS},
            **{name: getattr(rule, name) for name in SessionRule.__dataclass_fields__},
            "weekdays": list(rule.weekdays),
            "nth": list(rule.nth),
        }

    def full_clean(self) -> None:
        """What stands in a rule that is left out is nobody's error."""
        super().full_clean()
        if self.is_bound and not self.empty_permitted and not self.cleaned_data.get("is_used"):
            self._errors = ErrorDict()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.empty_permitted and not cleaned.get("is_used"):
            self.add_error(
                "is_used",
                "日時を加えるときは、ここに印を付けてください。加えないときは、下の欄を空にしてください。",
            )
        if cleaned.get("is_used") and not self.errors:
            for sentence in problems(self.entry().rule):
                self.add_error(None, sentence)
        return cleaned

    def entry(self) -> SessionEntry:
        """The rule as the services take it."""
        typed = self.cleaned_data
        rule = SessionRule(
            frequency=Frequency(typed["frequency"] or Frequency.OFFICE_DAYS),
            weekdays=tuple(sorted(typed["weekdays"])),
            nth=tuple(sorted(typed["nth"], key=lambda n: (n == LAST, n))),
            start=typed["start"],
            end=typed["end"],
            slots=typed["slots"],
            slot_minutes=typed["slot_minutes"],
            places=typed["places"],
            holiday_policy=HolidayPolicy(typed["holiday_policy"] or HolidayPolicy.UNSTATED),
            valid_from=typed["valid_from"],
            valid_until=typed["valid_until"],
            extra=typed["extra"],
            skipped=typed["skipped"],
            count=typed["count"],
            per=Per(typed["per"]) if typed["per"] else None,
            # The words of the table are nobody's to type; a browser would change their line breaks.
            raw=self.initial.get("raw", ""),
        )
        return SessionEntry(
            desk=typed["desk"] or USUAL_DESK,
            venue=typed["venue"],
            operator=typed["operator"],
            booking=typed["booking"],
            rule=rule,
        )


if TYPE_CHECKING:
    _Base = forms.BaseFormSet[SessionForm]
else:
    _Base = forms.BaseFormSet


class _SessionForms(_Base):
    def entries(self) -> tuple[SessionEntry, ...]:
        """The rules that are used, in the order of the page."""
        return tuple(form.entry() for form in self.forms if form.cleaned_data.get("is_used"))


SessionForms = forms.formset_factory(
    SessionForm,
    formset=_SessionForms,
    extra=1,
    max_num=MOST_SESSIONS,
    absolute_max=MOST_SESSIONS,
    validate_max=True,
)
"""As many blocks as there are rules, and an empty one for another."""


def sessions_initial(entries: tuple[SessionEntry, ...]) -> list[dict[str, Any]]:
    return [SessionForm.initial_of(each) for each in entries]
