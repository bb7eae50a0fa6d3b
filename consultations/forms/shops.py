"""The forms of 物件の問合せ: what goes on the card and to whom; what a shop answers."""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import DateField, LineField, NumberField
from consultations.models import Case
from consultations.rules.asking import CODE_DIGITS, LONGEST_OFFER, InquiryEvent, NoReason
from consultations.rules.cards import CONDITIONS, LANGUAGES, Wish, conditions_of, month_label


class CardForm(forms.Form):
    """The card in the counsellor's words, and the shops. Nothing of the case is filled in but codes."""

    area = LineField(
        label="地域",
        max_length=60,
        help_text="町名か駅の名前まで。番地は書けません。例: 見本町、輪野駅の近く",
        error_messages={"required": "地域を書いてください。町名か駅の名前まで。例: 見本町、輪野駅の近く"},
    )
    month = forms.ChoiceField(label="入居したい月", required=False)
    with_household = forms.BooleanField(label="世帯(単身・2人・3人以上)を載せる", required=False)
    with_age = forms.BooleanField(label="年代を載せる", required=False)
    conditions = forms.MultipleChoiceField(
        label="条件",
        choices=list(CONDITIONS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        help_text="断られたことや滞納のことは、店には出ません。",
    )
    language = forms.ChoiceField(
        label="ことば", choices=[("", "日本語で話せる"), *LANGUAGES.items()], required=False
    )
    note = forms.CharField(
        label="そのほか",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="住まいの条件だけを書きます。名前、電話番号、病気や暮らしの事情は書けません。例: 日当たりのよい部屋。自転車を置きたい。",
    )
    shops = forms.MultipleChoiceField(
        label="問い合わせる店",
        error_messages={
            "required": "問い合わせる店を、一つ以上選んでください。",
            "invalid_choice": "この店には問い合わせられません。選び直してください。",
        },
    )
    rare = forms.BooleanField(label="だれのことか分かるおそれがあると分かったうえで送る", required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = _months(today)
        if case.leave_by:
            self.fields["month"].initial = f"{case.leave_by:%Y-%m}"
        offered = [("", "決まっていない"), *((each, month_label(each)) for each in months)]
        self.fields["month"].choices = offered  # type: ignore[attr-defined]
        self.fields["with_household"].initial = self.fields["with_age"].initial = True
        self.fields["conditions"].initial = list(conditions_of(case.obstacles))
        self.fields["key"].initial = uuid.uuid4

    def offer(self, shops: Sequence[tuple[str, str]]) -> None:
        """The shops that can be chosen."""
        self.fields["shops"].choices = list(shops)  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        """What was chosen, as the rules take it."""
        given = self.cleaned_data
        return Wish(
            area=given["area"],
            month=given["month"],
            conditions=tuple(given["conditions"]),
            language=given["language"],
            note=given["note"],
            with_household=given["with_household"],
            with_age=given["with_age"],
        )

    def shop_ids(self) -> list[uuid.UUID]:
        return [uuid.UUID(each) for each in self.cleaned_data["shops"]]


class ShopYesForm(forms.Form):
    """心当たりあり. Roughly; the rest is told on the telephone."""

    use_required_attribute = False
    offer = forms.CharField(
        label="おおよその案内",
        required=False,
        max_length=LONGEST_OFFER,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="書かなくてもかまいません。例: 輪野駅から徒歩10分、1階、1DK",
        error_messages={"max_length": f"{LONGEST_OFFER}字までで書いてください。"},
    )
    rent_yen = NumberField(
        label="家賃(共益費込み)", required=False, min_value=1_000, max_value=1_000_000, unit="円"
    )


class ShopAnswerForm(ShopYesForm):
    """What a shop told by telephone or fax."""

    has_home = forms.ChoiceField(
        label="回答",
        choices=[("yes", "心当たりあり"), ("no", "該当なし")],
        widget=forms.RadioSelect,
        error_messages={"required": "どちらかを選んでください。"},
    )
    reason = forms.ChoiceField(
        label="該当なしの理由", choices=[("", "選んでください"), *NoReason.choices], required=False
    )
    field_order = ("has_home", "offer", "rent_yen", "reason")


class StageForm(forms.Form):
    """内見, 申込 or 審査, with its day."""

    stage = forms.ChoiceField(
        label="すすみ",
        widget=forms.RadioSelect,
        error_messages={
            "required": "どれか一つを選んでください。",
            "invalid_choice": "選べないものです。選び直してください。",
        },
    )
    happened_on = DateField(label="した日")

    def __init__(self, *args: Any, offered: Sequence[InquiryEvent], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [(each.value, str(each.label)) for each in offered]  # type: ignore[attr-defined]
        self.fields["happened_on"].initial = today


class CodeForm(forms.Form):
    """The code that stands on the sheet or was told on the telephone."""

    use_required_attribute = False
    code = forms.CharField(
        label="確認の番号",
        max_length=20,
        help_text=f"相談窓口からお伝えした、{CODE_DIGITS}けたの数字です。",
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


def _months(today: dt.date) -> list[str]:
    first = today.year * 12 + today.month - 1
    return [f"{each // 12}-{each % 12 + 1:02}" for each in range(first, first + 13)]
