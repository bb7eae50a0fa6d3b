"""The forms of statistics, retention and disclosure."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from accounts.forms import LineField, NumberField
from consultations.documents.statistics import FORMATS
from consultations.rules.purposes import Asker, CopyPurpose, DisclosurePurpose
from consultations.rules.retention import FEWEST_YEARS, MOST_YEARS
from consultations.rules.words import Method

CHOOSE = ("", "選んでください")


class CopyForm(forms.Form):
    """As which file, and what for."""

    format = forms.ChoiceField(label="形式", choices=FORMATS)
    purpose = forms.ChoiceField(
        label="何のために書き出しますか",
        choices=[CHOOSE, *CopyPurpose.choices],
        error_messages={"required": "何のためかを選んでください。"},
    )


class YearsForm(forms.Form):
    """How long a council keeps its cases."""

    years = NumberField(
        label="保存する年数",
        min_value=FEWEST_YEARS,
        max_value=MOST_YEARS,
        unit="年",
        help_text="終結した年度の翌年度の4月1日から数えます。協議会や自治体の文書管理の決まりに合わせます。",
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class HoldForm(forms.Form):
    """A case that is kept although its time comes."""

    number = LineField(
        label="相談番号",
        max_length=20,
        width="w-medium",
        help_text="例: R8-相-0012",
        error_messages={"required": "相談番号を入れてください。"},
    )
    reason = LineField(
        label="なぜ残すのですか",
        max_length=200,
        help_text="例: 損害賠償の訴えが続いているため。名前や住所は書きません。",
        error_messages={"required": "理由を書いてください。"},
    )


class ApproveForm(forms.Form):
    """What is typed where nobody else could approve."""

    typed = LineField(
        label="確かめのことば",
        max_length=40,
        width="w-medium",
        error_messages={"required": "上のことばを、そのまま入れてください。"},
    )

    def __init__(self, *args: Any, needs_typing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["typed"].required = needs_typing


class DisclosureForm(forms.Form):
    """What the copy is for, and who asked."""

    purpose = forms.ChoiceField(
        label="何のための写しですか",
        choices=[CHOOSE, *DisclosurePurpose.choices],
        error_messages={"required": "何のためかを選んでください。"},
    )
    asker = forms.ChoiceField(
        label="求めた人",
        choices=[CHOOSE, *Asker.choices],
        help_text="代理の人のときは、資格を示す書類(戸籍、委任状など)を確かめます。",
        error_messages={"required": "だれが求めたかを選んでください。"},
    )
    is_identified = forms.BooleanField(
        label="本人であること(代理人は資格も)を、書類で確かめました",
        error_messages={"required": "確かめてから、印を付けてください。"},
    )


class CorrectionForm(forms.Form):
    """What the person wants to be mended."""

    asker = forms.ChoiceField(label="求めた人", choices=Asker.choices)
    method = forms.ChoiceField(label="請求の方法", choices=Method.choices)
    text = forms.CharField(
        label="どこを、どう直してほしいか",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="対応の記録に「訂正の請求」として残ります。直すときは「内容を直す」で直します。",
        error_messages={"required": "どこを、どう直してほしいかを書いてください。"},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
