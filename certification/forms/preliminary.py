"""事前相談: what offices write down, what is asked of whoever books, and the hours of a contact point."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.http import QueryDict

from accounts.forms import DateField, LineField, NumberField
from accounts.models import Department, User
from certification.forms.applicant.fields import MonthField, folded
from certification.forms.applicant.fields import NumberField as CountField
from certification.models import ContactPoint, PreliminaryConsultation
from certification.rules.plan import DwellingType
from certification.rules.preliminary import (
    LONGEST_MINUTES,
    MOST_PLACES,
    SHORTEST_MINUTES,
    TOPIC_WORDS,
    AskerKind,
    ConsultationStatus,
    Hours,
    Topic,
    Way,
)
from certification.services.booking import BookingContent
from certification.services.contact_points import ContactPointContent
from certification.services.preliminary import ConsultationContent
from japan.wareki import WarekiError, format_wareki, parse_wareki

LONGEST: Final = 4_000
MOST_LINES: Final = 50
WEEKDAYS: Final = tuple((number, f"{name}曜日") for number, name in enumerate("月火水木金"))
ROWS: Final = 6
MOST_ROWS: Final = 20
COLUMNS: Final = {
    "weekday": "曜日",
    "starts_at": "始まり",
    "ends_at": "終わり",
    "minutes": "1回(分)",
    "places": "同時",
}
"""The heads of the table of hours."""

_TIME: Final = re.compile(r"([0-9]{1,2})(?::|時)([0-9]{2})?分?|([0-9]{1,2})([0-9]{2})")


class TimeField(forms.Field):
    """A time of day: 13:30, 1330, 13時30分, 13時半, in full or half width. Empty is None."""

    widget = forms.TextInput(attrs={"class": "w-short", "inputmode": "text", "autocomplete": "off"})

    def to_python(self, value: Any) -> dt.time | None:
        typed = folded(str(value or "")).replace(" ", "").replace("半", "30分")
        if isinstance(value, dt.time) or not typed:
            return value or None
        match = _TIME.fullmatch(typed)
        try:
            if match:
                return dt.time(int(match[1] or match[3]), int(match[2] or match[4] or 0))
        except ValueError:
            pass
        raise forms.ValidationError(
            f"「{str(value)[:20]}」を時刻として読めません。13:30 のように入れてください。"
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value


class LinesField(forms.CharField):
    """A list, one entry to a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **options)

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = tuple(line.strip() for line in str(super().clean(value)).splitlines() if line.strip())
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"{MOST_LINES}行までにしてください。")
        return lines

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value


class DaysField(LinesField):
    """Days, one to a line, in 和暦 or otherwise."""

    def clean(self, value: Any) -> tuple[dt.date, ...]:  # type: ignore[override]
        return tuple(sorted({self._day(line) for line in super().clean(value)}))

    def _day(self, line: str) -> dt.date:
        try:
            read = parse_wareki(line)
        except WarekiError as error:
            raise forms.ValidationError(str(error)) from error
        if read.precision != "day":
            raise forms.ValidationError(f"「{line}」は日まで入れてください。例: 令和9年1月4日")
        return read.value

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return "\n".join(format_wareki(day) for day in value)
        return value


