"""相談の数え方: every rule by which cases are counted, as sentences that are printed with the figures and as functions.

All figures come from dated events and contacts, so that any past day can be counted again: what happens today changes no
figure of last year. What a case is like (category, route, reason, protection) is as it stands now; the sentences say so.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from consultations.rules.asking import STAGES, NoReason
from consultations.rules.plans import HowItGoes
from consultations.rules.referring import DeclineReason, ReferralState
from consultations.rules.suppression import Line, hidden_cells
from consultations.rules.words import (
    AgeBand,
    EventKind,
    FailureReason,
    Method,
    MovingReason,
    Outcome,
    Route,
)

RULES: Final = (
    "新規: その期間に受け付けた相談の数です。再開した相談は、新規に数えません。",
    "延べ: その期間にした対応(電話、面談など)の回数です。一人に3回対応すれば3です。",
    "店への問合せ: 問い合わせた日で数えます。回答は今の内容です。期限までに答えのないものは「回答なし」です。",
    "店とのすすみ: 内見、申込、審査を、その日で数えます。一人が三つの部屋を見れば、内見は3です。",
    "引き継ぎ: 窓口から窓口へ引き継いだ相談は、初めに受け付けた窓口の数に入れます。ほかの協議会に引き継いだ相談は、その協議会では新しい相談です。",
    "関係機関への紹介: 紹介した日で数えます。回答は今の内容です。",
    "入居後の確認: ようすを確かめた日で数えます。",
    "終結: その期間に終結した回数です。再開してもう一度終結した相談は、2回になります。",
    "再開: 終結した相談を、その期間に再び始めた回数です。",
    "継続中: 期間の最後の日に終わっていない相談の数です。「前の期間末の継続中+新規+再開-終結」と同じになります。",
    "主な区分: 一つの相談を、主な区分で一回だけ数えます。主な区分を選んでいない相談は「記入なし」です。",
    "あてはまる区分: 一つの相談を、あてはまる区分のすべてで数えます。足しても新規の数にはなりません。",
    "不成約の理由: 一つの相談を、あてはまる理由のすべてで数えます。",
    "年代: 受け付けた日の年代です。生年月日が分かるときは、そこから求めます。",
    "期間は受付・終結・対応の日付で決まるため、今日の終結や再開で、前の年度の数は変わりません。紙の相談票をあとから入れたときだけ、その日の年度の数が変わります。",
    "区分・相談経路・転居理由・要保護は、今の内容で数えます。直すと、前の年度の内訳も変わることがあります。",
    "保存期間が過ぎて廃棄した相談も、受付と終結の日、区分、月ごとの対応の回数を残して数えています。",
)
PUBLISHED_RULES: Final = (
    "公表版では、1〜4件と、そこから引き算で分かる数を「秘匿」にしています。0件はそのまま出します。",
    "公表版に、要保護の相談は入れていません。",
    "再開と継続中は、前の年度の公表と引き算すると伏せた数が分かるため、公表版に出しません。店への問合せと関係機関への紹介は回答があとで変わるため、店とのすすみと入居後の確認は件数が少ないため、出しません。",
)
INTERNAL_RULE: Final = (
    "内部版は、伏せていない数です。少ない件数から人が分かることがあるため、公表できません。"
)

NONE_GIVEN: Final = "記入なし"
HIDDEN_TEXT: Final = "秘匿"
MONTHS: Final = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """What is counted of a case; `category` is the primary one. Empty where nobody knows."""

    key: int
    category: str = ""
    categories: tuple[str, ...] = ()
    route: str = ""
    reason: str = ""
    age: str = ""
    is_protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """A 節目; `order` tells which of two on one day came first."""

    case: int
    order: int
    kind: str
    day: dt.date
    outcome: str = ""
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """How many contacts a case had by one method in the month of `day`."""

    case: int
    day: dt.date
    method: str
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow:
    """How often something was told of a case in the month of `day`: which `Told`, and with what answer."""

    case: int
    day: dt.date
    told: str
    answer: str
    number: int = 1


class Told(TextChoices):
    """What is counted of the work with others. `stage` has no total: one home may be seen, applied for and refused."""

    ASKED = "asked", "店への問合せ"
    STAGE = "stage", "店とのすすみ"
    REFERRED = "referred", "関係機関への紹介"
    FOLLOWED = "followed", "入居後の確認"


ACCEPTED, ENDED, WAITING = "accepted", "ended", ""


def referral_answer(state: str, *, decline_reason: str) -> str:
    """The key of an agency's answer: taken on, the reason of a no, ended without one, or waiting still."""
    if state in (ReferralState.ACCEPTED, ReferralState.DONE):
        return ACCEPTED
    if decline_reason:
        return decline_reason
    return ENDED if state in (ReferralState.REVOKED, ReferralState.EXPIRED) else WAITING


