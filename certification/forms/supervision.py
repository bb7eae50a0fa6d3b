"""監督: what offices write down of tips, measures and their acts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms

from accounts.forms import DateField, LineField
from certification.forms.staff import long_text
from certification.models import InspectionFinding, Measure, Tip
from certification.rules.supervision import (
    Act,
    Consent,
    Finding,
    GuidanceWay,
    Input,
    MeasureKind,
    Risk,
    Row,
    TipKind,
    TipWay,
    grounds_of,
)
from certification.services.supervision import Found, Given, MeasureContent
from certification.services.tips import TipContent

DAY_HINT: Final = "令和8年12月10日、2026/12/10、R8.12.10 のように書けます。"


class ListForm(forms.Form):
    """What narrows the list of plans. What cannot be used is left out."""

    q = forms.CharField(label="名称・カナ・住所・認定番号", required=False, max_length=100)
    risk = forms.ChoiceField(
        label="理由",
        required=False,
        choices=[("", "理由のある計画"), *Risk.choices, ("all", "認定中のすべて")],
    )


class TipForm(forms.Form):
    """What came in. Who told it may stay empty, and is kept apart."""

    use_required_attribute = False
    kind = forms.ChoiceField(label="種別", choices=[("", "選んでください"), *TipKind.choices])
    way = forms.ChoiceField(label="方法", choices=[("", "選んでください"), *TipWay.choices])
    received_on = DateField(label="受けた日", help_text=DAY_HINT)
    certified_number = LineField(
        label="認定番号", required=False, max_length=40, help_text="分かるときに入れます。", width="w-medium"
    )
    about = LineField(
        label="何についてか",
        required=False,
        max_length=200,
        help_text="認定番号が分からないときは、住宅の名前や場所を書きます。",
    )
    content = long_text(
        "内容", required=True, hint="通報した方の名前や、だれか分かることは、ここに書かず、次の欄に書きます。"
    )
    informant = LineField(
        label="通報した方(秘密)",
        required=False,
        max_length=200,
        help_text="名乗らない方は空にします。主管課の窓口担当と決裁者だけが見られ、事業者の画面や書き出しには出ません。",
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def told(self) -> TipContent:
        """What the service takes. Call after `is_valid()`."""
        return TipContent(**{name: value for name, value in self.cleaned_data.items() if name != "key"})


class TipCloseForm(forms.Form):
    """What was done about it."""

    answer = long_text("対応の結果", required=True, hint="どう確かめ、どうしたかを書きます。")
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


DEMAND_LABELS: Final = {
    MeasureKind.REPORT: ("報告を求める事項", "何について、どの期間の報告を求めるか。通知書に載ります。"),
    MeasureKind.INSPECTION: ("検査する事項", "見せてもらう帳簿や設備。通知書に載ります。"),
    MeasureKind.GUIDANCE: ("お願いする事項", "何を、どう改めてほしいか。従うかどうかは任意です。"),
    MeasureKind.ORDER: ("命ずる措置の内容", "何をすれば命令に従ったことになるか。命令書に載ります。"),
}
FACTS_HINT: Final = (
    "いつ、どこで、何があったか。事業者への文書に載ります。通報した方が分かることは書かないでください。"
)


class InspectorsField(forms.CharField):
    """One officer to a line: post, name, number of the card."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000, **options)

    def clean(self, value: Any) -> tuple[dict[str, str], ...]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        return tuple(self._officer(line) for line in lines)

    def _officer(self, line: str) -> dict[str, str]:
        parts = [part.strip() for part in re.split(r"[、,\uff0c]", line)]
        if len(parts) not in (2, 3) or not all(parts[:2]):
            raise forms.ValidationError(
                f"「{line[:30]}」を読めません。「福祉総務課 主任、見本 花子、第12号」のように、所属と職、氏名、身分証の番号を"
                "読点で区切って書いてください。"
            )
        return {"post": parts[0], "name": parts[1], "card": parts[2] if len(parts) == 3 else ""}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return "\n".join(
                "、".join(filter(None, (one["post"], one["name"], one["card"]))) for one in value
            )
        return value