def _text(label: str, hint: str = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _line(label: str, length: int, hint: str = "", width: str = "w-full") -> LineField:
    return LineField(label=label, required=False, max_length=length, help_text=hint, width=width)


def _topics(label: str, choices: Iterable[tuple[str, str]], hint: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=list(choices),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        help_text=hint,
        error_messages={"required": "相談の内容を1つ以上選んでください。"},
    )


def _inline(label: str, choices: Any, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=required,
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
        error_messages={"required": f"{label}を選んでください。"},
    )


class ConsultationForm(forms.Form):
    """The record of one consultation. Who asked and about what may all stay empty: people ask without a name."""

    use_required_attribute = False
    received_on = DateField(label="受けた日")
    received_at = TimeField(label="時刻", required=False)
    way = _inline("方法", Way.choices)
    department_id = forms.TypedChoiceField(label="受けた課", coerce=int)
    officer_id = forms.TypedChoiceField(label="担当", coerce=int)
    topics = _topics("内容", Topic.choices)
    asker_kind = _inline("立場", [("", "聞いていない"), *AskerKind.choices], required=False)
    asker_name = _line("氏名", 100, width="w-medium")
    asker_organisation = _line("団体・会社", 120)
    asker_contact = _line("連絡先", 120, "電話番号かメールアドレス", width="w-medium")
    housing_name = _line("住宅の名称", 200)
    housing_address = _line("所在地", 300)
    unit_count = CountField(
        label="戸数",
        required=False,
        unit="戸",
        widget=forms.TextInput({"class": "w-num", "inputmode": "numeric"}),
    )
    construction_started = MonthField(
        label="着工の年月",
        required=False,
        help_text="例: 昭和55年3月",
        widget=forms.TextInput({"class": "w-medium"}),
    )
    dwelling_type = _inline("建て方", [("", "聞いていない"), *DwellingType.choices], required=False)
    documents_brought = LinesField(
        label="持参した資料", required=False, max_length=LONGEST, help_text="1行に1つずつ"
    )
    hard_points = _text("ハードの論点", "面積、設備、耐震、違反の有無など")
    soft_points = _text("ソフトの論点", "安否確認、見守り、つなぎ、対価など")
    answer = _text("回答", "この場で答えたこと")
    next_step = _line("次にすること", 300, "例: 図面を見て面積を折り返し電話する")
    next_on = DateField(label="次にする日", required=False)
    status = _inline("状態", ConsultationStatus.choices)
    receipt_number = _line(
        "後の申請の受付番号", 30, "申請があってから入れます。空でかまいません。", "w-medium"
    )
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        initial: Mapping[str, Any],
        departments: Sequence[Department],
        officers: Sequence[User],
    ) -> None:
        super().__init__(data, initial=dict(initial), label_suffix="")
        _choices(self, "department_id", [(row.pk, row.name) for row in departments])
        _choices(self, "officer_id", [(row.pk, row.name) for row in officers])

    def content(self) -> ConsultationContent:
        """As the service takes it."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "key")}
        values["topics"] = tuple(values["topics"])
        values["receipt_number"] = folded(values["receipt_number"])
        return ConsultationContent(**values)


def written(consultation: PreliminaryConsultation) -> dict[str, Any]:
    """What stands in a record, as the form shows it."""
    fields = ConsultationForm.base_fields
    values = {name: getattr(consultation, name) for name in fields if hasattr(consultation, name)}
    return {
        **values,
        "topics": list(consultation.topic_codes),
        "receipt_number": consultation.application.receipt_number if consultation.application else "",
        "seen": consultation.revision,
    }


class ListFilterForm(forms.Form):
    """The conditions of the list; what cannot be read is left out."""

    q = forms.CharField(
        label="ことば",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    topic = forms.ChoiceField(label="内容", choices=[("", "すべて"), *Topic.choices], required=False)
    department = forms.TypedChoiceField(label="課", coerce=int, empty_value=None, required=False)

    def __init__(self, data: QueryDict, *, departments: Sequence[Department]) -> None:
        super().__init__(data, label_suffix="")
        _choices(self, "department", [("", "すべて"), *((row.pk, row.name) for row in departments)])
        self.full_clean()

    def kept(self) -> dict[str, str]:
        """The conditions in force as an address carries them."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class LinkForm(forms.Form):
    """Which consultation is tied to the case, or no longer is."""

    consultation = forms.UUIDField()
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    act = forms.ChoiceField(choices=[("tie", "結び付ける"), ("untie", "外す")])


class BookingForm(forms.Form):
    """Who comes and what for. `operators` empty: the office books for a caller."""

    use_required_attribute = False
    topics = _topics("相談の内容", [])
    operator = forms.TypedChoiceField(
        label="事業者", widget=forms.RadioSelect, error_messages={"required": "事業者を選んでください。"}
    )
    asker_name = LineField(
        label="おいでになる方の氏名",
        max_length=100,
        width="w-medium",
        error_messages={"required": "氏名を入れてください。"},
    )
    asker_organisation = _line("団体・会社", 120)
    asker_contact = LineField(
        label="連絡先の電話番号",
        max_length=120,
        width="w-medium",
        help_text="日時が変わるときに電話します。",
        error_messages={"required": "連絡先の電話番号を入れてください。"},
    )
    note = forms.CharField(
        label="聞きたいこと",
        required=False,
        max_length=500,
        help_text="書いておくと、当日の話が早く進みます。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        point: ContactPoint,
        operators: Sequence[tuple[str, str]] = (),
        name: str = "",
    ) -> None:
        super().__init__(data, initial={"asker_name": name}, label_suffix="")
        topics = [topic for topic in Topic if topic.value in point.topic_codes]
        _choices(self, "topics", [(topic.value, TOPIC_WORDS[topic]) for topic in topics])
        self.fields["topics"].widget.attrs = {}
        if len(topics) == 1:
            self.fields["topics"].initial = [topics[0].value]
        if not operators:
            del self.fields["operator"]
            return
        del self.fields["asker_organisation"]
        _choices(self, "operator", operators)
        if len(operators) == 1:
            self.fields["operator"].initial = operators[0][0]

    def content(self, *, organisation: str = "") -> BookingContent:
        """As the service takes it."""
        data = self.cleaned_data
        return BookingContent(
            topics=tuple(data["topics"]),
            asker_name=data["asker_name"],
            asker_organisation=data.get("asker_organisation", "") or organisation,
            asker_contact=data["asker_contact"],
            note=data["note"],
        )


