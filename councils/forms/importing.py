"""What a prefecture's officer may send in for a table: the file, a row's fields, its sessions. Rules stand elsewhere."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from django import forms

from accounts.forms import DateField
from councils.rules.import_reading import INVISIBLE, unique
from councils.rules.import_row import LIST_FIELDS, TEXT_FIELDS, RowContent, SessionEntry
from councils.rules.words import Basis, ConsultationStatus, Precision
from japan.folding import fold
from japan.wareki import WarekiError, format_wareki, parse_wareki

LARGEST_FILE: Final = 5 * 1024 * 1024


def refuse_unseen(text: str) -> str:
    """The text as it is. Raises ValidationError for signs that nobody can see."""
    if INVISIBLE.search(text):
        raise forms.ValidationError("目に見えない文字が入っています。消してから、入力し直してください。")
    return text


class UploadForm(forms.Form):
    """A table as a file, and the day it speaks of where its title does not say it."""

    file = forms.FileField(
        label="一覧表のファイル",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".tsv,.xlsx"}),
        help_text="Excelブック(.xlsx)か、タブ区切りのテキスト(.tsv)。5MBまで。",
        error_messages={
            "required": "ファイルを選んでください。",
            "empty": "ファイルが空です。書き出し直したファイルを選んでください。",
            "max_length": "ファイルの名前が長すぎます。200文字までの名前に変えてください。",
        },
    )
    as_of = DateField(
        label="いつの時点の表か",
        required=False,
        help_text="表の題に「令和6年3月末時点」のようにあれば、空のままで読み取ります。例: 令和6年3月31日",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                "ファイルが5MBを超えています。画像や使わないシートを消して、小さくしてください。"
            )
        return file


# --- Fields of a row ---


class OneLine(forms.CharField):
    """One line, kept as typed but for outer spaces."""

    def __init__(self, *, width: str = "w-full", **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"class": width}))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        return refuse_unseen(str(super().clean(value)))


class Lines(forms.CharField):
    """Several names, one on each line; another spelling of one above is dropped. A tuple."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea)
        options.setdefault("max_length", 20_000)
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value) or "")
        return unique(refuse_unseen(line) for line in typed.splitlines())


class Prose(forms.CharField):
    """A text of several lines, with the line breaks of one machine."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=20_000, widget=forms.Textarea, **options)

    def clean(self, value: Any) -> str:
        return refuse_unseen(str(super().clean(value)).replace("\r\n", "\n").strip())


class RoughDateField(forms.Field):
    """A day, a month or a year in 和暦 or ISO; what is typed says how exact it is. (first day it may mean, precision)."""

    widget = forms.TextInput(attrs={"class": "w-medium", "autocomplete": "off"})

    def to_python(self, value: Any) -> tuple[dt.date | None, str]:
        typed = str(value or "").strip()
        if not typed:
            return None, Precision.DAY.value
        try:
            read = parse_wareki(typed)
        except WarekiError as error:
            raise forms.ValidationError(str(error)) from error
        return read.value, str(read.precision)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            return value
        day, precision = value
        return format_wareki(day, precision=precision) if day else ""


class Count(forms.IntegerField):
    """A whole number in full or half width, or nothing."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "数字だけで入力してください。例: 48"}

    def __init__(self, *, unit: str = "", most: int, **options: Any) -> None:
        self.unit = unit
        widget = forms.TextInput(attrs={"class": "w-num", "inputmode": "numeric"})
        super().__init__(required=False, min_value=0, max_value=most, widget=widget, **options)
        for validator in self.validators:
            validator.message = f"0から{most:,}までの数を入力してください。"  # type: ignore[attr-defined]

    def to_python(self, value: Any) -> Any:
        return super().to_python(unicodedata.normalize("NFKC", str(value or "")).replace(",", ""))