YES: Final = "yes"


def answer_of(*, is_answered: bool, no_reason: str) -> str:
    """The key of a shop's answer: "yes", the reason of a no, "" for none."""
    return no_reason if no_reason else YES if is_answered else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From the first to the last day, both counted."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


TOTALS: Final = (Told.ASKED.value, Told.REFERRED.value, Told.FOLLOWED.value)
"""Of which the answers add up to a total."""

Cells = Mapping[str, int]
"""Key of a figure → count. "new" is a total, "new/route/self" a part of it."""


def key(measure: str, by: str = "", code: object = "") -> str:
    """The key of a figure."""
    return f"{measure}/{by}/{code}" if by else measure


def count(
    cases: Iterable[CaseRow],
    events: Iterable[EventRow],
    contacts: Iterable[ContactRow],
    *,
    period: Period,
    told: Iterable[ToldRow] = (),
    with_protected: bool = False,
) -> Cells:
    """Every figure of a period. Cases under protection are left out unless asked for."""
    known = {case.key: case for case in cases if with_protected or not case.is_protected}
    marked = sorted((one for one in events if one.case in known), key=lambda one: (one.day, one.order))
    found: Counter[str] = Counter(dict.fromkeys(("new", "contacts", "closed", "reopened", *TOTALS), 0))
    for one in marked:
        if one.day in period:
            found.update(_of_event(one, known[one.case]))
    for each in contacts:
        if each.case in known and each.day in period:
            parts = (
                "contacts",
                key("contacts", "month", each.day.month),
                key("contacts", "method", each.method),
            )
            found.update(dict.fromkeys(parts, each.number))
    for row in told:
        if row.case in known and row.day in period:
            names = (key(row.told, "answer", row.answer), *((row.told,) if row.told in TOTALS else ()))
            found.update(dict.fromkeys(names, row.number))
    found["standing"] = standing_on(marked, period.last)
    found["before"] = standing_on(marked, period.first - dt.timedelta(days=1))
    return dict(found)


def standing_on(events: Iterable[EventRow], day: dt.date) -> int:
    """How many cases were taken in and not ended at the end of a day. `events` in the order they happened."""
    last = {one.case: one.kind for one in events if one.day <= day}
    return sum(1 for kind in last.values() if kind != EventKind.CLOSED)


def _of_event(one: EventRow, case: CaseRow) -> list[str]:
    if one.kind == EventKind.REOPENED:
        return ["reopened"]
    if one.kind == EventKind.CLOSED:
        parts = ["closed", key("closed", "month", one.day.month), key("closed", "outcome", one.outcome)]
        return [*parts, *(key("failure", "reason", code) for code in one.failures)]
    parts = ["new", key("new", "month", one.day.month)]
    for by, code in (
        ("category", case.category),
        ("route", case.route),
        ("reason", case.reason),
        ("age", case.age),
    ):
        parts.append(key("new", by, code))
    return [*parts, *(key("any", "category", code) for code in case.categories)]


