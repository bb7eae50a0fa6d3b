"""What comes in about a 照会: its text, its sending, its answer — also from who has no account."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any, Final

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict

from accounts.forms import DateField
from certification.forms.staff import long_text
from certification.models import Inquiry
from certification.rules.inquiries import (
    CODE_DIGITS,
    LINK_DAYS,
    Answer,
    Delivery,
    Finding,
    InquiryKind,
    OrderAnswer,
    Remedy,
    Sex,
    finding_label,
    orders_of,
)
from certification.selectors.inquiries import asked_orders, possible_readers
from certification.services.inquiries import InquiryText, Subject

DATE_HINT: Final = "令和8年12月10日、2026/12/10、R8.12.10 のように書けます。"
MOST_SUBJECTS: Final = 40
IN_A_ROW: Final = {"class": "choices-inline"}


class SeenInquiryForm(forms.Form):
    """The inquiry as the person saw it."""

    seen = forms.IntegerField(label="見ていた版", min_value=0, widget=forms.HiddenInput)

    def renew(self, inquiry: Inquiry) -> None:
        """Let the form act on the inquiry as it is now; what was typed stays."""
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        data["seen"] = str(inquiry.revision)
        self.data = data


class KindForm(forms.Form):
    """Whom to ask."""

    kind = forms.ChoiceField(choices=InquiryKind.choices)


class InquiryForm(SeenInquiryForm):
    """The text of a draft. What this kind does not have is left out."""

    addressee = forms.CharField(label="照会先の名称", max_length=100, required=False)
    question = long_text("照会する事項", required=False, rows=5, hint="照会書にそのまま載ります。")
    orders = forms.MultipleChoiceField(
        label="受けていないかを聞く命令", required=False, widget=forms.CheckboxSelectMultiple
    )
    due_on = DateField(label="回答の期限", required=False, help_text=DATE_HINT)
    ground = long_text(
        "疑いの根拠",
        required=False,
        rows=3,
        hint="照会書には載りません。閲覧できる人と決裁者だけが読めます。",
    )
    restricted = forms.BooleanField(
        label="閲覧を制限する",
        required=False,
        help_text="下で選んだ人と決裁者だけが読めます。ほかの人には「照会(閲覧制限)」とだけ見えます。リンクでの回答は受けられません。",
    )
    readers = forms.TypedMultipleChoiceField(
        label="閲覧できる人",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="作成した人と決裁者は、選ばなくても読めます。",
    )

    def __init__(self, *args: Any, inquiry: Inquiry, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        orders = orders_of(inquiry.kind)
        self.fields["orders"].choices = [  # type: ignore[attr-defined]
            (code, f"{rule.article}({rule.what})") for code, rule in orders.items()
        ]
        people = possible_readers(inquiry.application, day=today)
        self.fields["readers"].choices = [(user.pk, user.name) for user in people]  # type: ignore[attr-defined]
        is_police = inquiry.kind == InquiryKind.POLICE
        left_out = ["restricted"] if is_police else ["ground"]
        for name in [*left_out, *([] if orders else ["orders"])]:
            del self.fields[name]
        self.fields["addressee"].help_text = _ADDRESSEE_HINTS[InquiryKind(inquiry.kind)]

    def text(self, subjects: tuple[Subject, ...]) -> InquiryText:
        """What the service takes. Call after `is_valid()`."""
        data = self.cleaned_data
        return InquiryText(
            addressee=data["addressee"],
            question=data["question"],
            due_on=data["due_on"],
            orders=tuple(data.get("orders", ())),
            restricted=data.get("restricted", False),
            ground=data.get("ground", ""),
            reader_ids=tuple(data["readers"]),
            subjects=subjects,
        )


_ADDRESSEE_HINTS: Final = {
    InquiryKind.POLICE: "例: 都道府県警察の担当課",
    InquiryKind.FIRE: "住宅の所在地を管轄する消防署。例: 見本消防署 予防課",
    InquiryKind.BUILDING: "住宅の所在地の特定行政庁。例: 見本県 建築指導事務所",
    InquiryKind.OTHER: "例: 介護福祉課",
}


def values_of(inquiry: Inquiry) -> dict[str, Any]:
    """Initial values of `InquiryForm`."""
    names = ("addressee", "question", "orders", "due_on", "ground", "restricted")
    readers = list(inquiry.readers.values_list("user", flat=True))
    return {
        "seen": inquiry.revision,
        "readers": readers,
        **{name: getattr(inquiry, name) for name in names},
    }


class SubjectForm(forms.Form):
    """対象者 of an inquiry to the police. A row left empty is no row."""

    name = forms.CharField(label="氏名", max_length=100, required=False)
    kana = forms.CharField(label="フリガナ", max_length=100, required=False)
    birth_date = DateField(label="生年月日", required=False)
    sex = forms.ChoiceField(label="性別", choices=[("", "—"), *Sex.choices], required=False)
    address = forms.CharField(label="住所", max_length=300, required=False)
    role = forms.CharField(label="役職・立場", max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if any(data.values()) and not data.get("name"):
            self.add_error(
                "name", "氏名を入れてください。この人を外すときは、行のすべての欄を空にしてください。"
            )
        return data


SubjectForms = formset_factory(
    SubjectForm, extra=2, max_num=MOST_SUBJECTS, absolute_max=MOST_SUBJECTS + 10, validate_max=True
)


def subject_rows(inquiry: Inquiry) -> list[dict[str, Any]]:
    """Initial values of `SubjectForms`."""
    names = ("name", "kana", "birth_date", "sex", "address", "role")
    return [{name: getattr(row, name) for name in names} for row in inquiry.subjects.all()]


def subjects_of(forms_: BaseFormSet[SubjectForm] | None) -> tuple[Subject, ...]:
    """The rows that were filled in."""
    rows = [form.cleaned_data for form in forms_ or ()]
    return tuple(Subject(**row) for row in rows if row.get("name"))


class SendForm(SeenInquiryForm):
    sent_on = DateField(label="照会日", help_text="照会書の日付になります。")
    how = forms.ChoiceField(label="送り方", choices=[("", "選んでください"), *Delivery.choices])


class WithdrawForm(SeenInquiryForm):
    reason = long_text("取り下げる理由", required=True, rows=3)


class LinkForm(SeenInquiryForm):
    days = forms.TypedChoiceField(
        label="使える期間", coerce=int, choices=[(days, f"{days}日間") for days in LINK_DAYS], initial=7
    )


class RemedyForm(SeenInquiryForm):
    """The office's judgement of the prospect of remedy."""

    remedy = forms.ChoiceField(
        label="是正の見込み", choices=Remedy.choices, widget=forms.RadioSelect(attrs=IN_A_ROW)
    )
    remedy_on = DateField(label="是正の時期", required=False, help_text=f"見込みがあるとき。{DATE_HINT}")
    remedy_note = long_text(
        "判断の根拠", required=False, rows=3, hint="だれに、いつ、何を確かめたかを書いてください。"
    )
    remedied_on = DateField(
        label="是正を確かめた日", required=False, help_text="是正されたことを確かめたときに入れます。"
    )


class AnswerFields(forms.Form):
    """What an answer says: for each order asked about, as a whole, and the prospect of remedy."""

    finding = forms.ChoiceField(label="結果", widget=forms.RadioSelect(attrs=IN_A_ROW))
    remedy = forms.ChoiceField(
        label="是正の見込み",
        choices=Remedy.choices,
        required=False,
        widget=forms.RadioSelect(attrs=IN_A_ROW),
        help_text="違反や支障が認められるときに選びます。",
    )
    remedy_on = DateField(label="是正の時期", required=False, help_text=DATE_HINT)
    remedy_note = long_text("是正の見込みの内容", required=False, rows=2)
    text = long_text("回答の内容", required=False, rows=4)
    answerer = forms.CharField(label="回答した人(所属・氏名)", max_length=100)

    def __init__(self, *args: Any, inquiry: Inquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes: list[str] = []
        for code, rule in asked_orders(inquiry):
            self.codes.append(code)
            self.fields[code] = forms.ChoiceField(
                label=f"{rule.article}({rule.what})",
                choices=OrderAnswer.choices,
                widget=forms.RadioSelect(attrs=IN_A_ROW),
                error_messages={"required": f"{rule.article}の命令について、選んでください。"},
            )
        self.fields["finding"].choices = [  # type: ignore[attr-defined]
            (value, finding_label(inquiry.kind, value)) for value in Finding.values
        ]
        if inquiry.kind == InquiryKind.POLICE:
            for name in ("remedy", "remedy_on", "remedy_note"):
                del self.fields[name]
        self.order_fields([*self.leading, *self.codes])

    leading: tuple[str, ...] = ()

    def answer(self) -> Answer:
        """What the service takes. Call after `is_valid()`."""
        data = self.cleaned_data
        return Answer(
            finding=data["finding"],
            orders={code: data[code] for code in self.codes},
            remedy=data.get("remedy", ""),
            remedy_on=data.get("remedy_on"),
            remedy_note=data.get("remedy_note", ""),
            text=data["text"],
            answerer=data["answerer"],
        )


class AnswerForm(AnswerFields, SeenInquiryForm):
    """An answer that came on paper or by mail, recorded by the office."""

    leading = ("seen", "answered_on", "answerer")

    answered_on = DateField(label="回答日")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answerer"].required = False


class PublicAnswerForm(AnswerFields):
    """The same from who was asked. `ticket` proves that the code was given."""

    leading = ("ticket",)

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=400)


class CodeForm(forms.Form):
    """The code that was told separately."""

    code = forms.CharField(
        label="確認の番号",
        max_length=20,
        help_text=f"リンクとは別にお伝えした、{CODE_DIGITS}けたの数字です。",
        error_messages={"required": "確認の番号を入れてください。"},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "w-medium"}
        ),
    )

    def clean_code(self) -> str:
        """Full-width figures and the gap between the halves are as good as plain ones."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        code = "".join(sign for sign in typed if not sign.isspace() and sign != "-")
        if len(code) != CODE_DIGITS or not (code.isascii() and code.isdigit()):
            raise forms.ValidationError(f"{CODE_DIGITS}けたの数字で入れてください。")
        return code
