"""The forms of 入居中の見守り and 退居の手順."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import DateField, NumberField
from consultations.rules.living import EVERY, LEAVING, MOST_TIMES, USUAL


class WatchForm(forms.Form):
    """From when, how often, how many times."""

    first_on = DateField(label="初めに確かめる日")
    every = forms.TypedChoiceField(
        label="何か月ごと", coerce=int, choices=[(each, f"{each}か月ごと") for each in EVERY]
    )
    times = NumberField(label="回数", min_value=1, max_value=MOST_TIMES, unit="回")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["times"].initial = 3


class LeavingForm(forms.Form):
    """When the person leaves, and what is to be done for it."""

    leaves_on = DateField(label="退居する日", help_text="まだ決まっていないときは、見込みの日を入れます。")
    steps = forms.MultipleChoiceField(
        label="すること",
        choices=[(step.code, step.text) for step in LEAVING],
        initial=list(USUAL),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "することを、一つ以上選んでください。"},
    )
