"""What may come in here: shape and type of input. Nothing is saved here, and no rule is judged."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.utils import timezone

from accounts.audit import action_choices
from accounts.models import Department, Role, User
from accounts.rules.appointments import LEAVE, MOVE, STAY, Move
from accounts.selectors import AuditFilter
from accounts.services import NewPerson
from japan.kana import is_kana
from japan.wareki import WarekiError, format_wareki, parse_wareki

PERIOD_DAYS: Final = 30
LONGEST_PERIOD_DAYS: Final = 366
NEW_PERSON: Final = "new"

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class DateField(forms.Field):
    """A day, typed and shown in 和暦; 2027-04-01 is understood too. Empty is None."""

    widget = forms.TextInput(attrs={"class": "w-medium", "autocomplete": "off"})
    default_error_messages: ClassVar[dict[str, Any]] = {"required": "日付を入力してください。"}

    def to_python(self, value: Any) -> dt.date | None:
        typed = str(value or "").strip()
        if isinstance(value, dt.date) or not typed:
            return value or None
        try:
            read = parse_wareki(typed)
        except WarekiError as error:
            raise forms.ValidationError(str(error)) from error
        if read.precision != "day":
            raise forms.ValidationError("日まで入力してください。例: 令和9年4月1日")
        return read.value

    def prepare_value(self, value: Any) -> Any:
        return format_wareki(value) if isinstance(value, dt.date) else value


class LineField(forms.CharField):
    """One line, kept as typed but for outer spaces; what nobody can see is refused."""

    def __init__(self, *, width: str = "w-full", **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"class": width}))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if _CONTROL.search(text):
            raise forms.ValidationError("目に見えない文字が入っています。消してから、入力し直してください。")
        return text


class NumberField(forms.IntegerField):
    """A whole number in full or half width. What was typed survives an error."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "数字だけで入力してください。例: 30",
    }

    def __init__(self, *, unit: str = "", **options: Any) -> None:
        self.unit = unit
        options.setdefault("widget", forms.TextInput(attrs={"class": "w-num", "inputmode": "numeric"}))
        super().__init__(**options)
        low, high = self.min_value, self.max_value
        for validator in self.validators:
            validator.message = f"{low}から{high}までの数を入力してください。"  # type: ignore[attr-defined]


def _department_choices(departments: Iterable[Department]) -> list[tuple[str, str]]:
    return [("", "選んでください"), *((str(each.pk), each.name) for each in departments)]


def _role_choices() -> list[tuple[str, str]]:
    return [("", "選んでください"), *((value, str(label)) for value, label in Role.choices)]


class AppointForm(forms.Form):
    """One appointment, for a colleague or for somebody new."""

    who = forms.ChoiceField(
        label="任命する人",
        help_text="一覧にない人は「新しい人を登録する」を選びます。",
        error_messages={"required": "任命する人を選んでください。"},
    )
    name = forms.CharField(
        label="氏名",
        max_length=100,
        required=False,
        help_text="新しい人を登録するときは必ず入力します。例: 見本 花子",
    )
    kana = forms.CharField(label="氏名(カナ)", max_length=100, required=False, help_text="例: ミホン ハナコ")
    email = forms.EmailField(
        label="メールアドレス",
        max_length=254,
        required=False,
        help_text="新しい人を登録するときは必ず入力します。招待メールが届き、ログインにも使います。",
        error_messages={"invalid": "メールアドレスの形になっていません。例: hanako@city.example.jp"},
    )
    department = forms.TypedChoiceField(
        label="課", coerce=int, error_messages={"required": "課を選んでください。"}
    )
    role = forms.ChoiceField(
        label="役割", choices=_role_choices, error_messages={"required": "役割を選んでください。"}
    )
    from_on = DateField(label="発令日", help_text="例: 令和9年4月1日、R9.4.1")
    until = DateField(
        label="終了日", required=False, help_text="この日まで有効です。決まっていなければ空にします。"
    )
    note = forms.CharField(label="備考", max_length=200, required=False, help_text="例: 併任")

    def __init__(
        self, *args: Any, colleagues: Iterable[User], departments: Iterable[Department], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(each.public_id), f"{each.name}({each.email})") for each in colleagues]
        who, department = self.fields["who"], self.fields["department"]
        assert isinstance(who, forms.ChoiceField)
        assert isinstance(department, forms.ChoiceField)
        who.choices = [("", "選んでください"), (NEW_PERSON, "新しい人を登録する"), *people]
        department.choices = _department_choices(departments)

    def clean_name(self) -> str:
        """Outer spaces go, and what nobody can see is refused; every letter stays as typed."""
        name = str(self.cleaned_data["name"]).strip()
        if _CONTROL.search(name):
            raise forms.ValidationError("氏名に、目に見えない文字が入っています。入力し直してください。")
        return name

    def clean_kana(self) -> str:
        kana = str(self.cleaned_data["kana"]).strip()
        if kana and not is_kana(kana):
            raise forms.ValidationError("カナで入力してください。例: ミホン ハナコ")
        return kana

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("who") == NEW_PERSON:
            for field, sentence in (
                ("name", "氏名を入力してください。"),
                ("email", "メールアドレスを入力してください。"),
            ):
                if not cleaned.get(field) and field not in self.errors:
                    self.add_error(field, sentence)
        return cleaned

    def person(self) -> NewPerson | None:
        """The new person as typed; None when a colleague was chosen."""
        if self.cleaned_data["who"] != NEW_PERSON:
            return None
        return NewPerson(
            name=self.cleaned_data["name"],
            kana=self.cleaned_data["kana"],
            email=self.cleaned_data["email"].lower(),
        )


