"""The forms of 関係機関 and of referring to them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import LineField
from consultations.rules.consents import Scope
from consultations.rules.referring import LONGEST_REPLY, LONGEST_REQUEST, AgencyKind, DeclineReason


class AgencyForm(forms.Form):
    """An agency of the directory."""

    kind = forms.ChoiceField(label="種類", choices=AgencyKind.choices)
    name = LineField(
        label="名称",
        max_length=100,
        help_text="同意の「渡す相手」に書くのと、同じ名前にします。",
        error_messages={"required": "名称を書いてください。"},
    )
    phone = LineField(label="電話番号", max_length=20, required=False, width="w-medium")
    fax = LineField(label="FAX", max_length=20, required=False, width="w-medium")
    email = forms.EmailField(
        label="メール",
        required=False,
        help_text="あるときは、紹介のリンクがここに届きます。",
        error_messages={"invalid": "メールアドレスの形になっていません。例: mado@example.jp"},
    )
    is_active = forms.BooleanField(label="いま紹介できる", required=False, initial=True)


class ReferralForm(forms.Form):
    """To whom, what goes, and what is asked."""

    agency = forms.ChoiceField(
        label="関係機関",
        error_messages={
            "required": "紹介する関係機関を選んでください。",
            "invalid_choice": "この機関には紹介できません。選び直してください。",
        },
    )
    pieces = forms.MultipleChoiceField(
        label="伝えるもの",
        choices=Scope.choices,
        error_messages={"required": "伝えるものを、一つ以上選んでください。"},
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        help_text="同意したものだけが選べます。住所は、どれを選んでも伝わりません。",
    )
    request = forms.CharField(
        label="お願いしたいこと",
        max_length=LONGEST_REQUEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="機関に見えます。選ばなかったこと(名前や病気など)は書かないでください。",
        error_messages={"required": "お願いしたいことを書いてください。"},
    )
    is_sure = forms.BooleanField(label="本人の安全を確かめた(要保護)", required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, agencies: Sequence[tuple[str, str]], is_protected: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = [("", "選んでください"), *agencies]  # type: ignore[attr-defined]
        self.fields["key"].initial = uuid.uuid4
        if not is_protected:
            del self.fields["is_sure"]

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        given = self.cleaned_data
        return {
            "agency_id": uuid.UUID(given["agency"]),
            "pieces": given["pieces"],
            "request": given["request"],
            "is_sure": given.get("is_sure", False),
        }


class AgencyAnswerForm(forms.Form):
    """What an agency answers."""

    use_required_attribute = False
    answer = forms.ChoiceField(
        label="回答",
        choices=[("yes", "引き受ける"), ("no", "断る")],
        widget=forms.RadioSelect,
        error_messages={"required": "どちらかを選んでください。"},
    )
    reason = forms.ChoiceField(
        label="断る理由", choices=[("", "選んでください"), *DeclineReason.choices], required=False
    )
    reply = forms.CharField(
        label="伝えること",
        required=False,
        max_length=LONGEST_REPLY,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="担当の方のお名前や、次に連絡する日など。",
    )
