"""What may come in about 決裁の経路: a route with its steps, an absence, a 後閲. Rules stand in the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django import forms
from django.forms import BoundField

from accounts.forms import DateField, LineField
from accounts.models import Department
from certification.rules.approval import LONGEST, StepKind
from certification.rules.procedures import Procedure
from certification.rules.workflow import ProposalKind
from certification.selectors.master import RouteContent, StepContent

SPARE: Final = 2
"""Empty rows after the steps there are."""
FIRST_ROWS: Final = 4

Deciders = Sequence[tuple[int, str, frozenset[int]]]
"""(id, name, ids of the departments) of those who may be named for a post."""


class RouteForm(forms.Form):
    """A route: for which proposals, and a row for each step. A row without a kind is no step."""

    kinds = forms.MultipleChoiceField(
        label="どの起案に使いますか",
        choices=ProposalKind.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        error_messages={"required": "どの起案に使うかを、一つ以上選んでください。"},
    )
    procedures = forms.MultipleChoiceField(
        label="手続",
        choices=Procedure.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        help_text="一つも選ばなければ、すべての手続に使います。",
    )
    rows = forms.IntegerField(min_value=1, max_value=LONGEST, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        departments: Sequence[Department],
        deciders: Deciders,
        current: RouteContent | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        steps = current.steps if current else ()
        self.count = self._count(len(steps))
        self.initial.update(rows=self.count)
        if current is None:
            self.initial.update(kinds=[kind.value for kind in ProposalKind])
        else:
            self.initial.update(kinds=list(current.kinds), procedures=list(current.procedures))
        names = {row.pk: row.name for row in departments}
        people = [
            (pk, f"{name}({'・'.join(names[one] for one in sorted(where) if one in names)})")
            for pk, name, where in deciders
        ]
        offices = [("", "選んでください"), *((row.pk, row.name) for row in departments if row.is_active)]
        for place in range(self.count):
            self._add_row(place, offices=offices, people=people)
            if place < len(steps):
                self._fill_row(place, steps[place])

    def _count(self, steps: int) -> int:
        usual = min(max(steps + SPARE, FIRST_ROWS), LONGEST)
        sent = self.data.get("rows", "") if self.is_bound else ""
        return int(sent) if sent.isascii() and sent.isdigit() and 1 <= int(sent) <= LONGEST else usual

    def _add_row(self, place: int, *, offices: list[Any], people: list[Any]) -> None:
        fields: dict[str, forms.Field] = {
            "kind": forms.ChoiceField(
                label="種類", choices=[("", "使わない"), *StepKind.choices], required=False
            ),
            "order": forms.TypedChoiceField(
                label="順番",
                coerce=int,
                choices=[(number, str(number)) for number in range(1, LONGEST + 1)],
                initial=place + 1,
                required=False,
                empty_value=None,
            ),
            "department": forms.TypedChoiceField(
                label="課", coerce=int, choices=offices, required=False, empty_value=None
            ),
            "title": LineField(label="職名", max_length=20, required=False, width="w-medium"),
            "holders": forms.TypedMultipleChoiceField(
                label="この職に就いている人",
                coerce=int,
                choices=people,
                required=False,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
            ),
            "deputy": forms.BooleanField(label="不在のときの代決を認める", required=False),
        }
        for name, field in fields.items():
            self.fields[f"s{place}-{name}"] = field

    def _fill_row(self, place: int, step: StepContent) -> None:
        self.initial.update(
            {
                f"s{place}-kind": step.kind,
                f"s{place}-order": step.order,
                f"s{place}-department": step.department_id,
                f"s{place}-title": step.title,
                f"s{place}-holders": list(step.holders),
                f"s{place}-deputy": step.allows_deputy,
            }
        )

    def step_rows(self) -> Iterator[dict[str, BoundField]]:
        """The fields of each row, for the page."""
        for place in range(self.count):
            yield {
                name: self[f"s{place}-{name}"]
                for name in ("kind", "order", "department", "title", "holders", "deputy")
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for place in range(self.count):
            if not data.get(f"s{place}-kind"):
                continue
            if not data.get(f"s{place}-department"):
                self.add_error(f"s{place}-department", f"{place + 1}行目の課を選んでください。")
            if data.get(f"s{place}-kind") == StepKind.DECIDE and not data.get(f"s{place}-title"):
                self.add_error(f"s{place}-title", f"{place + 1}行目の職名を入れてください。例: 課長、部長")
        return data

    def content(self) -> RouteContent:
        """What the service takes. 合議 is of a department as a whole: its 職名 and people are left out."""
        data = self.cleaned_data
        steps = []
        for place in range(self.count):
            kind = data[f"s{place}-kind"]
            if not kind:
                continue
            by_post = kind == StepKind.DECIDE
            steps.append(
                StepContent(
                    order=data[f"s{place}-order"] or place + 1,
                    kind=kind,
                    department_id=data[f"s{place}-department"],
                    title=data[f"s{place}-title"] if by_post else "",
                    holders=tuple(sorted(data[f"s{place}-holders"])) if by_post else (),
                    allows_deputy=data[f"s{place}-deputy"],
                )
            )
        return RouteContent(
            kinds=tuple(sorted(data["kinds"])),
            procedures=tuple(sorted(data["procedures"])),
            steps=tuple(sorted(steps, key=lambda step: step.order)),
        )


class AbsenceForm(forms.Form):
    """Who is away, from when until when, and who stands in."""

    user = forms.TypedChoiceField(
        label="不在の人", coerce=int, error_messages={"required": "不在の人を選んでください。"}
    )
    from_on = DateField(label="不在の初日", help_text="令和8年12月1日、2026/12/1 のように書けます。")
    until = DateField(label="不在の末日", help_text="この日まで代決できます。")
    deputy = forms.TypedChoiceField(
        label="代決する人",
        coerce=int,
        help_text="同じ課の決裁者から選びます。",
        error_messages={"required": "代決する人を選んでください。"},
    )

    def __init__(
        self, *args: Any, deciders: Sequence[tuple[int, str]], own: int | None, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"].initial = today
        self.fields["user"].choices = [("", "選んでください"), *deciders]  # type: ignore[attr-defined]
        others = [(pk, name) for pk, name in deciders if pk != own]
        self.fields["deputy"].choices = [("", "選んでください"), *others]  # type: ignore[attr-defined]
        if own is not None:
            self.fields["user"].widget = forms.HiddenInput()
            self.fields["user"].initial = own


class ConfirmForm(forms.Form):
    """後閲 of one stamp."""

    stamp = forms.UUIDField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label="意見", required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )
