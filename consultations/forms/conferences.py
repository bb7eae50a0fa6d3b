"""The forms of ケース会議."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import DateField, LineField
from consultations.rules.conferences import LONGEST_TEXT, MOST_ROLES, Role, Secrecy


class ConferenceForm(forms.Form):
    """When and where."""

    desk = forms.ChoiceField(label="窓口", error_messages={"required": "窓口を選んでください。"})
    day = DateField(label="日")
    starts_at = forms.TimeField(
        label="始まり",
        widget=forms.TextInput(attrs={"class": "w-num", "inputmode": "numeric"}),
        error_messages={
            "required": "始まりの時刻を入れてください。例: 14:00",
            "invalid": "時刻の形になっていません。例: 14:00",
        },
    )
    place = LineField(label="場所", max_length=100, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, desks: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].choices = list(desks)  # type: ignore[attr-defined]
        self.fields["key"].initial = uuid.uuid4


class AttendeeForm(forms.Form):
    """Who sits there."""

    name = LineField(
        label="氏名", max_length=60, width="w-medium", error_messages={"required": "氏名を書いてください。"}
    )
    organisation = LineField(
        label="所属", max_length=100, error_messages={"required": "所属を書いてください。"}
    )
    secrecy = forms.ChoiceField(
        label="守秘をどう確かめたか",
        choices=[("", "選んでください"), *Secrecy.choices],
        error_messages={"required": "守秘をどう確かめたかを選んでください。"},
    )


class AgendaForm(forms.Form):
    """Which case."""

    case = forms.ChoiceField(
        label="話し合う相談",
        error_messages={
            "required": "相談を選んでください。",
            "invalid_choice": "この相談は選べません。選び直してください。",
        },
    )

    def __init__(self, *args: Any, cases: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].choices = [("", "選んでください"), *cases]  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    """What was said and decided of a case, and who does what."""

    discussion = forms.CharField(
        label="話し合ったこと",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    decision = forms.CharField(
        label="決まったこと",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "決まったことを書いてください。決まらなかったときは「継続して検討」などと書きます。"
        },
    )
    next_review_on = DateField(label="次に話し合う日", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_ROLES + 1):
            self.fields[f"who_{number}"] = LineField(
                label=f"だれが({number})", max_length=60, required=False, width="w-medium"
            )
            self.fields[f"what_{number}"] = LineField(label=f"何を({number})", max_length=100, required=False)
            self.fields[f"until_{number}"] = DateField(label=f"いつまでに({number})", required=False)

    def role_rows(self) -> list[list[forms.BoundField]]:
        """The rows of the table: who, what, until when."""
        return [
            [self[f"{name}_{number}"] for name in ("who", "what", "until")]
            for number in range(1, MOST_ROLES + 1)
        ]

    def roles(self) -> list[Role]:
        """The rows up to the last one with anything in it; an empty row between is told, not skipped."""
        rows = [
            Role(**{name: self.cleaned_data[f"{name}_{number}"] for name in ("who", "what", "until")})
            for number in range(1, MOST_ROLES + 1)
        ]
        while rows and rows[-1] == Role(who="", what=""):
            rows.pop()
        return rows
