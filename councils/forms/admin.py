"""What the windows of the admin take in: lists of codes as boxes to tick, sessions checked as the rule they make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

from django import forms

from councils.models import Desk, OrganisationAlias, Session, Shop
from councils.models.desks import RULE_COLUMNS
from councils.rules.schedule import LAST, WEEKDAYS
from councils.rules.schedule_problems import problems
from councils.rules.words import Feature, Language
from japan.folding import fold

_NTH: Final = (*((number, f"第{number}") for number in range(1, 6)), (LAST, "最終"))
_SHOP_LABELS: Final = {each.name: each.verbose_name for each in Shop._meta.fields}


class Boxes(forms.TypedMultipleChoiceField):
    """Boxes to tick, for a list kept as JSON; the codes come out in the order they are offered."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[Any]:
        ticked = super().clean(value)
        offered = cast("Iterable[tuple[Any, str]]", self.choices)
        return [self.coerce(code) for code, _ in offered if self.coerce(code) in ticked]


class AliasForm(forms.ModelForm):
    """One way of writing a body's name; written alike in all that counts, it belongs to one body only."""

    class Meta:
        model = OrganisationAlias
        fields = ("name",)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        key = fold(name)[:200]  # folding may make a name longer; the column is not
        same = OrganisationAlias.objects.filter(key=key).exclude(pk=self.instance.pk).first()
        if not key:
            raise forms.ValidationError("文字か数字の入った名前を入力してください。")
        if same is not None:
            raise forms.ValidationError(f"この書き方は「{same.organisation}」の別名として登録されています。")
        self.instance.key = key
        return name


class DeskForm(forms.ModelForm):
    languages = Boxes(label="ことば", choices=Language.choices, required=False)

    class Meta:
        model = Desk
        fields = ("languages", "features")

    def clean_features(self) -> dict[str, bool]:
        """Known codes with true or false; what is left out is 未確認."""
        features = self.cleaned_data["features"] or {}
        known = "、".join(f"{code}({label})" for code, label in Feature.choices)
        if not isinstance(features, dict) or not set(features) <= set(Feature.values):
            raise forms.ValidationError(f"コードは次のどれかにしてください: {known}")
        if not all(isinstance(value, bool) for value in features.values()):
            raise forms.ValidationError("ある場合は true、ない場合は false と書いてください。")
        return features


class SessionForm(forms.ModelForm):
    """The columns together are a rule; its problems are told as they are to the owner of a desk."""

    weekdays = Boxes(label="曜日", choices=[*enumerate(WEEKDAYS)], coerce=int, required=False)
    nth = Boxes(label="第何", choices=_NTH, coerce=int, required=False)

    class Meta:
        model = Session
        fields = (*RULE_COLUMNS, "position", "venue", "address")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("slots", "extra", "skipped"):
            cleaned[name] = cleaned.get(name) or []
        if self.errors:
            return cleaned
        for problem in _problems(Session(**{name: cleaned[name] for name in RULE_COLUMNS})):
            self.add_error(None, problem)
        return cleaned


def _problems(session: Session) -> list[str]:
    try:
        rule = session.rule
    except (TypeError, ValueError):
        return [
            '枠や日付の書き方を直してください。枠は [["10:00", "10:30"]]、日付は ["2026-12-03"] の形です。'
        ]
    return problems(rule)


class ShopForm(forms.ModelForm):
    published_fields = Boxes(
        label="公開してよい項目",
        choices=[(name, _SHOP_LABELS[name]) for name in Shop.OPTIONAL_FIELDS],
        required=False,
        help_text="店が同意した項目だけを選んでください。選ばない項目は、住民には見えません。",
    )

    class Meta:
        model = Shop
        fields = ("published_fields",)
