"""What reviewing offices send in: a judgement, a point, a person in charge, an act of the state table."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django import forms
from django.http import QueryDict

from accounts.forms import DateField
from certification.rules.grounds import CRITERIA
from certification.rules.ledger import Purpose
from certification.rules.workflow import ROW_OF, Action, Input, State, Verdict
from certification.selectors.case import CasePage, addable
from certification.services.workflow import ActInput
from japan.calendar import add_business_days

LONGEST: Final = 4_000


def long_text(label: str, *, required: bool, rows: int = 4, hint: str = "") -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class SeenForm(forms.Form):
    """The state the person saw, and the key that makes a double click one act."""

    seen = forms.IntegerField(label="見ていた版", min_value=0, widget=forms.HiddenInput)
    saw = forms.ChoiceField(
        label="見ていた状態", choices=State.choices, required=False, widget=forms.HiddenInput
    )
    key = forms.UUIDField(label="フォームの鍵", widget=forms.HiddenInput)


class JudgeForm(forms.Form):
    """One judgement. An empty verdict takes it back."""

    seen = forms.IntegerField(min_value=0)
    verdict = forms.ChoiceField(choices=[("", "—"), *Verdict.choices], required=False)
    note = forms.CharField(max_length=LONGEST, required=False)


class LedgerForm(forms.Form):
    """What a copy of the ledger is for."""

    purpose = forms.ChoiceField(
        label="何のために書き出しますか", choices=[("", "選んでください"), *Purpose.choices]
    )


class PointForm(forms.Form):
    """A point of return that hangs on no single judgement."""

    item = forms.TypedChoiceField(
        label="審査事項",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="申請全体のことなら、選ばなくてかまいません。",
    )
    text = long_text(
        "直していただくこと",
        required=True,
        hint="申請者がそのまま読みます。何を、どう直すかを書いてください。",
    )

    def __init__(self, *args: Any, page: CasePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = {row.item.number: row.item for row in page.rows.judgements}
        choices = [("", "申請全体"), *((number, str(items[number])) for number in sorted(items))]
        self.fields["item"].choices = choices  # type: ignore[attr-defined]


class PointJudgeForm(forms.Form):
    """Whether the answer resolves the point."""

    resolved = forms.ChoiceField(choices=[("yes", "解消した"), ("no", "まだ足りない")])
    note = forms.CharField(max_length=LONGEST, required=False)


class AssignForm(forms.Form):
    """Who handles the case in a department."""

    department = forms.IntegerField(widget=forms.HiddenInput)
    person = forms.TypedChoiceField(label="担当", coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "未定にする"), *people]  # type: ignore[attr-defined]


USUAL_REASON: Final = (
    "別表のすべての項目が「適」又は「該当なし」であり、法第41条各号の基準に適合すると認められるため。"
)
"""What the proposal to certify usually says; the form opens with it and the drafter may change it."""

REASON_LABELS: Final = {
    Action.ADD_DEPARTMENT: ("追加する理由", "追加される課の担当者が読みます。"),
    Action.REWORK: ("再審査を頼む理由", "頼まれる課の担当者が読みます。"),
    Action.PROPOSE_CERTIFY: ("認定の理由", "決裁者が読みます。はじめの文は、直してかまいません。"),
    Action.PROPOSE_REFUSE: (
        "不認定の理由",
        "通知書に載ります。事実と、基準のどこに合わないかを書いてください(行政手続法8条)。",
    ),
    Action.RETURN_PROPOSAL: ("起案を戻す理由", "起案者が読みます。"),
}


class ActForm(SeenForm):
    """The form of one act: the inputs its row of the state table needs."""

    def __init__(self, *args: Any, action: Action, page: CasePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        needs = ROW_OF[action].needs
        if Input.DEPARTMENT in needs:
            self.fields["department"] = self._department(page)
        if Input.ITEMS in needs:
            self.fields["items"] = self._items(page)
        if Input.DUE_ON in needs:
            self.fields["due_on"] = self._due_on(page)
            self.fields["message"] = long_text(
                "申請者へのことば", required=False, rows=3, hint="指摘の前に載ります。なくてもかまいません。"
            )
        if Input.CRITERION in needs:
            choices = [("", "選んでください"), *CRITERIA.items()]
            self.fields["criterion"] = forms.ChoiceField(label="満たさない基準", choices=choices)
        if Input.REASON in needs:
            label, hint = REASON_LABELS[action]
            self.fields["reason"] = long_text(label, required=True, hint=hint)
            if action == Action.PROPOSE_CERTIFY:
                self.fields["reason"].initial = USUAL_REASON
        if action in (Action.STAMP, Action.DECIDE) and page.rows.way is not None:
            self.fields["comment"] = long_text(
                "意見", required=False, rows=2, hint="決裁欄に残ります。なくてもかまいません。"
            )

    def _department(self, page: CasePage) -> forms.TypedChoiceField:
        if self.action == Action.ADD_DEPARTMENT:
            choices = [(row.pk, row.name) for row in addable(page)]
        else:
            lead = page.application.lead_department_id
            choices = [
                (row.department_id, row.department.name)
                for row in page.rows.reviews
                if row.department_id != lead
            ]
        return forms.TypedChoiceField(label="課", coerce=int, choices=[("", "選んでください"), *choices])

    def _items(self, page: CasePage) -> forms.TypedMultipleChoiceField:
        items = {row.item.number: row.item for row in page.rows.judgements}
        return forms.TypedMultipleChoiceField(
            label="審査してもらう項目",
            coerce=int,
            choices=[(number, str(items[number])) for number in sorted(items)],
            widget=forms.CheckboxSelectMultiple,
        )

    def _due_on(self, page: CasePage) -> DateField:
        days = page.setting.correction_days
        return DateField(
            label="補正の期限",
            initial=add_business_days(page.today, days),
            help_text=f"はじめの値は、きょうから{days}営業日後です。令和8年12月10日、2026/12/10、R8.12.10 のように書けます。",
        )

    def renew(self, page: CasePage) -> None:
        """Let the form act on the case as it is now; what was typed stays."""
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        for name, value in fresh(page).items():
            data[name] = str(value)
        self.data = data

    def given(self) -> ActInput:
        """What the service takes. Call after `is_valid()`."""
        data = self.cleaned_data
        return ActInput(
            reason=data.get("reason", ""),
            message=data.get("message", ""),
            comment=data.get("comment", ""),
            due_on=data.get("due_on"),
            department_id=data.get("department"),
            item_numbers=tuple(data.get("items", ())),
            criterion=data.get("criterion", ""),
        )


def fresh(page: CasePage) -> dict[str, Any]:
    """Initial values of `SeenForm` for a page just read."""
    return {"seen": page.application.lock_version, "saw": page.application.state, "key": uuid.uuid4()}
