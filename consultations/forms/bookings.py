"""The form of a booking: few questions, no kanji needed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import LineField
from consultations.rules.words import ContactWay, Interpreter
from consultations.services.bookings import Wish

Choices = Sequence[tuple[object, str]]


class BookingForm(forms.Form):
    """Which time, what to call the person by, how to get in touch."""

    use_required_attribute = False
    seat = forms.ChoiceField(
        label="時刻",
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
        error_messages={
            "required": "時刻を選んでください。",
            "invalid_choice": "この時刻は選べません。選び直してください。",
        },
    )
    call_name = LineField(
        label="当日お呼びする名前", max_length=60, width="w-medium",
        help_text="ひらがな、仮の名前でかまいません。",
        error_messages={"required": "当日お呼びする名前を入れてください。仮の名前、ひらがなでかまいません。"},
    )  # fmt: skip
    way = forms.ChoiceField(
        label="日時が変わるときの連絡",
        choices=ContactWay.choices,
        widget=forms.RadioSelect,
        initial=ContactWay.PHONE,
    )
    phone = LineField(label="電話番号", max_length=20, required=False, width="w-medium")
    email = forms.EmailField(
        label="メールアドレス",
        required=False,
        error_messages={"invalid": "メールアドレスの形になっていません。例: hanako@example.jp"},
    )
    interpreter = forms.ChoiceField(label="通訳・手話", choices=Interpreter.choices, required=False)
    wish = LineField(
        label="聞きたいこと",
        max_length=200,
        required=False,
        help_text="書かなくてもかまいません。病気のことなどは、当日話してください。",
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, times: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].choices = list(times)  # type: ignore[attr-defined]
        self.fields["key"].initial = uuid.uuid4

    def wishes(self) -> Wish:
        """What was said, as the service takes it."""
        names = ("call_name", "way", "phone", "email", "interpreter", "wish")
        return Wish(**{name: self.cleaned_data[name] for name in names})


class MoveForm(forms.Form):
    """Another time."""

    use_required_attribute = False
    seat = forms.ChoiceField(
        label="新しい時刻",
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
        error_messages={
            "required": "時刻を選んでください。",
            "invalid_choice": "この時刻は選べません。選び直してください。",
        },
    )

    def __init__(self, *args: Any, times: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].choices = list(times)  # type: ignore[attr-defined]
