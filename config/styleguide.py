"""The page /styleguide/: every component in every state, in both voices. Development only; all people are invented."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.rules.workflow import State

VOICES = {"staff": "base_staff.html", "public": "base_public.html"}
HOUSING = [("a", "共同住宅"), ("b", "長屋"), ("c", "戸建て")]


def _number(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "w-num", "inputmode": "decimal", **attrs})


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label="住宅の名称", help_text="登記や看板のとおりに書いてください。", initial="見本荘"
    )
    area = forms.DecimalField(label="床面積", help_text="いちばん狭い住戸の面積", widget=_number())
    rent = forms.IntegerField(label="家賃", required=False, widget=_number())
    kind = forms.ChoiceField(label="建て方", choices=HOUSING, widget=forms.RadioSelect, initial="a")
    frame = forms.ChoiceField(
        label="構造",
        required=False,
        initial="b",
        choices=[("a", "木造"), ("b", "鉄骨造"), ("c", "鉄筋コンクリート造")],
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
    )
    accepts = forms.MultipleChoiceField(
        label="受け入れる方",
        required=False,
        initial=["a"],
        choices=[("a", "高齢の方"), ("b", "障害のある方"), ("c", "子育て世帯")],
        widget=forms.CheckboxSelectMultiple,
    )
    prefecture = forms.ChoiceField(label="都道府県", choices=[("13", "東京都"), ("26", "京都府")])
    built_on = forms.DateField(label="建築年月日", widget=forms.DateInput(attrs={"type": "date"}))
    flow = forms.CharField(
        label="異常があったときの流れ",
        help_text="だれが、いつまでに、どうするかを順に書いてください。",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    drawing = forms.FileField(label="概要図", help_text="PDF、JPEG、PNG。20MBまで。", required=False)
    pledge = forms.BooleanField(label="暴力団員等に該当しないことを誓約します", help_text="法第42条")
    number = forms.CharField(label="法人番号", disabled=True, required=False, initial="1234567890123")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].unit = "㎡"  # type: ignore[attr-defined]
        self.fields["rent"].unit = "円/月"  # type: ignore[attr-defined]


class SampleBadForm(forms.Form):
    """Bound to wrong input, so that each kind of field shows its error."""

    bad_area = forms.DecimalField(label="床面積", widget=_number())
    bad_rent = forms.IntegerField(label="家賃", widget=_number())
    bad_kind = forms.ChoiceField(
        label="建て方", choices=HOUSING, widget=forms.RadioSelect, help_text="登記のとおり"
    )
    bad_pledge = forms.BooleanField(label="暴力団員等に該当しないことを誓約します")
    bad_file = forms.FileField(label="概要図", help_text="PDF。20MBまで。")

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("棟の戸数の合計が、専用戸数と合いません。")


class SampleFilterForm(forms.Form):
    """Two filters of a list."""

    kind = forms.ChoiceField(
        label="種別", required=False, choices=[("", "すべて"), ("a", "認定申請"), ("b", "変更認定申請")]
    )
    department = forms.CharField(label="住所", required=False)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show it in the voice of ?voice=staff|public."""
    voice = request.GET.get("voice", "staff")
    voice = voice if voice in VOICES else "staff"
    context = {
        "voice": voice,
        "voice_base": VOICES[voice],
        "sample": sample(),
        "form": SampleForm(),
        "bad_form": SampleBadForm({"bad_area": "広い"}),
        "filter_form": SampleFilterForm(),
    }
    return render(request, "styleguide.html", context)


def sample() -> dict[str, Any]:
    """Lists in the shapes that the components take."""
    return _words() | _progress() | _queue() | _review()


def _words() -> dict[str, Any]:
    icons = (
        "search menu filter file upload download print warning danger info check cross done clock pause lock key "
        "person people bell mail inbox history calendar building home chevron external arrow-left arrow-right arrow-up "
        "plus minus pencil trash comment settings device keyboard text-size logout"
    )
    return {
        "icons": icons.split(),
        "states": [{"code": state.value, "label": state.label} for state in State],
        "points": [
            "主管課と関係課に知らせが届きます。",
            "出した書類は、取り下げた記録といっしょに保存されます。",
        ],
        "breadcrumb": [
            {"label": "受付箱", "url": "#"},
            {"label": "R8-認-0014", "url": "#"},
            {"label": "部品見本"},
        ],
        "tabs": [
            {"label": "自分の番", "url": "#", "count": "5", "current": True},
            {"label": "課の番", "url": "#", "count": "3"},
            {"label": "他課・相手待ち", "url": "#", "count": "1,000+"},
            {"label": "期限切れ", "url": "#", "count": "1", "hot": True},
            {"label": "すべて", "url": "#"},
        ],
        "chips": [
            {"label": "種別: 認定申請", "remove_url": "#"},
            {"label": "住所: 見本町", "remove_url": "#"},
        ],
    }


def _progress() -> dict[str, Any]:
    return {
        "sections": [
            {"label": "申請者", "url": "#s1", "state": "done", "note": "(株)架空ホーム"},
            {
                "label": "住宅と住戸",
                "url": "#s2",
                "state": "error",
                "note": "床面積が2件、基準を下回っています",
            },
            {"label": "見守りと安否確認", "url": "#s3", "state": "part", "note": "頻度が未入力です"},
            {"label": "書類", "url": "#s4", "state": "todo"},
            {"label": "誓約", "state": "locked", "note": "ほかの節が終わると書けます"},
        ],
        "steps": [
            {"label": "申請を受け付けました", "state": "done", "note": "10月30日(金)"},
            {"label": "市の2つの課が審査しています", "state": "current", "note": "12月8日(火)ごろまで"},
            {"label": "市が決めます", "state": "todo"},
            {"label": "結果をお知らせします", "state": "todo"},
        ],
    }


