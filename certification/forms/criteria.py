"""What offices send in beside judgements: rents nearby, what was seen to after a certification, own numbers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from accounts.forms import DateField, LineField
from certification.forms.applicant.fields import AreaField, NumberField, folded
from certification.forms.staff import long_text
from certification.rules.criteria.local import CHANGEABLE
from certification.services.rents import RentContent
from certification.services.thresholds import ThresholdContent


class _Whole(NumberField):
    """A whole number that has to be given."""

    def clean(self, value: Any) -> Any:
        if not str(value or "").strip() and self.required:
            raise forms.ValidationError(self.error_messages["required"])
        return super().clean(value)


class _Area(AreaField):
    """An area above zero that has to be given."""

    def clean(self, value: Any) -> Any:
        if not str(value or "").strip():
            raise forms.ValidationError(self.error_messages["required"])
        area = super().clean(value)
        if area is not None and not 0 < area < 100_000:
            raise forms.ValidationError("0より大きく、100,000より小さい数で入れてください。")
        return area


def _digits() -> forms.TextInput:
    return forms.TextInput({"class": "w-num", "inputmode": "decimal", "autocomplete": "off"})


class RentForm(forms.Form):
    """A home nearby, as an officer found it."""

    use_required_attribute = False
    address = LineField(
        label="おおよその所在地",
        max_length=100,
        help_text="町名・丁目まで。部屋番号や貸主の名前は書かないでください。",
        error_messages={"required": "町名など、おおよその所在地を入れてください。"},
    )
    area_m2 = _Area(
        label="面積(㎡)", unit="㎡", widget=_digits(), error_messages={"required": "面積を入れてください。"}
    )
    built_year = _Whole(label="建築年(西暦)", required=False, widget=_digits(), help_text="例: 1998")
    monthly_rent_yen = _Whole(
        label="家賃(円/月)",
        unit="円/月",
        smallest=1,
        widget=_digits(),
        error_messages={"required": "家賃を入れてください。"},
    )
    source = LineField(
        label="調べた先",
        max_length=120,
        help_text="例: 不動産情報サイト 令和8年11月20日",
        error_messages={"required": "どこで調べたかを入れてください。"},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "label_suffix": ""})

    def clean_built_year(self) -> int | None:
        year: int | None = self.cleaned_data["built_year"]
        if year is not None and not 1868 <= year <= 2200:
            raise forms.ValidationError("西暦4桁で入れてください(例: 1998)。")
        return year

    def content(self) -> RentContent:
        return RentContent(**self.cleaned_data)


class FollowUpForm(forms.Form):
    """When it was seen to, and by what."""

    use_required_attribute = False
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    done_on = DateField(label="確認した日", help_text="例: 令和9年3月31日")
    note = long_text(
        "確認の結果", required=False, hint="検査済証、改修後の耐震診断の報告書など、何で確かめたか。"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "label_suffix": ""})


class _ValueField(forms.DecimalField):
    """A number in full or half width."""

    widget = _digits()
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "値を入れてください。",
        "invalid": "数字だけで入れてください(例: 18、12.5)。",
        "max_decimal_places": "小数点以下は%(max)s桁までで入れてください。",
    }

    def to_python(self, value: Any) -> Any:
        return super().to_python(folded(value) if isinstance(value, str) else value)


class ThresholdForm(forms.Form):
    """An own value from a day on."""

    use_required_attribute = False
    code = forms.ChoiceField(
        label="数値",
        error_messages={
            "required": "どの数値かを選んでください。",
            "invalid_choice": "どの数値かを、一覧から選び直してください。",
        },
    )
    value = _ValueField(label="この自治体の値", max_digits=10, decimal_places=2)
    effective_from = DateField(label="適用する日", help_text="今日以後の日。例: 令和9年4月1日")
    basis = LineField(
        label="根拠",
        max_length=120,
        help_text="例: 見本市賃貸住宅供給促進計画(令和9年3月)第4章",
        error_messages={"required": "根拠(計画の名前と箇所)を入れてください。"},
    )

    def __init__(self, *args: Any, labels: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **{**options, "label_suffix": ""})
        choices = [(code.value, labels.get(code.value, code.value)) for code in CHANGEABLE]
        self.fields["code"].choices = [("", "選んでください"), *choices]  # type: ignore[attr-defined]

    def content(self) -> ThresholdContent:
        return ThresholdContent(**self.cleaned_data)


class EndForm(forms.Form):
    """The last day of an own value."""

    use_required_attribute = False
    until = DateField(label="終わりの日", help_text="この日まで適用します。今日以後の日。")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "label_suffix": ""})