class EndForm(forms.Form):
    """The last day of an appointment, and the end that the page showed (hidden)."""

    until = DateField(
        label="終了日", help_text="この日まで有効です。翌日から、この課の仕事は開けなくなります。"
    )
    reason = forms.CharField(
        label="理由", max_length=200, required=False, help_text="例: 退職、異動、育児休業"
    )
    seen_until = forms.DateField(required=False, widget=forms.HiddenInput)


class DayForm(forms.Form):
    """The day of a sitting of transfers."""

    on = DateField(
        label="異動の日", help_text="例: 令和9年4月1日。今の辞令は前の日まで、新しい辞令はこの日からです。"
    )


class TransferRowForm(forms.Form):
    """What becomes of one appointment. `successor` is a label of the list, so that it can be typed."""

    KINDS: Final = ((STAY, "残る"), (MOVE, "異動"), (LEAVE, "退職・転出"))

    kind = forms.ChoiceField(label="扱い", choices=KINDS, initial=STAY)
    department = forms.TypedChoiceField(label="異動先の課", coerce=int, empty_value=None, required=False)
    role = forms.ChoiceField(label="異動先の役割", choices=_role_choices, required=False)
    successor = forms.CharField(
        label="案件の引継ぎ先",
        max_length=250,
        required=False,
        widget=forms.TextInput(attrs={"list": "people-list"}),
    )

    def __init__(
        self,
        *args: Any,
        department_choices: Sequence[tuple[str, str]],
        people: Mapping[str, str],
        whose: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        department = self.fields["department"]
        assert isinstance(department, forms.ChoiceField)
        department.choices = list(department_choices)
        for field in self.fields.values():  # the table has no room for labels: they are said, not shown
            field.widget.attrs["aria-label"] = f"{whose}の{field.label}"

    def clean_successor(self) -> str:
        """The public id of the person chosen; empty for nobody."""
        typed = str(self.cleaned_data["successor"]).strip()
        if not typed:
            return ""
        if typed not in self.people:
            raise forms.ValidationError("引継ぎ先が一覧にありません。出てくる候補から選んでください。")
        return self.people[typed]

    def move(self, appointment_id: str) -> Move:
        """The input as the service takes it."""
        return Move(
            appointment_id=appointment_id,
            kind=self.cleaned_data["kind"],
            department_id=self.cleaned_data["department"],
            role=self.cleaned_data["role"],
            successor_id=self.cleaned_data["successor"],
        )


def transfer_department_choices(departments: Iterable[Department]) -> list[tuple[str, str]]:
    """Made once for all rows of the table."""
    return _department_choices(departments)


class AuditSearchForm(forms.Form):
    """What the auditor looks for. Without days: the last thirty."""

    first = DateField(label="開始日", required=False)
    until = DateField(label="終了日", required=False)
    person = forms.CharField(label="行為者の氏名", max_length=100, required=False)
    action = forms.ChoiceField(label="行為", required=False)
    subject = forms.CharField(label="対象", max_length=100, required=False, help_text="受付番号や名称の一部")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        action = self.fields["action"]
        assert isinstance(action, forms.ChoiceField)
        action.choices = [("", "すべて"), *action_choices()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        until = min(cleaned.get("until") or self.today, self.today)
        first = cleaned.get("first") or until - dt.timedelta(days=PERIOD_DAYS)
        if first > until:
            raise forms.ValidationError("開始日が終了日より後です。日付を入れ替えてください。")
        if (until - first).days > LONGEST_PERIOD_DAYS:
            raise forms.ValidationError("期間は1年以内にしてください。長い期間は、分けて検索してください。")
        return {**cleaned, "first": first, "until": until}

    def wanted(self) -> AuditFilter:
        """The filter, with days turned into moments of Japanese time; both days included."""
        zone, data = timezone.get_current_timezone(), self.cleaned_data
        return AuditFilter(
            first=dt.datetime.combine(data["first"], dt.time.min, tzinfo=zone),
            until=dt.datetime.combine(data["until"] + dt.timedelta(days=1), dt.time.min, tzinfo=zone),
            person=data["person"].strip(),
            action=data["action"],
            subject=data["subject"].strip(),
        )