# --- Tables ---


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """How a table is made: the measures of its columns, what its rows are, whether the rows add up to the measure."""

    code: str
    title: str
    head: str
    by: str
    measures: tuple[tuple[str, str], ...]
    adds_up: bool = True
    is_internal: bool = False


NEW: Final = (("new", "新規"),)
TABLES: Final = (
    TableRule(
        code="month",
        title="月ごと",
        head="月",
        by="month",
        measures=(("new", "新規"), ("contacts", "延べ"), ("closed", "終結")),
    ),
    TableRule(code="category", title="主な区分(一つの相談を一回)", head="区分", by="category", measures=NEW),
    TableRule(
        code="any",
        title="あてはまる区分(重ねて数える)",
        head="区分",
        by="category",
        measures=(("any", "新規"),),
        adds_up=False,
    ),
    TableRule(code="route", title="相談経路", head="経路", by="route", measures=NEW),
    TableRule(code="reason", title="転居理由", head="理由", by="reason", measures=NEW),
    TableRule(code="age", title="年代", head="年代", by="age", measures=NEW),
    TableRule(code="method", title="対応の方法", head="方法", by="method", measures=(("contacts", "延べ"),)),
    TableRule(
        code="answer",
        title="店の回答",
        head="回答",
        by="answer",
        measures=((Told.ASKED.value, "問合せ"),),
        is_internal=True,
    ),
    TableRule(
        code="stage",
        title="店とのすすみ",
        head="すすみ",
        by="answer",
        measures=((Told.STAGE.value, "回数"),),
        adds_up=False,
        is_internal=True,
    ),
    TableRule(
        code="referral",
        title="関係機関の回答",
        head="回答",
        by="answer",
        measures=((Told.REFERRED.value, "紹介"),),
        is_internal=True,
    ),
    TableRule(
        code="follow",
        title="入居後のようす",
        head="ようす",
        by="answer",
        measures=((Told.FOLLOWED.value, "確認"),),
        is_internal=True,
    ),
    TableRule(code="outcome", title="結果", head="結果", by="outcome", measures=(("closed", "終結"),)),
    TableRule(
        code="failure",
        title="不成約の理由(重ねて数える)",
        head="理由",
        by="reason",
        measures=(("failure", "件数"),),
        adds_up=False,
    ),
)
SUMMARY: Final = (
    ("new", "新規"),
    ("contacts", "延べ"),
    *((each.value, str(each.label)) for each in (Told.ASKED, Told.REFERRED, Told.FOLLOWED)),
    ("closed", "終結"),
    ("reopened", "再開"),
    ("standing", "継続中(期間の最後の日)"),
)
INTERNAL_ONLY: Final = ("reopened", "standing", *TOTALS)
"""Not published: years could be subtracted from each other, and answers of others still change."""

Rows = Sequence[tuple[str, str]]
"""(code, name) of the rows of a table."""


def _choices(
    kind: type[
        Route
        | MovingReason
        | AgeBand
        | Method
        | Outcome
        | FailureReason
        | NoReason
        | DeclineReason
        | HowItGoes
    ],
) -> Rows:
    return [(str(each.value), str(each.label)) for each in kind]


def rows_of(rule: TableRule, *, categories: Rows) -> Rows:
    """The rows a table always has, zero or not."""
    unknown = ("", NONE_GIVEN)
    return {
        "month": [(str(month), f"{month}月") for month in MONTHS],
        "category": [*categories, unknown],
        "any": list(categories),
        "route": [*_choices(Route), unknown],
        "reason": [*_choices(MovingReason), unknown],
        "age": [*_choices(AgeBand), unknown],
        "method": _choices(Method),
        "answer": [(YES, "心当たりあり"), *_choices(NoReason), ("", "回答なし")],
        "stage": [(each.value, str(each.label)) for each in STAGES],
        "referral": [
            (ACCEPTED, "引き受けた"),
            *_choices(DeclineReason),
            (ENDED, "取りやめ・期限切れ"),
            (WAITING, "回答待ち"),
        ],
        "follow": _choices(HowItGoes),
        "outcome": _choices(Outcome),
        "failure": _choices(FailureReason),
    }[rule.code]


