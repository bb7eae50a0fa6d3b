"""届出・報告: what is told about a certified plan, what each states, and how it moves. Nothing is decided about them.

A 届出 has done its duty when it reaches the office with what it must contain (行政手続法37条); the office receives it or hands
it back for its form alone. Basis, as of 令和7年10月1日: 軽微な変更 共管省令21条2項 (認定番号, 変更の内容, 変更予定年月日), 定期報告 法49条
and 共管省令30条 (30 June, for the fiscal year before), 廃止 法44条3項 and 共管省令23条 (beforehand), 心身の故障 共管省令19条, 代理納付 法53条
and 共管省令36条. The official forms are pictures: fields that no article names are our own and are marked so.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import TextChoices

from certification.rules.parts import is_blank, value_text
from certification.rules.plan import Plan, labelled, part_from_content
from certification.rules.statements import ChangeStatement, dedicated_units
from japan.wareki import fiscal_year, fiscal_year_span


class NotificationKind(TextChoices):
    """届出・報告の種類."""

    LESSER_CHANGE = "lesser_change", "軽微変更届"
    ANNUAL_REPORT = "annual_report", "定期報告"
    ABOLITION = "abolition", "廃止届"
    INCAPACITY = "incapacity", "心身の故障の届出"
    DIRECT_PAYMENT = "direct_payment", "代理納付の希望"


class NotificationStatus(TextChoices):
    """届出の状態."""

    DRAFT = "draft", "作成中"
    FILED = "filed", "届出済"
    RECEIVED = "received", "受理"
    RETURNED = "returned", "返戻"
    WITHDRAWN = "withdrawn", "取下げ"


class NotificationAct(TextChoices):
    """What may be done with a notification."""

    SAVE = "save", "下書きを保存する"
    FILE = "file", "届け出る"
    RECEIVE = "receive", "受理する"
    RETURN = "return", "返戻する"
    WITHDRAW = "withdraw", "取り下げる"


class ChaseWay(TextChoices):
    """How an operator was reminded of a report (催促の方法)."""

    PHONE = "phone", "電話"
    MAIL = "mail", "メール"
    LETTER = "letter", "文書"
    VISIT = "visit", "訪問・窓口"


class NoticeKind(TextChoices):
    """Why a certified plan ended: what the authority makes public (法44条4項, 56条3項)."""

    ABOLISHED = "abolished", "廃止"
    REVOKED = "revoked", "取消し"


OPERATOR: Final = "operator"
DESK: Final = "desk"

MOVES: Final[dict[NotificationAct, tuple[tuple[NotificationStatus, ...], str, NotificationStatus | None]]] = {
    NotificationAct.SAVE: ((NotificationStatus.DRAFT, NotificationStatus.RETURNED), OPERATOR, None),
    NotificationAct.FILE: (
        (NotificationStatus.DRAFT, NotificationStatus.RETURNED),
        OPERATOR,
        NotificationStatus.FILED,
    ),
    NotificationAct.RECEIVE: ((NotificationStatus.FILED,), DESK, NotificationStatus.RECEIVED),
    NotificationAct.RETURN: ((NotificationStatus.FILED,), DESK, NotificationStatus.RETURNED),
    NotificationAct.WITHDRAW: (
        (NotificationStatus.DRAFT, NotificationStatus.FILED, NotificationStatus.RETURNED),
        OPERATOR,
        NotificationStatus.WITHDRAWN,
    ),
}
"""From which states, by which side, to which state (`None`: it stays). What came on paper, the desk files."""


def may_act(act: NotificationAct, *, kind: str, status: str, side: str) -> bool:
    """Whether this side may do this now. A report cannot be withdrawn: it is owed (法49条)."""
    sources, who, _ = MOVES[act]
    if act == NotificationAct.WITHDRAW and kind == NotificationKind.ANNUAL_REPORT:
        return False
    return who == side and status in sources


@dataclass(frozen=True, kw_only=True)
class KindRule:
    """What is true of one kind. `symbol` marks its receipt numbers; `form` is the official form, where there is one."""

    symbol: str
    basis: str
    form: str
    plain: str


RULES: Final[dict[NotificationKind, KindRule]] = {
    NotificationKind.LESSER_CHANGE: KindRule(
        symbol="軽",
        basis="共管省令21条2項",
        form="様式の定めはありません",
        plain="役員の氏名、住宅の名称、値下げなどの小さな変更を、変える前に届け出ます。",
    ),
    NotificationKind.ANNUAL_REPORT: KindRule(
        symbol="報",
        basis="法49条、共管省令30条",
        form="別記様式第八号",
        plain="前の年度のことを、毎年6月30日までに報告します。認定された計画ごとに一つです。",
    ),
    NotificationKind.ABOLITION: KindRule(
        symbol="廃",
        basis="法44条3項、共管省令23条",
        form="別記様式第五号",
        plain="事業をやめるときに、やめる前に届け出ます。受理されると、氏名・名称、住所、代表者、認定番号、廃止の日が公表されます。",
    ),
    NotificationKind.INCAPACITY: KindRule(
        symbol="届",
        basis="共管省令19条",
        form="別記様式第三号",
        plain="心身の故障で事業を続けられなくなったときに、本人、法定代理人か同居の親族が届け出ます。読めるのは、届け出た方と主管課の窓口担当・決裁者だけです。",
    ),
    NotificationKind.DIRECT_PAYMENT: KindRule(
        symbol="代",
        basis="法53条、共管省令36条",
        form="別記様式第十号",
        plain="生活保護を受けている入居者の家賃を、福祉事務所から直接受け取りたいときに知らせます。",
    ),
}

BEGUN_BY_OPERATOR: Final = (
    NotificationKind.ABOLITION,
    NotificationKind.DIRECT_PAYMENT,
    NotificationKind.INCAPACITY,
)
"""What an operator begins on the page of the plan. A change begins as a draft of the plan, a report with the year."""


class FiledBy(TextChoices):
    """共管省令19条: who tells of it."""

    SELF = "self", "事業者本人"
    REPRESENTATIVE = "representative", "法定代理人"
    RELATIVE = "relative", "同居の親族"


def own(label: str, default: Any = "", *, unit: str = "") -> Any:
    """A field that no article names: ours, marked for whoever fills it in."""
    return labelled(f"{label}※", default, unit=unit)


@dataclass(frozen=True, kw_only=True)
class AnnualReport:
    """定期報告. Counts only: no resident is named. What of it the official form asks is not settled, so all is marked ours."""

    occupied_units: int | None = own("3月末に入居中の専用住戸", None, unit="戸")
    vacant_units: int | None = own("3月末に空いている専用住戸", None, unit="戸")
    low_income: int | None = own("入居者のうち低額所得者", None, unit="人")
    elderly: int | None = own("入居者のうち高齢者", None, unit="人")
    disabled: int | None = own("入居者のうち障害者", None, unit="人")
    child_rearing: int | None = own("入居者のうち子育て世帯の方", None, unit="人")
    other_residents: int | None = own("入居者のうちそのほかの方", None, unit="人")
    safety_alerts: int | None = own("安否確認で異常に気づいた回数", None, unit="回")
    watch_visits: int | None = own("見守りの回数", None, unit="回")
    referrals: int | None = own("福祉サービスへつないだ件数", None, unit="件")
    monthly_price_yen: int | None = own("援助の対価(実際に受け取った月額)", None, unit="円/月")
    has_changes: bool | None = own("年度の間に計画の変更があったか", None)
    remarks: str = own("補足")


@dataclass(frozen=True, kw_only=True)
class Abolition:
    """廃止届: when, why, and what becomes of the people who live there (法58条 asks the same care of those who fail)."""

    ends_on: dt.date | None = labelled("廃止の日", None)
    reason: str = own("廃止の理由")
    residents: str = own("入居している方のこれから")


@dataclass(frozen=True, kw_only=True)
class Incapacity:
    """心身の故障の届出. Sensitive."""

    filed_by: str = labelled("届け出る方", choices=FiledBy)
    name: str = labelled("届け出る方の氏名")
    happened_on: dt.date | None = own("故障が生じた日", None)
    condition: str = labelled("心身の故障の状況")
    has_certificate: bool | None = labelled("医師の診断書を窓口に出すか", None)


@dataclass(frozen=True, kw_only=True)
class DirectPayment:
    """代理納付の希望. The resident is not named here: the lease and the papers go to the welfare office."""

    units: tuple[str, ...] = own("対象の部屋", tuple)
    begins_on: dt.date | None = own("始めたい月の初日", None)
    is_council_member: bool | None = labelled("居住支援協議会の構成員か、構成員である団体の会員か", None)
    has_papers: bool | None = labelled("資格を示す書類と賃貸借契約書の写しを出すか", None)
    remarks: str = own("補足")


STATEMENTS: Final[dict[NotificationKind, type[Any]]] = {
    NotificationKind.LESSER_CHANGE: ChangeStatement,
    NotificationKind.ANNUAL_REPORT: AnnualReport,
    NotificationKind.ABOLITION: Abolition,
    NotificationKind.INCAPACITY: Incapacity,
    NotificationKind.DIRECT_PAYMENT: DirectPayment,
}

OPTIONAL: Final = frozenset({"remarks", "has_certificate"})


def statement_of(kind: str, content: Mapping[str, Any]) -> Any:
    """The typed statement. Raises `PlanShapeError`."""
    return part_from_content(STATEMENTS[NotificationKind(kind)], content)


def statement_rows(kind: str, content: Mapping[str, Any], plan: Plan) -> tuple[tuple[str, str], ...]:
    """The statement as (label, text), for reading."""
    statement = statement_of(kind, content)
    names = dict(dedicated_units(plan))
    return tuple(
        (str(item.metadata["label"]), _text(item, getattr(statement, item.name), names))
        for item in dataclasses.fields(statement)
    )


def _text(item: dataclasses.Field[Any], value: Any, names: Mapping[str, str]) -> str:
    if item.name == "units" and value:
        return "、".join(names.get(key, "(いまの計画にない部屋)") for key in value)
    return value_text(item, value)


@dataclass(frozen=True, kw_only=True)
class NotificationGap:
    """What lacks or cannot be: the field, and a sentence that says what to do."""

    field: str
    text: str


def notification_gaps(
    kind: str, content: Mapping[str, Any], plan: Plan, *, today: dt.date
) -> tuple[NotificationGap, ...]:
    """Everything that keeps the statement from being filed on this day."""
    statement = statement_of(kind, content)
    return (*_blanks(statement), *_LOOKS[type(statement)](statement, plan, today))


def _blanks(statement: Any) -> Iterator[NotificationGap]:
    for item in dataclasses.fields(statement):
        if item.name not in OPTIONAL and is_blank(getattr(statement, item.name)):
            label = str(item.metadata["label"]).removesuffix("※")
            yield NotificationGap(field=item.name, text=f"「{label}」を入れてください。")


def planned_ahead(planned_on: dt.date | None, *, today: dt.date) -> bool:
    """共管省令21条2項: a lesser change is told before it is made. Without a day there is nothing to judge yet."""
    return planned_on is None or planned_on > today


def _lesser_change(statement: ChangeStatement, plan: Plan, today: dt.date) -> Iterator[NotificationGap]:
    if not planned_ahead(statement.planned_on, today=today):
        yield NotificationGap(
            field="planned_on",
            text="変更の予定日は、あすより後の日にしてください。軽微な変更は、変える前に届け出ます(共管省令21条2項)。",
        )


def _report(statement: AnnualReport, plan: Plan, today: dt.date) -> Iterator[NotificationGap]:
    rooms = len(dedicated_units(plan))
    filled, empty = statement.occupied_units, statement.vacant_units
    if filled is not None and empty is not None and filled + empty > rooms:
        yield NotificationGap(
            field="occupied_units",
            text=f"入居中の戸数と空いている戸数を足すと{filled + empty}戸で、計画の専用住戸{rooms}戸を超えます。どちらかを直してください。",
        )


def _abolition(statement: Abolition, plan: Plan, today: dt.date) -> Iterator[NotificationGap]:
    if statement.ends_on and statement.ends_on < today:
        yield NotificationGap(
            field="ends_on",
            text="廃止の日がもう過ぎています。廃止は、あらかじめ届け出ます(共管省令23条)。きょうから後の日にするか、すでにやめたときは担当課にご相談ください。",
        )


def _incapacity(statement: Incapacity, plan: Plan, today: dt.date) -> Iterator[NotificationGap]:
    if statement.happened_on and statement.happened_on > today:
        yield NotificationGap(
            field="happened_on", text="故障が生じた日が、きょうより後です。日付を確かめてください。"
        )


def _direct_payment(statement: DirectPayment, plan: Plan, today: dt.date) -> Iterator[NotificationGap]:
    if not set(statement.units) <= {key for key, _ in dedicated_units(plan)}:
        yield NotificationGap(
            field="units", text="いまの計画の専用賃貸住宅にない部屋が選ばれています。選び直してください。"
        )


_LOOKS: Final[dict[type[Any], Callable[[Any, Plan, dt.date], Iterator[NotificationGap]]]] = {
    ChangeStatement: _lesser_change,
    AnnualReport: _report,
    Abolition: _abolition,
    Incapacity: _incapacity,
    DirectPayment: _direct_payment,
}


# --- 定期報告 ---


def reported_year(day: dt.date) -> int:
    """The fiscal year that is reported on this day: the one before."""
    return fiscal_year(day) - 1


def report_due_on(year: int) -> dt.date:
    """30 June after the fiscal year (共管省令30条)."""
    return dt.date(year + 1, 6, 30)


def owes_report(certified_on: dt.date | None, *, year: int) -> bool:
    """A plan certified after 31 March of the year owes none for it: it was no certified plan in that year."""
    return certified_on is not None and certified_on <= fiscal_year_span(year)[1]


def reminder_stage(*, year: int, today: dt.date) -> str:
    """Which reminder is due: from April, again one month before the day, and when it has passed."""
    due = report_due_on(year)
    if today > due:
        return "overdue"
    return "month" if today >= dt.date(due.year, 5, 31) else "april"


class ReportStanding(TextChoices):
    """Where a report stands, for the board."""

    RECEIVED = "received", "受理"
    FILED = "filed", "届出済"
    WAITING = "waiting", "未提出"
    LATE = "late", "期限超過"


def report_standing(status: str, *, year: int, today: dt.date) -> ReportStanding:
    """A report handed back is not in: it waits, or is late."""
    if status == NotificationStatus.RECEIVED:
        return ReportStanding.RECEIVED
    if status == NotificationStatus.FILED:
        return ReportStanding.FILED
    return ReportStanding.LATE if today > report_due_on(year) else ReportStanding.WAITING
