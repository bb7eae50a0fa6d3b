"""The forms of 支援プラン and 入居後の確認."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import DateField, LineField
from consultations.models import PlanStep, SupportPlan
from consultations.rules.plans import MOST_STEPS, HowItGoes, Step


def _text(label: str, *, rows: int, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


class PlanForm(forms.Form):
    """A version of a plan; it starts from what the last one said."""

    situation = _text("見立て", rows=4, help_text="できること、困っていること、まわりの人。")
    wish = _text("本人の希望", rows=2, help_text="本人のことばで。")
    goal = _text(
        "目標",
        rows=2,
        required=True,
        error_messages={"required": "目標を書いてください。例: 3月末までに、病院に通える町のアパートに移る"},
    )
    review_on = DateField(label="見直す日", help_text="この日が「すること」に入ります。")
    explained_on = DateField(
        label="本人に説明した日", required=False, help_text="まだのときは、空けておきます。"
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, before: SupportPlan | None, steps: Sequence[PlanStep], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
        for number in range(1, MOST_STEPS + 1):
            self.fields[f"who_{number}"] = LineField(
                label=f"だれが({number})", max_length=60, required=False, width="w-medium"
            )
            self.fields[f"what_{number}"] = LineField(label=f"何を({number})", max_length=200, required=False)
            self.fields[f"until_{number}"] = DateField(label=f"いつまでに({number})", required=False)
        if before is not None:
            for name in ("situation", "wish", "goal"):
                self.fields[name].initial = getattr(before, name)
        for step in steps:
            for name in ("who", "what", "until"):
                self.fields[f"{name}_{step.position}"].initial = getattr(step, name)

    def step_rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The rows of the table: who, what, until when."""
        return [
            (self[f"who_{number}"], self[f"what_{number}"], self[f"until_{number}"])
            for number in range(1, MOST_STEPS + 1)
        ]

    def steps(self) -> list[Step]:
        """The rows up to the last one with anything in it; an empty row between is told, not skipped."""
        rows = [
            Step(
                who=self.cleaned_data[f"who_{number}"],
                what=self.cleaned_data[f"what_{number}"],
                until=self.cleaned_data[f"until_{number}"],
            )
            for number in range(1, MOST_STEPS + 1)
        ]
        while rows and rows[-1] == Step(who="", what=""):
            rows.pop()
        return rows


class FollowUpForm(forms.Form):
    """How it goes."""

    happened_on = DateField(label="確認した日")
    result = forms.ChoiceField(
        label="ようす",
        choices=HowItGoes.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "ようすを選んでください。"},
    )
    text = _text("聞いたこと", rows=3, help_text="困りごとが大きいときは、記録してから相談を再開します。")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].initial = today