def hidden_of(cells: Cells, *, categories: Rows) -> frozenset[str]:
    """What the published version does not show of a year. Each year by itself: the same in every file it stands in."""
    table = {name: value for name, value in cells.items() if name not in (*INTERNAL_ONLY, "before")}
    lines = []
    for rule in (rule for rule in TABLES if not rule.is_internal):
        for measure, _ in rule.measures:
            parts = tuple(key(measure, rule.by, code) for code, _ in rows_of(rule, categories=categories))
            table.update({part: 0 for part in parts if part not in table})
            if rule.adds_up:
                lines.append(Line(total=measure, parts=parts))
    # Who has a primary category also has it among all; who has a reason ended without a home.
    together: dict[str, list[str]] = {
        key("new", "category", code): [key("any", "category", code)] for code, _ in categories
    }
    together[key("closed", "outcome", Outcome.NOT_FOUND)] = [
        key("failure", "reason", code) for code, _ in _choices(FailureReason)
    ]
    return hidden_cells(table, lines, together=together)


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The figures of one fiscal year and those of them that are not shown."""

    cells: Cells
    hidden: frozenset[str] = frozenset()

    def shown(self, name: str) -> int | None:
        """The figure; `None` where it is hidden."""
        return None if name in self.hidden else self.cells.get(name, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure beside that of the year before. `None` is hidden."""

    label: str
    now: int | None
    before: int | None

    @property
    def now_text(self) -> str:
        return HIDDEN_TEXT if self.now is None else f"{self.now:,}"

    @property
    def before_text(self) -> str:
        return HIDDEN_TEXT if self.before is None else f"{self.before:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of a table; its figures stand in the order of the table's measures."""

    label: str
    figures: tuple[Figure, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it is shown or written to a file. `largest` is the length of the longest bar."""

    code: str
    title: str
    head: str
    measures: tuple[str, ...]
    rows: tuple[TableRow, ...]
    largest: int


def summary_of(now: Year, before: Year, *, is_published: bool) -> list[Figure]:
    """The totals of the year beside those of the year before."""
    return [
        Figure(label=label, now=now.shown(measure), before=before.shown(measure))
        for measure, label in SUMMARY
        if not (is_published and measure in INTERNAL_ONLY)
    ]


def tables_of(now: Year, before: Year, *, categories: Rows, is_published: bool = False) -> list[Table]:
    """Every table that the version has; categories that nobody has in either year are left out."""
    rules = (rule for rule in TABLES if not (is_published and rule.is_internal))
    return [_table(rule, now, before, categories=categories) for rule in rules]


def _table(rule: TableRule, now: Year, before: Year, *, categories: Rows) -> Table:
    rows = []
    for code, label in rows_of(rule, categories=categories):
        names = [key(measure, rule.by, code) for measure, _ in rule.measures]
        counts = [*(now.cells.get(name, 0) for name in names), *(before.cells.get(name, 0) for name in names)]
        if any(counts) or not (rule.by == "category" or code == ""):
            rows.append(TableRow(label=label, figures=_figures(rule, names, now, before)))
    largest = max((figure.now or 0 for row in rows for figure in row.figures), default=0)
    if rule.adds_up:
        totals = [measure for measure, _ in rule.measures]
        rows.append(TableRow(label="合計", figures=_figures(rule, totals, now, before), is_total=True))
    return Table(
        code=rule.code,
        title=rule.title,
        head=rule.head,
        measures=tuple(label for _, label in rule.measures),
        rows=tuple(rows),
        largest=largest,
    )


def _figures(rule: TableRule, names: Sequence[str], now: Year, before: Year) -> tuple[Figure, ...]:
    return tuple(
        Figure(label=label, now=now.shown(name), before=before.shown(name))
        for name, (_, label) in zip(names, rule.measures, strict=True)
    )
