"""What a notification states, as forms of the dataclasses in `rules.notifications`; and the office's answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict

from accounts.forms import DateField
from certification.forms.applicant.fields import SeveralField, plan_field
from certification.forms.applicant.parts import Group, PartForm, initial_of
from certification.rules.ledger import Purpose
from certification.rules.notifications import (
    Abolition,
    AnnualReport,
    ChaseWay,
    DirectPayment,
    Incapacity,
    NotificationKind,
    statement_of,
)
from certification.rules.plan import Plan, to_content
from certification.rules.statements import dedicated_units


class AnnualReportForm(PartForm):
    part = AnnualReport
    groups = (
        Group(legend="住戸", rows=(("occupied_units", "vacant_units"),)),
        Group(
            legend="入居者の数",
            hint="人数だけを書きます。氏名は書かないでください。二つ以上に当たる方は、それぞれに数えます。",
            rows=(
                ("low_income", "elderly"),
                ("disabled", "child_rearing"),
                ("other_residents",),
            ),
        ),
        Group(
            legend="援助の実績",
            rows=(("safety_alerts", "watch_visits"), ("referrals", "monthly_price_yen")),
        ),
        Group(legend="計画のこと", rows=(("has_changes",), ("remarks",))),
    )
    occupied_units = plan_field(AnnualReport, "occupied_units", needed=True)
    vacant_units = plan_field(AnnualReport, "vacant_units", needed=True)
    low_income = plan_field(AnnualReport, "low_income", needed=True)
    elderly = plan_field(AnnualReport, "elderly", needed=True)
    disabled = plan_field(AnnualReport, "disabled", needed=True)
    child_rearing = plan_field(AnnualReport, "child_rearing", needed=True)
    other_residents = plan_field(AnnualReport, "other_residents", needed=True)
    safety_alerts = plan_field(AnnualReport, "safety_alerts", needed=True)
    watch_visits = plan_field(AnnualReport, "watch_visits", needed=True)
    referrals = plan_field(AnnualReport, "referrals", needed=True)
    monthly_price_yen = plan_field(AnnualReport, "monthly_price_yen", needed=True, hint="例: 3,500")
    has_changes = plan_field(AnnualReport, "has_changes", needed=True)
    remarks = plan_field(AnnualReport, "remarks", lines=3)


class AbolitionForm(PartForm):
    part = Abolition
    groups = (Group(rows=(("ends_on",), ("reason",), ("residents",))),)
    ends_on = plan_field(Abolition, "ends_on", needed=True, hint="きょうから後の日です。例: 令和9年3月31日")
    reason = plan_field(Abolition, "reason", needed=True, lines=3)
    residents = plan_field(
        Abolition,
        "residents",
        needed=True,
        lines=4,
        hint="住み続けられるか、移る先をどう一緒にさがすかなど。氏名は書かないでください。",
    )


class IncapacityForm(PartForm):
    part = Incapacity
    groups = (Group(rows=(("filed_by",), ("name",), ("happened_on",), ("condition",), ("has_certificate",))),)
    filed_by = plan_field(Incapacity, "filed_by", needed=True)
    name = plan_field(Incapacity, "name", needed=True)
    happened_on = plan_field(Incapacity, "happened_on", needed=True, hint="例: 令和8年10月1日")
    condition = plan_field(Incapacity, "condition", needed=True, lines=4)
    has_certificate = plan_field(
        Incapacity, "has_certificate", hint="診断書はここには載せず、窓口にお出しください。"
    )


class DirectPaymentForm(PartForm):
    part = DirectPayment
    groups = (
        Group(rows=(("units",), ("begins_on",), ("is_council_member",), ("has_papers",), ("remarks",))),
    )
    units = SeveralField(
        label="対象の部屋※",
        required=True,
        widget=forms.CheckboxSelectMultiple,
        help_text="入居している方の氏名は書かないでください。",
    )
    begins_on = plan_field(DirectPayment, "begins_on", needed=True, hint="例: 令和9年4月1日")
    is_council_member = plan_field(DirectPayment, "is_council_member", needed=True)
    has_papers = plan_field(DirectPayment, "has_papers", needed=True, hint="書類は窓口にお出しください。")
    remarks = plan_field(DirectPayment, "remarks", lines=3)


FORMS: Final[dict[NotificationKind, type[PartForm]]] = {
    NotificationKind.ANNUAL_REPORT: AnnualReportForm,
    NotificationKind.ABOLITION: AbolitionForm,
    NotificationKind.INCAPACITY: IncapacityForm,
    NotificationKind.DIRECT_PAYMENT: DirectPaymentForm,
}
"""A lesser change has none: it is written in the draft of the plan."""


def notification_form(
    kind: str, *, content: Mapping[str, Any], plan: Plan, data: QueryDict | None = None
) -> PartForm:
    """The form of a kind, filled with what is saved. Raises `KeyError` for a lesser change."""
    form = FORMS[NotificationKind(kind)](data, initial=initial_of(statement_of(kind, content)))
    if "units" in form.fields:
        form.fields["units"].choices = dedicated_units(plan)  # type: ignore[attr-defined]
    return form


def notification_content(form: PartForm) -> dict[str, Any]:
    """The JSON value of a valid form."""
    return dict(to_content(form.value()))


class SeenForm(forms.Form):
    """The revision the person saw."""

    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class HandBackForm(forms.Form):
    """返戻: why, and whether the change needs a certification after all."""

    use_required_attribute = False
    reason = forms.CharField(
        label="返戻の理由",
        max_length=2_000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="形式のどこが足りないか、何をどう直すかを書きます。事業者に見えます。",
    )
    needs_certification = forms.BooleanField(label="届出では足りない(変更認定が要る)", required=False)


class ChaseForm(forms.Form):
    """催促: which report, when and how."""

    use_required_attribute = False
    report = forms.UUIDField(widget=forms.HiddenInput)
    on = DateField(label="催促した日", error_messages={"required": "催促した日を入れてください。"})
    way = forms.ChoiceField(
        label="方法",
        choices=ChaseWay.choices,
        error_messages={"required": "方法を選んでください。"},
    )


class ExportForm(forms.Form):
    """What a copy of the board is for."""

    use_required_attribute = False
    purpose = forms.ChoiceField(
        label="何のために書き出しますか", choices=[("", "選んでください"), *Purpose.choices]
    )


def first_chase(report_id: Any, *, today: dt.date) -> dict[str, Any]:
    """The values of a new reminder."""
    return {"report": report_id, "on": today}
