"""The forms of 引き継ぎ."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from consultations.rules.transferring import LONGEST_REQUEST, NotTaken


class OfferForm(forms.Form):
    """To which desk, and why."""

    desk = forms.ChoiceField(
        label="引き継ぐ窓口",
        help_text="引き継ぎの同意があるのは「同意あり」の窓口です。",
        error_messages={
            "required": "引き継ぐ窓口を選んでください。",
            "invalid_choice": "この窓口には頼めません。選び直してください。",
        },
    )
    request = forms.CharField(
        label="なぜ引き継ぐか",
        max_length=LONGEST_REQUEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="引き受ける前の窓口も読みます。名前や住所は書かないでください。例: 引っ越し先がそちらの市になるため",
        error_messages={"required": "なぜ引き継ぐのかを書いてください。例: 引っ越し先がそちらの市になるため"},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, desks: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].choices = [("", "選んでください"), *desks]  # type: ignore[attr-defined]
        self.fields["key"].initial = uuid.uuid4


class DeclineForm(forms.Form):
    """Why a case is not taken over."""

    not_taken = forms.ChoiceField(
        label="引き受けられない理由",
        choices=NotTaken.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "理由を一つ選んでください。"},
    )
