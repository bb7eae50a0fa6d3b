"""What may come in about letters: the words of a municipality, and how a letter was handed on."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from accounts.forms import DateField, LineField
from certification.rules.letter_kinds import LONGEST_BODY, LONGEST_TITLE, DeliveryWay


class TemplateForm(forms.Form):
    """Title and body of one kind of letter. What the words must hold stands in `rules.letter_kinds`."""

    title = LineField(
        label="件名", max_length=LONGEST_TITLE, help_text=f"文書の表題です。{LONGEST_TITLE}文字まで。"
    )
    body = forms.CharField(
        label="本文",
        max_length=LONGEST_BODY,
        help_text="1行が1段落になります。{ } で囲んだ項目は、文書を出すときに、その申請や計画の値に替わります。",
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    seen = forms.IntegerField(label="見ていた版", min_value=0, widget=forms.HiddenInput)


class SeenOnlyForm(forms.Form):
    """Publishing and throwing away need nothing but what the person saw."""

    seen = forms.IntegerField(label="見ていた版", min_value=0, widget=forms.HiddenInput)


class DeliveryForm(forms.Form):
    """How, and on which day, a letter was handed on."""

    way = forms.ChoiceField(
        label="通知の方法",
        choices=DeliveryWay.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "通知の方法を選んでください。"},
    )
    delivered_on = DateField(
        label="届けた日",
        help_text="郵送は出した日、窓口交付は渡した日です。令和8年12月10日、2026/12/10、R8.12.10 のように書けます。",
    )
    note = LineField(
        label="控え",
        required=False,
        max_length=120,
        help_text="簡易書留の番号、受け取った方の職名などを書けます。",
    )
    seen = forms.IntegerField(label="見ていた記録の数", min_value=0, widget=forms.HiddenInput)

    def clean_way(self) -> DeliveryWay:
        return DeliveryWay(self.cleaned_data["way"])

    def renew(self, seen: int) -> None:
        """Let the form act on what stands there now; what was typed stays."""
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        data["seen"] = str(seen)
        self.data = data