class RowForm(forms.Form):
    """Everything that is read of a row but its sessions. `municipality_names` are those of the prefecture."""

    name = OneLine(
        label="協議会名", max_length=100, error_messages={"required": "協議会名を入れてください。"}
    )
    municipalities = Lines(label="設置した自治体", help_text="1行に1つ。例: 見本市")
    established = RoughDateField(
        label="設立年月日",
        required=False,
        help_text="分かるところまで。例: 令和元年5月、平成26年6月25日",
    )
    established_text = OneLine(label="設立年月日(原文)", max_length=60, required=False, width="w-medium")
    basis = forms.ChoiceField(label="設立の根拠", choices=Basis.choices, required=False)
    local_government = Lines(label="地方公共団体", help_text="1行に1つ。")
    support_corporation = Lines(label="居住支援法人", help_text="1行に1つ。")
    realtor_association = Lines(label="宅地建物取引業者で構成する団体", help_text="1行に1つ。")
    rental_manager = Lines(label="賃貸住宅を経営又は管理する事業を行う者", help_text="1行に1つ。")
    other = Lines(label="その他の活動を行う者、学識経験者等", help_text="1行に1つ。")
    observer = Lines(label="オブザーバー", help_text="1行に1つ。")
    secretariat = Lines(label="事務局", help_text="共同のときは1行に1つ。")
    shop_count = Count(label="協力店の数", most=99_999, unit="店")
    shop_count_is_approximate = forms.BooleanField(label="およその数(約・程度)", required=False)
    shop_count_on = DateField(label="協力店の数の時点", required=False, help_text="例: 令和6年4月30日")
    consultation_status = forms.ChoiceField(
        label="相談の実施", choices=ConsultationStatus.choices, required=False
    )
    activities = Prose(label="規程における活動内容")
    business = Prose(label="業務内容")
    background = Prose(label="設立の経緯、課題、方向性")
    consultation_operator = Prose(label="事業の実施主体")
    consultation_method = Prose(label="相談の体制")
    consultation_publicity = Prose(label="広報")
    consultation_places = Prose(label="相談できる箇所")
    consultation_effects = Prose(label="効果、課題")

    def __init__(self, *args: Any, municipality_names: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._known = {fold(name): name for name in municipality_names}
        for name in (*LIST_FIELDS, *TEXT_FIELDS):
            self.fields[name].widget.attrs["rows"] = _rows_for(self.initial.get(name, ""))

    @staticmethod
    def initial_of(content: RowContent) -> dict[str, Any]:
        """The content as the form shows it."""
        same = (*LIST_FIELDS, *TEXT_FIELDS, *_AS_THEY_ARE)
        return {
            **{name: getattr(content, name) for name in same},
            "established": (content.established_on, content.established_precision),
        }

    def clean_municipalities(self) -> tuple[str, ...]:
        typed: tuple[str, ...] = self.cleaned_data["municipalities"]
        unknown = [name for name in typed if fold(name) not in self._known]
        if unknown:
            raise forms.ValidationError(
                f"「{'、'.join(unknown)}」という自治体は登録されていません。都道府県内の自治体の名称で入れてください。"
            )
        return tuple(self._known[fold(name)] for name in typed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        beside = cleaned.get("shop_count_is_approximate") or cleaned.get("shop_count_on")
        if "shop_count" in cleaned and cleaned["shop_count"] is None and beside:
            self.add_error("shop_count", "数を入れるか、「およその数」の印と時点を消してください。")
        return cleaned

    def content(self, sessions: tuple[SessionEntry, ...]) -> RowContent:
        """As the services take it."""
        day, precision = self.cleaned_data["established"]
        rest: Mapping[str, Any] = {
            name: self.cleaned_data[name] for name in (*LIST_FIELDS, *TEXT_FIELDS, *_AS_THEY_ARE)
        }
        return RowContent(established_on=day, established_precision=precision, sessions=sessions, **rest)


def _rows_for(value: Any) -> int:
    """Lines of a text area in which the value is seen as a whole, within reason."""
    if isinstance(value, str):
        lines = sum(1 + len(line) // _LETTERS_IN_LINE for line in value.splitlines())
        return min(max(lines, 2) + 1, 14)
    return max(len(value) + 1, 2)


_LETTERS_IN_LINE: Final = 36
_AS_THEY_ARE: Final = (
    "name",
    "established_text",
    "basis",
    "shop_count",
    "shop_count_is_approximate",
    "shop_count_on",
    "consultation_status",
)