class UnitsField(forms.CharField):
    """Dwellings, one to a line or between 、."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), max_length=2_000, **options)

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = re.split(r"[、,\uff0c\n]", str(super().clean(value)))
        units = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
        if long := next((unit for unit in units if len(unit) > 40), None):
            raise forms.ValidationError(
                f"「{long[:20]}…」は部屋の番号として長すぎます。1行に1部屋ずつ書いてください。"
            )
        return units

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list | tuple) else value


class MeasureForm(forms.Form):
    """What a measure says before it goes out."""

    use_required_attribute = False
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: MeasureKind, tips: Sequence[Tip], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = grounds_of(kind)
        if grounds:
            self.fields["grounds"] = forms.MultipleChoiceField(
                label="根拠",
                choices=[(ground.value, ground.label) for ground in grounds],
                widget=forms.CheckboxSelectMultiple,
                help_text="この処分は、ここに挙げた理由によってだけできます。",
                error_messages={
                    "required": "根拠を1つ以上選んでください。ここにない理由では、この処分はできません。"
                },
            )
        if kind in DEMAND_LABELS:
            label, hint = DEMAND_LABELS[kind]
            self.fields["demand"] = long_text(label, required=True, hint=hint)
        self.fields["facts"] = long_text("理由となる事実", required=True, hint=FACTS_HINT)
        if kind == MeasureKind.INSPECTION:
            self.fields["inspectors"] = InspectorsField(
                label="検査する職員(2人以上)",
                required=False,
                help_text="1行に1人、所属と職、氏名、身分証の番号を読点で区切ります。例: 福祉総務課 主任、見本 花子、第12号",
            )
            self.fields["units"] = UnitsField(
                label="立ち入る部屋",
                required=False,
                help_text="部屋の番号。入居者のいる部屋は、当日に承諾を得られたときだけ立ち入れます。見ないときは空にします。",
            )
        if tips:
            choices = [("", "なし"), *((str(tip.public_id), _tip_label(tip)) for tip in tips)]
            self.fields["tip_id"] = forms.TypedChoiceField(
                label="きっかけの通報", required=False, choices=choices, coerce=uuid.UUID, empty_value=None
            )

    def content(self) -> MeasureContent:
        """What the service takes. Call after `is_valid()`."""
        data = self.cleaned_data
        return MeasureContent(
            facts=data["facts"],
            demand=data.get("demand", ""),
            grounds=tuple(data.get("grounds", ())),
            inspectors=data.get("inspectors", ()),
            units=data.get("units", ()),
            tip_id=data.get("tip_id"),
        )


def _tip_label(tip: Tip) -> str:
    return (
        f"{tip.get_kind_display()} {tip.received_on.year}年{tip.received_on.month}月{tip.received_on.day}日"
    )


def measure_initial(measure: Measure) -> dict[str, Any]:
    """A draft as the form takes it."""
    return {
        "grounds": measure.grounds,
        "demand": measure.demand,
        "facts": measure.facts,
        "inspectors": measure.inspectors,
        "units": [row.unit for row in measure.findings.all() if row.unit],
        "tip_id": str(measure.tip.public_id) if measure.tip else "",
    }


TEXTS: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("report", "receive"): ("報告の内容", "報告の要点を書きます。書類は「写真・書類」に付けます。"),
    ("guidance", "guide"): (
        "指導した内容と、改善の約束",
        "だれに何を伝え、どう約束したか。事業者の画面には出ません。",
    ),
    ("order", "receive_explanation"): ("弁明の内容", "弁明書の要点を書きます。"),
    ("revocation", "hold_hearing"): ("聴聞の経過", "出頭した人、述べられた意見の要点、主宰者を書きます。"),
    ("revocation", "receive_records"): ("聴聞調書と報告書の要点", "主宰者の意見を書きます(行政手続法24条)。"),
    ("revocation", "publish"): ("公示した場所", "自治体のウェブサイトなど(省令38条)。"),
    ("inspection", "carry_out"): ("実施の経過", "時刻、立ち会った人、身分証の提示を書きます。"),
    ("inspection", "conclude"): ("結果のまとめ", "この後、どうするかも書きます。"),
}
DUE_LABELS: Final = {
    ("report", "propose"): "報告の期限",
    ("inspection", "notify"): "検査の日",
    ("guidance", "guide"): "改善の期限",
    ("order", "give_chance"): "弁明書の提出期限",
    ("order", "propose"): "措置の期限",
    ("revocation", "call_hearing"): "聴聞の期日",
}
PLACE_LABELS: Final = {
    "inspection": "検査の場所",
    "order": "弁明書の提出先",
    "revocation": "聴聞の場所(時刻も)",
}


class ActForm(forms.Form):
    """The inputs of one act of a table."""

    use_required_attribute = False
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, row: Row, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at = (kind, row.act.value)
        if Input.WAY in row.needs:
            self.fields["way"] = forms.ChoiceField(
                label="方法",
                choices=GuidanceWay.choices,
                widget=forms.RadioSelect,
                initial=GuidanceWay.WRITTEN,
            )
        if Input.HAPPENED_ON in row.needs:
            self.fields["happened_on"] = DateField(label="行った日", help_text=DAY_HINT)
        if Input.DUE_ON in row.needs:
            self.fields["due_on"] = DateField(label=DUE_LABELS[at], help_text=DAY_HINT)
        if Input.PLACE in row.needs:
            self.fields["place"] = LineField(label=PLACE_LABELS[kind], max_length=200)
        if Input.TEXT in row.needs:
            label, hint = TEXTS.get(at, ("結果", "確かめたことを書きます。"))
            self.fields["text"] = long_text(label, required=True, hint=hint)
        if Input.REASON in row.needs:
            self.fields["reason"] = long_text("理由", required=True, hint=_reason_hint(row.act))

    def given(self) -> Given:
        """What the service takes. Call after `is_valid()`."""
        data = self.cleaned_data
        return Given(**{name: data[name] for name in data if name not in ("seen", "key")})


def _reason_hint(act: Act) -> str:
    if act == Act.PROPOSE:
        return "処分の理由として文書に載ります(行政手続法14条)。事実と、どの条項に当たるかを書きます。"
    return "起案した人が読みます。" if act == Act.SEND_BACK else "記録に残ります。"


class FindingsForm(forms.Form):
    """The checklist of an inspection: for each row the result, for each dwelling the consent."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: Sequence[InspectionFinding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            if row.unit:
                self.fields[f"consent-{row.number}"] = forms.ChoiceField(
                    label="入居者の承諾",
                    choices=[("", "選んでください"), *Consent.choices],
                    required=False,
                    initial=row.consent,
                )
            self.fields[f"row-{row.number}"] = forms.ChoiceField(
                label="結果",
                choices=[("", "まだ"), *Finding.choices],
                required=False,
                initial=row.finding,
                widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
            )
            self.fields[f"note-{row.number}"] = forms.CharField(
                label="所見",
                required=False,
                max_length=4_000,
                initial=row.note,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def found(self) -> list[Found]:
        """What the service takes. Call after `is_valid()`."""
        data = self.cleaned_data
        return [
            Found(
                number=row.number,
                consent=data.get(f"consent-{row.number}", ""),
                finding=data[f"row-{row.number}"],
                note=data[f"note-{row.number}"],
            )
            for row in self.rows
        ]

    def parts(self) -> list[dict[str, Any]]:
        """The rows with their fields, for the page."""
        return [
            {
                "row": row,
                "consent": self[f"consent-{row.number}"] if row.unit else None,
                "finding": self[f"row-{row.number}"],
                "note": self[f"note-{row.number}"],
            }
            for row in self.rows
        ]


class FileForm(forms.Form):
    """A photo or paper of a measure."""

    label = LineField(label="何の写真・書類か", max_length=120)
    file = forms.FileField(label="ファイル")
