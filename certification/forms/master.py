"""What the municipality's administrator may send in: shape and type. Rules about it stand in `services.master`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.forms.boundfield import BoundWidget

from accounts.forms import DateField, LineField, NumberField
from accounts.models import Department
from certification.forms.applicant.fields import folded
from certification.models import DocumentType, Requirement
from certification.rules.conditions import ConditionCode
from certification.rules.criteria import CONSENT_LETTER, SEISMIC_PROOF, CheckCode
from certification.rules.workflow import Order
from certification.selectors.master import (
    DepartmentContent,
    DocumentContent,
    ItemContent,
    Names,
    SettingContent,
    Share,
    place_groups,
)

MAX_ITEMS: Final = 999
"""The highest number of a row."""

_PHONE: Final = re.compile(r"[0-9()\-]{0,20}")


class PhoneField(LineField):
    """Digits, hyphens and brackets, in half width."""

    def clean(self, value: Any) -> str:
        text = folded(super().clean(value)).replace(" ", "")
        if not _PHONE.fullmatch(text):
            raise forms.ValidationError("電話番号は、数字とハイフンで入力してください。例: 042-470-7777")
        return text


def _condition_choices() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in ConditionCode.choices]


def _required(text: str) -> dict[str, str]:
    return {"required": text}


class SettingForm(forms.Form):
    """The settings of one municipality."""

    lead_department_id = forms.TypedChoiceField(
        label="主管課",
        coerce=int,
        help_text="申請を受け付け、差戻しと通知を行う課です。",
        error_messages=_required("主管課を選んでください。"),
    )
    order = forms.ChoiceField(
        label="審査の順",
        choices=Order.choices,
        widget=forms.RadioSelect,
        error_messages=_required("審査の順を選んでください。"),
    )
    standard_days = NumberField(
        label="標準処理期間",
        unit="営業日",
        min_value=1,
        max_value=250,
        help_text="土日祝日と年末年始を除いて数えます。",
    )
    correction_days = NumberField(
        label="補正の期限",
        unit="営業日",
        min_value=1,
        max_value=120,
        help_text="差し戻すときに、はじめに示される期限です。差戻しのたびに変えられます。",
    )
    authority_title = LineField(
        label="認定する者の職名", max_length=40, width="w-medium", help_text="例: 見本市長"
    )
    authority_name = LineField(label="認定する者の氏名", max_length=60, width="w-medium")
    omits_seal = forms.BooleanField(
        label="公印を省略する", required=False, help_text="通知文書に「(公印省略)」と載せます。"
    )
    appeal_text = forms.CharField(
        label="教示文",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="不認定の通知に載せる、審査請求と取消訴訟の案内です。",
    )
    enquiry_text = LineField(
        label="問合せ先",
        max_length=200,
        help_text="通知文書に載せます。例: 見本市福祉部福祉総務課 042-000-0000",
    )

    def __init__(self, *args: Any, departments: Iterable[Department], **options: Any) -> None:
        super().__init__(*args, **options)
        in_use = [(str(row.pk), row.name) for row in departments if row.is_active]
        _choices(self, "lead_department_id", [("", "選んでください"), *in_use])

    def content(self) -> SettingContent:
        """As the service takes it."""
        return SettingContent(**self.cleaned_data)


class DepartmentForm(forms.Form):
    """One department."""

    name = LineField(label="課の名称", max_length=60, width="w-medium", help_text="例: 福祉総務課")
    short_name = LineField(
        label="略称", max_length=4, width="w-short", help_text="一覧の進み具合に使う1〜4文字です。例: 福"
    )
    side = forms.ChoiceField(label="分野", choices=Department.Side.choices)
    document_symbol = LineField(
        label="文書記号", max_length=20, width="w-medium", help_text="文書番号の頭に付きます。例: 東福福総"
    )
    phone = PhoneField(label="電話番号", max_length=20, width="w-medium", required=False)
    is_active = forms.BooleanField(
        label="使用中",
        required=False,
        initial=True,
        help_text="外すと、新しい申請や任命で選べなくなります。これまでの記録は残ります。",
    )

    def content(self) -> DepartmentContent:
        """As the service takes it."""
        return DepartmentContent(**self.cleaned_data)


@dataclass(frozen=True, kw_only=True)
class ShareFields:
    """The three fields of one department in the form of a row."""

    department: Department
    is_used: BoundField
    condition: BoundField
    is_inferred: BoundField


@dataclass(frozen=True, kw_only=True)
class PlaceFields:
    """The boxes of one section of the plan. `chosen` is how many are ticked."""

    label: str
    options: tuple[BoundWidget, ...]
    chosen: int


class ItemForm(forms.Form):
    """One row of the 別表: its words, when it applies, who reviews it, what it speaks of."""

    number = NumberField(label="番号", min_value=1, max_value=MAX_ITEMS)
    label = LineField(label="主な審査事項", max_length=200)
    document_label = LineField(
        label="審査書類", max_length=200, help_text="別表に書く書類の名前です。例: 申請書別紙"
    )
    requirement = forms.ChoiceField(
        label="必須・適宜",
        choices=Requirement.choices,
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
        error_messages=_required("必須か適宜かを選んでください。"),
    )
    condition = forms.ChoiceField(
        label="項目の条件",
        choices=_condition_choices,
        help_text="当たらない計画では、審査する課が「該当なし」と判定します。",
    )
    document_codes = forms.MultipleChoiceField(
        label="添付書類",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="この項目を審査するときに見る添付書類です。",
    )
    sections = forms.MultipleChoiceField(
        label="計画の箇所",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="審査の画面で、この項目の横に示す箇所です。補正でここが変わると、項目を見直します。",
    )
    checks = forms.MultipleChoiceField(
        label="自動確認",
        required=False,
        choices=[(one.value, one.label) for one in CheckCode],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        help_text="項目の横に示す、基準との照らし合わせです。判定は人が行います。",
    )
    basis = LineField(label="根拠", max_length=120, required=False, help_text="例: 法41条1号、共管省令9条")

    def __init__(
        self,
        *args: Any,
        departments: Sequence[Department],
        documents: Iterable[DocumentType],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.departments = departments
        self.documents = {row.code: row.label for row in documents}
        _choices(self, "document_codes", list(self.documents.items()))
        _choices(self, "sections", [place for group in place_groups() for place in group.places])
        for department in departments:
            self._add_share_fields(department)

    def _add_share_fields(self, department: Department) -> None:
        used, condition, inferred = _share_names(department.pk)
        self.fields[used] = forms.BooleanField(label=department.name, required=False)
        self.fields[condition] = forms.ChoiceField(
            label=f"{department.name}が審査する条件",
            choices=_condition_choices,
            required=False,
            initial=ConditionCode.ALWAYS,
        )
        self.fields[inferred] = forms.BooleanField(label="担当は推定", required=False)

    @classmethod
    def initial_of(cls, content: ItemContent) -> dict[str, Any]:
        """The fields' first values for a row."""
        values: dict[str, Any] = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in vars(content).items()
            if name != "departments"
        }
        for share in content.departments:
            used, condition, inferred = _share_names(share.department_id)
            values |= {used: True, condition: share.condition, inferred: share.is_inferred}
        return values

    def names(self) -> Names:
        """What the departments and documents to choose from are called."""
        return Names(departments={row.pk: row.name for row in self.departments}, documents=self.documents)

    def share_fields(self) -> list[ShareFields]:
        """The fields of every department, in its order."""
        return [
            ShareFields(
                department=department,
                is_used=self[used],
                condition=self[condition],
                is_inferred=self[inferred],
            )
            for department in self.departments
            for used, condition, inferred in [_share_names(department.pk)]
        ]

    def place_fields(self) -> list[PlaceFields]:
        """The boxes of `sections` under the plan's own parts."""
        boxes = {str(box.data["value"]): box for box in self["sections"].subwidgets}
        groups = []
        for group in place_groups():
            options = tuple(boxes[pattern] for pattern, _ in group.places)
            chosen = sum(bool(option.data["selected"]) for option in options)
            groups.append(PlaceFields(label=group.label, options=options, chosen=chosen))
        return groups

    def content(self) -> ItemContent:
        """As the service takes it."""
        data = self.cleaned_data
        return ItemContent(
            number=data["number"],
            label=data["label"],
            document_label=data["document_label"],
            requirement=data["requirement"],
            condition=data["condition"],
            document_codes=self._in_known_order("document_codes"),
            sections=self._in_known_order("sections"),
            checks=self._in_known_order("checks"),
            basis=data["basis"],
            departments=tuple(self._shares()),
        )

    def _in_known_order(self, name: str) -> tuple[str, ...]:
        """What was ticked in the order the row has it, new ones last: ticking nothing new changes nothing."""
        chosen = list(self.cleaned_data[name])
        known = [one for one in self.initial.get(name, []) if one in chosen]
        return (*known, *(one for one in chosen if one not in known))

    def _shares(self) -> Iterable[Share]:
        for pk in sorted(department.pk for department in self.departments):
            used, condition, inferred = _share_names(pk)
            if self.cleaned_data[used]:
                yield Share(
                    department_id=pk,
                    condition=self.cleaned_data[condition] or ConditionCode.ALWAYS.value,
                    is_inferred=self.cleaned_data[inferred],
                )