def _queue() -> dict[str, Any]:
    full = [("福", 9, 9), ("都", 12, 12)]
    rows = [
        (
            "きょう",
            "11月24日(火)",
            "hot",
            State.LEAD_REVIEW,
            "R8-認-0014",
            "見本荘",
            "(株)架空ホーム・見本町1丁目",
        ),
        (
            "あと2日",
            "11月26日(木)",
            "soon",
            State.GATHERING,
            "R8-認-0012",
            "サンプルハイツ",
            "(NPO)架空の会・中央2丁目",
        ),
        ("あと3日", "11月27日(金)", "", State.SUBMITTED, "—", "例の家 南", "架空 太郎・南町3丁目"),
        (
            "停止中",
            "補正待ち 6日目",
            "stopped",
            State.AWAITING_CORRECTION,
            "R8-認-0011",
            "コーポ見本とても長い名前の住宅サービスレジデンス第二別館",
            "(同)架空不動産・北町5丁目",
        ),
        ("—", "", "none", State.CERTIFIED, "R8-認-0008", "みほん館", "(株)例示住宅・東町2丁目"),
    ]
    meters = [[("福", 7, 9), ("都", 0, 12)], full, [], [("福", 8, 9), ("都", 11, 12)], full]
    names = ("due", "date", "tone", "state", "number", "name", "who")
    queue: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in rows]
    for row, meter, units in zip(queue, meters, (12, 8, 1, 104, 20), strict=True):
        state: Any = row["state"]
        row |= {"code": state.value, "label": state.label, "meters": meter, "units": units}
        row |= {"kind": "認定申請", "person": "自分"}
    return {"queue": queue}


def _review() -> dict[str, Any]:
    return {
        "choices": [
            {"code": "ok", "label": "適", "kind": "ok"},
            {"code": "fix", "label": "要補正", "kind": "fix"},
            {"code": "ng", "label": "不適", "kind": "ng"},
            {"code": "na", "label": "該当なし", "kind": "na"},
        ],
        "items": _items(),
        "rows": [
            {"term": "方法", "text": "通信機器(人感センサー)"},
            {"term": "頻度", "text": "毎日1回", "before": "2日に1回", "note": "第1版から変更・補正の指摘2"},
            {"term": "実施者", "text": "委託 (株)架空見守り"},
            {"term": "異常時の流れ", "text": "センターが電話\n→ 30分応答なし\n→ 緊急連絡先"},
            {"term": "対価", "text": "月1,500円", "before": "月1,000円", "unasked": True},
            {"term": "備考", "text": ""},
            {"term": "根拠の書類", "text": "概要図 第2版", "url": "#"},
        ],
        "files": [
            {
                "name": "概要図_第2版.pdf",
                "url": "#",
                "kind": "概要図・必須",
                "pages": 3,
                "size": "1.2MB",
                "changed": True,
            },
            {"name": "sensor.pdf", "url": "#", "kind": "機器の仕様・適宜", "pages": 2, "remove_url": "#"},
            {"kind": "委託契約書・必須", "note": "援助を委託するときに要ります"},
            {
                "name": "keiyaku.docx",
                "kind": "契約書",
                "problem": "開けませんでした。PDFにして、もう一度添付してください。",
            },
        ],
        "clock": [
            {"label": "受付から差し戻しまで", "text": "10月30日〜11月12日", "days": "9日", "counted": True},
            {"label": "補正待ち", "text": "11月12日〜11月24日", "days": "8日", "counted": False},
            {"label": "再申請から今日まで", "text": "11月24日〜", "days": "1日", "counted": True},
        ],
        "timeline": [
            {"title": "補正して再申請", "actor": "申請者", "when": "11月24日 9:12", "text": "指摘3件に回答"},
            {
                "title": "差し戻し(3件)",
                "actor": "福祉総務課",
                "when": "11月12日",
                "kind": "attention",
                "url": "#",
            },
            {"title": "審査結果を送信", "actor": "都市計画課", "when": "11月11日", "kind": "fuji"},
            {
                "title": "受付",
                "actor": "福祉総務課",
                "when": "10月30日 13:05",
                "text": "R8-認-0014",
                "kind": "done",
            },
        ],
    }


def _items() -> list[dict[str, Any]]:
    frequency = {"kind": "ok", "text": "1日1回以上。計画は毎日1回、通信機器", "basis": "省令14条1項1号イ"}
    consent = {"kind": "attention", "text": "民間のつなぎ先が1件。同意書が添付されていません"}
    area = {"kind": "ng", "text": "102号室が基準を下回ります", "numbers": "17.8㎡ / 18㎡"}
    unknown = {"kind": "unknown", "text": "建築年月日が未記入のため、確かめられません"}
    note = "異常を検知した後、誰がいつまでに訪問するかが図にありません。"
    rows: list[tuple[str, str, str, str, list[dict[str, str]], str]] = [
        ("8", "計画の内容", "概要図・必須", "ok", [], ""),
        ("10", "安否確認の対応フロー", "概要図・必須", "fix", [frequency], note),
        ("12", "つなぎ先との連携", "同意書・適宜", "", [consent], ""),
        ("13", "床面積", "平面図・必須", "ng", [area, unknown], ""),
        ("15", "援助の対価", "料金表・適宜", "na", [], ""),
    ]
    return [
        {
            "no": no,
            "field": f"item-{no}-judgement",
            "title": title,
            "docs": docs,
            "value": value,
            "checks": checks,
        }
        | {"note": text, "locked": no == "15"}
        for no, title, docs, value, checks, text in rows
    ]