class ContactPointForm(forms.Form):
    """One department as a contact point: topics, place, closed days, and rows of hours. An empty row says nothing."""

    use_required_attribute = False
    topics = forms.MultipleChoiceField(
        label="答える内容",
        required=False,
        choices=[(topic.value, TOPIC_WORDS[topic]) for topic in Topic],
        widget=forms.CheckboxSelectMultiple,
        help_text="1つも選ばないと、この課は事前相談の窓口になりません。",
    )
    place = _line("場所", 120, "例: 市役所2階 3番窓口")
    bring = _line("持ってきていただくもの", 300, "予約する画面に出ます。例: 平面図、付近見取図")
    closed_on = DaysField(
        label="予約を受けない日",
        required=False,
        max_length=LONGEST,
        help_text="1行に1日ずつ。土日祝日と年末年始(12月29日から1月3日)は、書かなくても休みです。",
    )
    hours = forms.Field(label="予約を受ける時間", required=False, widget=forms.HiddenInput)

    ROW: ClassVar[tuple[str, ...]] = ("weekday", "starts_at", "ends_at", "minutes", "places")

    def __init__(self, data: QueryDict | None = None, *, point: ContactPoint | None) -> None:
        hours = [each.value for each in point.hours.all()] if point else []
        super().__init__(data, initial=_point_values(point), label_suffix="")
        self.row_count = min(max(ROWS, len(hours) + 2), MOST_ROWS)
        for number in range(self.row_count):
            given = hours[number] if number < len(hours) else None
            for name, field in _row_fields(number).items():
                field.initial = getattr(given, name, None)
                self.fields[f"{name}_{number}"] = field

    def rows(self) -> Iterator[list[Any]]:
        """The bound fields of each row, in the order of the table."""
        for number in range(self.row_count):
            yield [self[f"{name}_{number}"] for name in self.ROW]

    def clean(self) -> dict[str, Any]:
        """A row is empty or whole."""
        for number in range(self.row_count):
            values = {name: self.cleaned_data.get(f"{name}_{number}") for name in self.ROW}
            if any(values[name] for name in self.ROW if name != "weekday"):
                self._whole(number, values)
        return self.cleaned_data

    def _whole(self, number: int, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            field = f"{name}_{number}"
            if value in (None, "") and field not in self.errors:
                self.add_error(field, f"{self.fields[field].label}を入れるか、行の全部を空にしてください。")

    def content(self) -> ContactPointContent:
        """As the service takes it."""
        data = self.cleaned_data
        return ContactPointContent(
            topics=tuple(data["topics"]),
            place=data["place"],
            bring=data["bring"],
            closed_on=data["closed_on"],
            hours=tuple(self._hours()),
        )

    def _hours(self) -> Iterator[Hours]:
        for number in range(self.row_count):
            values = {name: self.cleaned_data[f"{name}_{number}"] for name in self.ROW}
            if values["starts_at"] is not None:
                yield Hours(**values)


def _point_values(point: ContactPoint | None) -> dict[str, Any]:
    if point is None:
        return {}
    closed = [dt.date.fromisoformat(day) for day in point.closed_on]
    return {"topics": point.topic_codes, "place": point.place, "bring": point.bring, "closed_on": closed}


def _narrow() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "w-time", "autocomplete": "off"})


def _row_fields(number: int) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        "weekday": forms.TypedChoiceField(
            label="曜日", coerce=int, empty_value=None, required=False, choices=[("", "—"), *WEEKDAYS]
        ),
        "starts_at": TimeField(label="始まり", required=False, widget=_narrow()),
        "ends_at": TimeField(label="終わり", required=False, widget=_narrow()),
        "minutes": NumberField(
            label="1回の分数",
            min_value=SHORTEST_MINUTES,
            max_value=LONGEST_MINUTES,
            required=False,
            widget=_narrow(),
        ),
        "places": NumberField(
            label="同時に受ける数", min_value=1, max_value=MOST_PLACES, required=False, widget=_narrow()
        ),
    }
    for name, field in fields.items():
        # The head of the column does not say which row.
        field.column = COLUMNS[name]  # type: ignore[attr-defined]
        field.label = f"{number + 1}行目の{field.label}"
        field.widget.attrs["aria-label"] = field.label
    return fields


def _choices(form: forms.Form, name: str, choices: Iterable[tuple[Any, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