def _share_names(department_id: int) -> tuple[str, str, str]:
    return f"use_{department_id}", f"condition_{department_id}", f"inferred_{department_id}"


class DocumentForm(forms.Form):
    """One kind of attachment of the draft. `code` is asked of a new one only."""

    label = LineField(label="書類の名称", max_length=120)
    requirement = forms.ChoiceField(
        label="必須・適宜",
        choices=Requirement.choices,
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
        help_text="「適宜」で条件が「常に」の書類は、申請者の判断で添付します。",
        error_messages=_required("必須か適宜かを選んでください。"),
    )
    condition = forms.ChoiceField(
        label="必要になる条件", choices=_condition_choices, help_text="この条件に当たる計画で求めます。"
    )
    hint = LineField(
        label="説明", max_length=300, required=False, help_text="申請者の画面で、書類の名称の下に示します。"
    )
    basis = LineField(label="根拠", max_length=120, required=False, help_text="例: 共管省令8条1号")
    position = NumberField(
        label="並び順", min_value=1, max_value=999, help_text="小さい番号の書類から順に並びます。"
    )
    code = forms.ChoiceField(
        label="自動確認との結び付き",
        required=False,
        help_text="決まった書類を見る自動確認があります。当たる書類なら選びます。",
        choices=(
            ("", "なし"),
            (SEISMIC_PROOF, "耐震性の自動確認が見る書類"),
            (CONSENT_LETTER, "つなぎ先リストの自動確認が見る同意書"),
        ),
    )

    def __init__(self, *args: Any, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_new:
            del self.fields["code"]

    def content(self) -> DocumentContent:
        """As the service takes it; the code of an existing document is the service's to keep."""
        return DocumentContent(**{"code": "", **self.cleaned_data})


class PublishForm(forms.Form):
    """From when a new version holds, and what it rests on."""

    effective_from = DateField(label="適用する日")
    source = LineField(
        label="出典",
        max_length=300,
        help_text="この版のもとになった要綱などです。例: 見本市要綱(令和8年4月1日改正)別表",
        error_messages=_required("出典を入力してください。"),
    )

    def start(self) -> dt.date:
        """The day typed."""
        day = self.cleaned_data["effective_from"]
        assert isinstance(day, dt.date)
        return day


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
