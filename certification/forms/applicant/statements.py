"""The one page a procedure states beside the plan: why, from when, for whom, for which rooms."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import QueryDict

from certification.forms.applicant.fields import (
    CodeField,
    CorporateNumberField,
    MailField,
    SeveralField,
    plan_field,
)
from certification.forms.applicant.parts import Group, PartForm, initial_of
from certification.rules.plan import Plan, to_content
from certification.rules.procedures import Procedure
from certification.rules.statements import (
    ChangeStatement,
    OtherUseStatement,
    SuccessionStatement,
    dedicated_units,
    statement_of,
)


class ChangeStatementForm(PartForm):
    part = ChangeStatement
    groups = (Group(rows=(("planned_on",), ("reason",))),)
    planned_on = plan_field(
        ChangeStatement,
        "planned_on",
        needed=True,
        hint="この日から変えたい、という日です。例: 令和8年12月1日",
    )
    reason = plan_field(
        ChangeStatement,
        "reason",
        needed=True,
        lines=4,
        hint="例: 見守りを月2回に増やし、それに合わせて対価を改めるため。",
    )


class SuccessionStatementForm(PartForm):
    part = SuccessionStatement
    groups = (
        Group(legend="承継のこと", rows=(("cause",), ("succeeded_on",), ("former",), ("reason",))),
        Group(
            legend="承継する方",
            rows=(
                ("kind",),
                ("name", "kana"),
                ("corporate_number",),
                ("postal_code",),
                ("address",),
                ("representative_title", "representative_name"),
                ("phone", "email"),
            ),
        ),
    )
    cause = plan_field(SuccessionStatement, "cause", needed=True)
    succeeded_on = plan_field(
        SuccessionStatement,
        "succeeded_on",
        needed=True,
        hint="相続は亡くなった日、合併などは効力が生じる日です。例: 令和8年10月1日",
    )
    former = plan_field(
        SuccessionStatement,
        "former",
        needed=True,
        hint="認定されている計画に書いてある名称のとおりに。例: 株式会社みほん住まい",
    )
    reason = plan_field(
        SuccessionStatement,
        "reason",
        needed=True,
        lines=3,
        hint="例: 代表者が亡くなり、長男が賃貸業を引き継いだため。",
    )
    kind = plan_field(SuccessionStatement, "kind", needed=True)
    name = plan_field(SuccessionStatement, "name", needed=True, hint="例: 株式会社あたらしい住まい")
    kana = plan_field(SuccessionStatement, "kana", hint="例: カブシキガイシャアタラシイスマイ")
    corporate_number = plan_field(
        SuccessionStatement,
        "corporate_number",
        field=CorporateNumberField,
        width="w-medium",
        hint="法人のとき。13桁の番号です。",
    )
    postal_code = plan_field(
        SuccessionStatement, "postal_code", field=CodeField, width="w-short", hint="例: 203-0000"
    )
    address = plan_field(SuccessionStatement, "address", needed=True, hint="例: 輪野市見本町一丁目2番3号")
    representative_title = plan_field(SuccessionStatement, "representative_title", hint="例: 代表取締役")
    representative_name = plan_field(
        SuccessionStatement, "representative_name", hint="法人のとき。例: 架空 次郎"
    )
    phone = plan_field(
        SuccessionStatement, "phone", needed=True, field=CodeField, width="w-medium", hint="例: 042-000-0000"
    )
    email = plan_field(SuccessionStatement, "email", field=MailField, hint="例: office@example.jp")


class OtherUseStatementForm(PartForm):
    part = OtherUseStatement
    groups = (
        Group(legend="どの部屋を", rows=(("units",), ("vacant_since",), ("efforts",))),
        Group(
            legend="どう使うか",
            rows=(("tenant",), ("is_fixed_term",), ("lease_from", "lease_until"), ("reason",)),
        ),
    )
    units = SeveralField(
        label="目的外に使う部屋",
        required=True,
        widget=forms.CheckboxSelectMultiple,
        help_text="専用賃貸住宅のうち、3か月以上空いている部屋です。",
    )
    vacant_since = plan_field(
        OtherUseStatement,
        "vacant_since",
        needed=True,
        hint="いちばん遅く空いた部屋の日です。例: 令和8年6月1日",
    )
    efforts = plan_field(
        OtherUseStatement,
        "efforts",
        needed=True,
        lines=3,
        hint="例: 市の窓口と不動産店2店に頼み、広告を3か月出した。",
    )
    tenant = plan_field(OtherUseStatement, "tenant", needed=True, hint="例: 要配慮者に限らない単身の方")
    is_fixed_term = plan_field(
        OtherUseStatement,
        "is_fixed_term",
        needed=True,
        hint="更新のない契約です。それ以外の契約では使えません。",
    )
    lease_from = plan_field(OtherUseStatement, "lease_from", needed=True, hint="例: 令和8年12月1日")
    lease_until = plan_field(
        OtherUseStatement, "lease_until", needed=True, hint="始まりから5年までです。例: 令和13年11月30日"
    )
    reason = plan_field(
        OtherUseStatement,
        "reason",
        needed=True,
        lines=3,
        hint="例: 申込みがなく、空いたままになっているため。",
    )


FORMS: Final[dict[Procedure, type[PartForm]]] = {
    Procedure.CHANGE: ChangeStatementForm,
    Procedure.SUCCESSION: SuccessionStatementForm,
    Procedure.OTHER_USE: OtherUseStatementForm,
}


def statement_form(
    procedure: str, *, content: dict[str, Any], plan: Plan, data: QueryDict | None = None
) -> PartForm:
    """The form of a procedure's statement, filled with what is saved. Raises `KeyError` for one that has none."""
    kind = FORMS[Procedure(procedure)]
    form = kind(data, initial=initial_of(statement_of(procedure, content)))
    if "units" in form.fields:
        form.fields["units"].choices = dedicated_units(plan)  # type: ignore[attr-defined]
    return form


def statement_content(form: PartForm) -> dict[str, Any]:
    """The JSON value of a valid form."""
    return dict(to_content(form.value()))
