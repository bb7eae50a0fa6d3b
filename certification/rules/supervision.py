"""監督: how each measure about a certified plan moves, what it rests on, and why a plan is looked at first.

One table per measure. `check()` guards an act, `available()` draws the buttons with the reason that blocks each.
Basis: 法54条 (報告徴収・立入検査), 55条 (改善命令), 56条 (取消し), 省令38条 (公示), 行政手続法13条1項1号・2号, 14条, 15条, 24条, 29条–32条,
東久留米市要綱 (令和7年訓令乙第101号) 第6, as of 令和7年10月1日.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from certification.rules.workflow import BLOCKED, NOT_YOURS, WRONG_STATE, Refusal, Who

HEARING_DAYS: Final = 14
"""What we take for the reasonable interval before a hearing or the day for a 弁明書 (行政手続法15条1項, 30条 give no number)."""
FEWEST_INSPECTORS: Final = 2


class MeasureKind(TextChoices):
    """措置の種別."""

    REPORT = "report", "報告徴収"
    INSPECTION = "inspection", "立入検査"
    GUIDANCE = "guidance", "指導"
    ORDER = "order", "改善命令"
    REVOCATION = "revocation", "取消し"


KIND_BASIS: Final[dict[MeasureKind, str]] = {
    MeasureKind.REPORT: "法54条1項",
    MeasureKind.INSPECTION: "法54条1項",
    MeasureKind.GUIDANCE: "行政手続法32条、要綱第6の2",
    MeasureKind.ORDER: "法55条",
    MeasureKind.REVOCATION: "法56条",
}


class Step(TextChoices):
    """Where a measure stands."""

    DRAFT = "draft", "起案中"
    DECIDING = "deciding", "決裁待ち"
    APPROVED = "approved", "決裁済み"
    NOTIFIED = "notified", "通知済み"
    REPORTED = "reported", "報告あり"
    CARRIED_OUT = "carried_out", "実施済み"
    RESULTED = "resulted", "結果まとめ済み"
    GUIDED = "guided", "改善待ち"
    EXPLAINING = "explaining", "弁明の期間中"
    HEARING = "hearing", "聴聞の通知済み"
    HEARD_OUT = "heard_out", "聴聞を終えた"
    HEARD = "heard", "意見を聴いた"
    ORDERED = "ordered", "命令中"
    REVOKED = "revoked", "取り消した"
    CLOSED = "closed", "終了"


OPEN_STEPS: Final = tuple(step for step in Step if step != Step.CLOSED)
DUE_STEPS: Final = (Step.NOTIFIED, Step.GUIDED, Step.EXPLAINING, Step.HEARING, Step.ORDERED)
"""Steps in which a date runs."""


class Act(TextChoices):
    """What is done in a measure."""

    PROPOSE = "propose", "決裁に回す"
    APPROVE = "approve", "決裁する"
    SEND_BACK = "send_back", "起案を戻す"
    NOTIFY = "notify", "通知する"
    RECEIVE = "receive", "報告を受ける"
    CARRY_OUT = "carry_out", "実施を記録する"
    RECORD_FINDINGS = "record_findings", "確認した結果を書く"
    CONCLUDE = "conclude", "結果をまとめる"
    GUIDE = "guide", "指導する"
    GIVE_CHANCE = "give_chance", "弁明の機会を与える"
    RECEIVE_EXPLANATION = "receive_explanation", "弁明書を受ける"
    NO_EXPLANATION = "no_explanation", "弁明なしとして進む"
    CALL_HEARING = "call_hearing", "聴聞を通知する"
    HOLD_HEARING = "hold_hearing", "聴聞の実施を記録する"
    RECEIVE_RECORDS = "receive_records", "聴聞調書と報告書を受ける"
    CONFIRM = "confirm", "改善を確かめた"
    CLOSE = "close", "終了する"
    CLOSE_UNMET = "close_unmet", "期限までになかったとして終了する"
    PUBLISH = "publish", "公示を記録する"
    DROP = "drop", "取りやめる"


class Input(TextChoices):
    """What the person must give with the act."""

    TEXT = "text", "内容"
    REASON = "reason", "理由"
    HAPPENED_ON = "happened_on", "行った日"
    DUE_ON = "due_on", "期限"
    PLACE = "place", "場所"
    WAY = "way", "方法"


class GuidanceWay(TextChoices):
    """How 指導 was given."""

    ORAL = "oral", "口頭"
    WRITTEN = "written", "文書"


class Outcome(TextChoices):
    """How a measure ended."""

    DONE = "done", "確認して終了"
    MET = "met", "改善した"
    UNMET = "unmet", "期限までになかった"
    REVOKED = "revoked", "取り消した"
    DROPPED = "dropped", "取りやめた"


class Letter(TextChoices):
    """The letter an act is told with. The values are those of the kinds of letters."""

    REPORT_DEMAND = "report_demand", "報告徴収通知書"
    INSPECTION_NOTICE = "inspection_notice", "立入検査通知書"
    GUIDANCE = "guidance", "改善のお願い"
    EXPLANATION_NOTICE = "explanation_notice", "弁明の機会の付与通知書"
    HEARING_NOTICE = "hearing_notice", "聴聞通知書"
    IMPROVEMENT_ORDER = "improvement_order", "改善命令書"
    REVOCATION_NOTICE = "revocation_notice", "認定取消通知書"


# --- Grounds ---


class Ground(TextChoices):
    """根拠: of an order the four duties, of a revocation those of 56条1項 and 2項."""

    DUTY_46 = "46", "法46条(契約前の書面の交付と説明)に違反"
    DUTY_47 = "47", "法47条(計画に従った事業の実施)に違反"
    DUTY_48 = "48", "法48条(帳簿の備付けと保存)に違反"
    DUTY_51 = "51", "法51条(事業に係る遵守事項)に違反"
    DISQUALIFIED = "42", "法42条各号(3号を除く)のいずれかに該当"
    FRAUD = "fraud", "不正の手段により認定を受けた"
    DUTY_49 = "49", "法49条(定期の報告)に違反"
    DUTY_50_3 = "50_3", "法50条3項に違反"
    OTHER_USE = "50_1", "法50条1項の承認によらない目的外使用"
    DISOBEYED = "55", "法55条の改善命令に違反"


MANDATORY: Final = "法56条1項"
DISCRETIONARY: Final = "法56条2項"

BASES: Final[dict[MeasureKind, dict[str, tuple[Ground, ...]]]] = {
    MeasureKind.ORDER: {"法55条": (Ground.DUTY_46, Ground.DUTY_47, Ground.DUTY_48, Ground.DUTY_51)},
    MeasureKind.REVOCATION: {
        MANDATORY: (Ground.DISQUALIFIED, Ground.FRAUD),
        DISCRETIONARY: (Ground.DUTY_49, Ground.DUTY_50_3, Ground.OTHER_USE, Ground.DISOBEYED),
    },
}
"""The only grounds each disposition may rest on, by paragraph."""


def grounds_of(kind: str) -> tuple[Ground, ...]:
    """Everything a measure of this kind may rest on."""
    return tuple(ground for some in BASES.get(MeasureKind(kind), {}).values() for ground in some)


def basis_of(kind: str, grounds: Collection[str]) -> str:
    """The article of a measure. A revocation that has any mandatory ground is mandatory."""
    known = MeasureKind(kind)
    for basis, some in BASES.get(known, {}).items():
        if any(ground.value in grounds for ground in some):
            return basis
    return KIND_BASIS[known]


def grounds_problem(kind: str, grounds: Collection[str]) -> str | None:
    """Why these grounds do not carry the measure; None when they do."""
    allowed = {ground.value for ground in grounds_of(kind)}
    if not allowed:
        return None
    if not set(grounds) <= allowed:
        return f"{MeasureKind(kind).label}の根拠にできないものが選ばれています。一覧から選び直してください。"
    if not grounds:
        return "根拠を1つ以上選んでください。ここにない理由では、この処分はできません。"
    return None


def ground_labels(grounds: Iterable[str]) -> tuple[str, ...]:
    """Codes in words."""
    chosen = set(grounds)
    return tuple(str(ground.label) for ground in Ground if ground.value in chosen)


# --- The inspection ---


class Consent(TextChoices):
    """入居者の承諾: without it nobody enters a dwelling somebody lives in (法54条2項)."""

    NOT_NEEDED = "not_needed", "入居者のいない場所"
    GIVEN = "given", "承諾あり"
    REFUSED = "refused", "承諾なし"
    ABSENT = "absent", "不在"


class Finding(TextChoices):
    """確認した結果."""

    FIT = "fit", "適"
    UNFIT = "unfit", "不適"
    UNSEEN = "unseen", "確認できず"


CHECKLIST: Final = (
    ("法46条", "契約の前に、書面を渡して説明しているか"),
    ("法47条", "安否確認を計画どおりに行っているか"),
    ("法47条", "見守りを計画どおりに行っているか"),
    ("法47条", "福祉サービスへのつなぎを計画どおりに行っているか"),
    ("法48条", "帳簿に、入退居・安否確認・見守り・つなぎの記録があるか"),
    ("法48条", "帳簿を、事業年度の終わりから5年間保存しているか"),
    ("法51条", "広告の表示、秘密の保持などの遵守事項を守っているか"),
    ("法47条", "共用部分と設備が計画どおりか"),
)
"""What an inspection looks at: the duties whose breach grounds an order (法55条)."""
DWELLING: Final = ("法47条", "部屋の設備・維持の状況が計画どおりか")


def finding_problem(consent: str, finding: str, *, unit: str) -> str | None:
    """Why this cannot be what was found; None when it can."""
    if not unit:
        return None
    if not consent:
        return f"{unit}は、入居者の承諾の有無を選んでください(法54条2項)。"
    if consent in (Consent.REFUSED, Consent.ABSENT) and finding in (Finding.FIT, Finding.UNFIT):
        return (
            f"{unit}は、入居者の承諾がないので立ち入れません(法54条2項)。結果は「確認できず」にしてください。"
        )
    return None


# --- The tables ---


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything a guard may look at."""

    kind: MeasureKind
    step: Step
    standing: frozenset[Who] = frozenset()
    is_certified: bool = True
    is_overdue: bool = False
    day_reached: bool = True
    has_grounds: bool = True
    lacks_disobeyed_order: bool = False
    inspectors: int = FEWEST_INSPECTORS
    without_card: tuple[str, ...] = ()
    findings_open: int = 0
    actor_drafted: bool = False


Guard = Callable[[Facts], str | None]


def plan_is_certified(facts: Facts) -> str | None:
    """計画が認定中である."""
    return (
        None
        if facts.is_certified
        else "この計画は、もう認定中ではありません。取りやめるか、終了してください。"
    )


def another_person_decides(facts: Facts) -> str | None:
    """起案していない人である."""
    if not facts.actor_drafted:
        return None
    return "起案した人は決裁できません。別の決裁者が決裁してください。"


def date_has_passed(facts: Facts) -> str | None:
    """期限を過ぎた."""
    return None if facts.is_overdue else "期限がまだ来ていません。期限を過ぎてから行えます。"


def day_has_come(facts: Facts) -> str | None:
    """決めた日が来た."""
    return None if facts.day_reached else "通知した日がまだ来ていません。その日から記録できます。"


def grounds_hold(facts: Facts) -> str | None:
    """根拠がある."""
    if not facts.has_grounds:
        return "根拠がありません。取りやめて、根拠を選んで起案し直してください。"
    if facts.lacks_disobeyed_order:
        return "「期限までになかった」で終わった改善命令がありません。改善命令に違反したことを根拠にするには、その記録が要ります。"
    return None


def inspectors_are_ready(facts: Facts) -> str | None:
    """2人以上が身分証を持つ."""
    if facts.inspectors < FEWEST_INSPECTORS:
        return f"検査する職員を{FEWEST_INSPECTORS}人以上にしてください。"
    if facts.without_card:
        return f"身分証の番号がない職員がいます({'、'.join(facts.without_card)})。身分を示す証明書を携帯しなければなりません(法54条)。"
    return None


def everything_is_found(facts: Facts) -> str | None:
    """すべての項目の結果がある."""
    if not facts.findings_open:
        return None
    return f"結果を書いていない項目が{facts.findings_open}件あります。確かめられなかったものは「確認できず」にしてください。"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table. `told`: the operator is told, with `letter`. `target` is empty where the step stays."""

    act: Act
    sources: tuple[Step, ...]
    who: tuple[Who, ...] = (Who.LEAD_DESK,)
    target: Step | None = None
    guards: tuple[Guard, ...] = ()
    needs: tuple[Input, ...] = ()
    outcome: Outcome | None = None
    letter: Letter | None = None
    is_told: bool = False
    basis: str = ""


_LEAD: Final = (Who.LEAD_DESK,)
_DECIDER: Final = (Who.DECIDER,)


def _send_back(target: Step) -> Row:
    return Row(
        act=Act.SEND_BACK,
        sources=(Step.DECIDING,),
        who=_DECIDER,
        target=target,
        needs=(Input.REASON,),
        basis="要綱第6",
    )


def _drop(*sources: Step) -> Row:
    return Row(
        act=Act.DROP,
        sources=sources,
        target=Step.CLOSED,
        needs=(Input.REASON,),
        outcome=Outcome.DROPPED,
    )


TABLES: Final[dict[MeasureKind, tuple[Row, ...]]] = {
    MeasureKind.REPORT: (
        Row(
            act=Act.PROPOSE,
            sources=(Step.DRAFT,),
            target=Step.DECIDING,
            guards=(plan_is_certified,),
            needs=(Input.DUE_ON,),
            basis="要綱第6の1(1)",
        ),
        Row(
            act=Act.APPROVE,
            sources=(Step.DECIDING,),
            who=_DECIDER,
            target=Step.APPROVED,
            guards=(another_person_decides, plan_is_certified),
            basis="要綱第6の1(1)",
        ),
        _send_back(Step.DRAFT),
        Row(
            act=Act.NOTIFY,
            sources=(Step.APPROVED,),
            target=Step.NOTIFIED,
            guards=(plan_is_certified,),
            letter=Letter.REPORT_DEMAND,
            is_told=True,
            basis="法54条1項",
        ),
        Row(
            act=Act.RECEIVE,
            sources=(Step.NOTIFIED,),
            target=Step.REPORTED,
            needs=(Input.HAPPENED_ON, Input.TEXT),
            basis="法54条1項",
        ),
        Row(
            act=Act.CLOSE_UNMET,
            sources=(Step.NOTIFIED,),
            target=Step.CLOSED,
            guards=(date_has_passed,),
            needs=(Input.TEXT,),
            outcome=Outcome.UNMET,
        ),
        Row(
            act=Act.CLOSE,
            sources=(Step.REPORTED,),
            target=Step.CLOSED,
            needs=(Input.TEXT,),
            outcome=Outcome.DONE,
        ),
        _drop(Step.DRAFT, Step.APPROVED),
    ),
    MeasureKind.INSPECTION: (
        Row(
            act=Act.NOTIFY,
            sources=(Step.DRAFT,),
            target=Step.NOTIFIED,
            guards=(plan_is_certified, inspectors_are_ready),
            needs=(Input.DUE_ON, Input.PLACE),
            letter=Letter.INSPECTION_NOTICE,
            is_told=True,
            basis="法54条1項",
        ),
        Row(
            act=Act.CARRY_OUT,
            sources=(Step.NOTIFIED,),
            target=Step.CARRIED_OUT,
            guards=(inspectors_are_ready, day_has_come),
            needs=(Input.HAPPENED_ON, Input.TEXT),
            basis="法54条",
        ),
        Row(
            act=Act.RECORD_FINDINGS,
            sources=(Step.CARRIED_OUT,),
            basis="法54条2項",
        ),
        Row(
            act=Act.CONCLUDE,
            sources=(Step.CARRIED_OUT,),
            target=Step.RESULTED,
            guards=(everything_is_found,),
            needs=(Input.TEXT,),
        ),
        Row(
            act=Act.CLOSE,
            sources=(Step.RESULTED,),
            target=Step.CLOSED,
            needs=(Input.TEXT,),
            outcome=Outcome.DONE,
        ),
        _drop(Step.DRAFT, Step.NOTIFIED),
    ),
    MeasureKind.GUIDANCE: (
        Row(
            act=Act.GUIDE,
            sources=(Step.DRAFT,),
            target=Step.GUIDED,
            guards=(plan_is_certified,),
            needs=(Input.WAY, Input.HAPPENED_ON, Input.TEXT, Input.DUE_ON),
            letter=Letter.GUIDANCE,
            is_told=True,
            basis="行政手続法32条・35条",
        ),
        Row(
            act=Act.CONFIRM,
            sources=(Step.GUIDED,),
            target=Step.CLOSED,
            needs=(Input.HAPPENED_ON, Input.TEXT),
            outcome=Outcome.MET,
        ),
        Row(
            act=Act.CLOSE_UNMET,
            sources=(Step.GUIDED,),
            target=Step.CLOSED,
            guards=(date_has_passed,),
            needs=(Input.TEXT,),
            outcome=Outcome.UNMET,
        ),
        _drop(Step.DRAFT),
    ),
    MeasureKind.ORDER: (
        Row(
            act=Act.GIVE_CHANCE,
            sources=(Step.DRAFT,),
            target=Step.EXPLAINING,
            guards=(plan_is_certified, grounds_hold),
            needs=(Input.DUE_ON, Input.PLACE),
            letter=Letter.EXPLANATION_NOTICE,
            is_told=True,
            basis="行政手続法13条1項2号・30条",
        ),
        Row(
            act=Act.RECEIVE_EXPLANATION,
            sources=(Step.EXPLAINING,),
            target=Step.HEARD,
            needs=(Input.HAPPENED_ON, Input.TEXT),
            basis="行政手続法29条",
        ),
        Row(
            act=Act.NO_EXPLANATION,
            sources=(Step.EXPLAINING,),
            target=Step.HEARD,
            guards=(date_has_passed,),
            basis="行政手続法29条",
        ),
        Row(
            act=Act.PROPOSE,
            sources=(Step.HEARD,),
            target=Step.DECIDING,
            guards=(plan_is_certified, grounds_hold),
            needs=(Input.DUE_ON, Input.REASON),
            basis="法55条、行政手続法14条",
        ),
        Row(
            act=Act.APPROVE,
            sources=(Step.DECIDING,),
            who=_DECIDER,
            target=Step.ORDERED,
            guards=(another_person_decides, plan_is_certified, grounds_hold),
            letter=Letter.IMPROVEMENT_ORDER,
            is_told=True,
            basis="法55条",
        ),
        _send_back(Step.HEARD),
        Row(
            act=Act.CONFIRM,
            sources=(Step.ORDERED,),
            target=Step.CLOSED,
            needs=(Input.HAPPENED_ON, Input.TEXT),
            outcome=Outcome.MET,
            basis="法55条",
        ),
        Row(
            act=Act.CLOSE_UNMET,
            sources=(Step.ORDERED,),
            target=Step.CLOSED,
            guards=(date_has_passed,),
            needs=(Input.TEXT,),
            outcome=Outcome.UNMET,
            basis="法56条2項",
        ),
        _drop(Step.DRAFT, Step.EXPLAINING, Step.HEARD),
    ),
    MeasureKind.REVOCATION: (
        Row(
            act=Act.CALL_HEARING,
            sources=(Step.DRAFT,),
            target=Step.HEARING,
            guards=(plan_is_certified, grounds_hold),
            needs=(Input.DUE_ON, Input.PLACE),
            letter=Letter.HEARING_NOTICE,
            is_told=True,
            basis="行政手続法13条1項1号・15条",
        ),
        Row(
            act=Act.HOLD_HEARING,
            sources=(Step.HEARING,),
            target=Step.HEARD_OUT,
            guards=(day_has_come,),
            needs=(Input.HAPPENED_ON, Input.TEXT),
            basis="行政手続法20条",
        ),
        Row(
            act=Act.RECEIVE_RECORDS,
            sources=(Step.HEARD_OUT,),
            target=Step.HEARD,
            needs=(Input.HAPPENED_ON, Input.TEXT),
            basis="行政手続法24条",
        ),
        Row(
            act=Act.PROPOSE,
            sources=(Step.HEARD,),
            target=Step.DECIDING,
            guards=(plan_is_certified, grounds_hold),
            needs=(Input.REASON,),
            basis="法56条、行政手続法14条・26条",
        ),
        Row(
            act=Act.APPROVE,
            sources=(Step.DECIDING,),
            who=_DECIDER,
            target=Step.REVOKED,
            guards=(another_person_decides, plan_is_certified, grounds_hold),
            letter=Letter.REVOCATION_NOTICE,
            is_told=True,
            basis="法56条",
        ),
        _send_back(Step.HEARD),
        Row(
            act=Act.PUBLISH,
            sources=(Step.REVOKED,),
            target=Step.CLOSED,
            needs=(Input.HAPPENED_ON, Input.TEXT),
            outcome=Outcome.REVOKED,
            basis="法56条3項、省令38条",
        ),
        _drop(Step.DRAFT, Step.HEARING, Step.HEARD_OUT, Step.HEARD),
    ),
}


def row_of(kind: str, act: str) -> Row | None:
    """The line of an act in the table of a measure; None where that measure knows no such act."""
    return next((row for row in TABLES[MeasureKind(kind)] if row.act == act), None)


def check(facts: Facts, act: Act) -> Refusal | None:
    """`None` when the act may be done; otherwise the first reason against it."""
    row = row_of(facts.kind, act)
    if row is None:
        return Refusal(kind=WRONG_STATE, problem=f"{facts.kind.label}に「{act.label}」はありません。")
    if facts.step not in row.sources:
        return Refusal(
            kind=WRONG_STATE,
            problem=f"この{facts.kind.label}は今「{facts.step.label}」です。「{act.label}」はできません。",
        )
    if not facts.standing.intersection(row.who):
        names = "・".join(who.label for who in row.who)
        return Refusal(kind=NOT_YOURS, problem=f"「{act.label}」は{names}だけができます。")
    problem = next((text for guard in row.guards if (text := guard(facts))), None)
    return Refusal(kind=BLOCKED, problem=problem) if problem else None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An act to draw as a button; `blocked` says why it cannot be pressed yet."""

    act: Act
    blocked: str | None

    @property
    def label(self) -> str:
        return str(self.act.label)


def available(facts: Facts) -> tuple[Offer, ...]:
    """The acts this person meets in this step, in table order, each with what blocks it."""
    offers = []
    for row in TABLES[facts.kind]:
        refusal = check(facts, row.act)
        if refusal is None or refusal.kind == BLOCKED:
            offers.append(Offer(act=row.act, blocked=refusal.problem if refusal else None))
    return tuple(offers)


def is_overdue(step: str, due_on: dt.date | None, *, today: dt.date) -> bool:
    """Whether a date that runs has passed. An inspection's or a hearing's own day is not late on that day."""
    return step in DUE_STEPS and due_on is not None and due_on < today


def due_problem(act: str, due_on: dt.date, *, kind: str, today: dt.date) -> str | None:
    """Why this date cannot be set with this act; None when it can."""
    if due_on <= today:
        return "期限は、きょうより後の日にしてください。"
    if act in (Act.GIVE_CHANCE, Act.CALL_HEARING) and (due_on - today).days < HEARING_DAYS:
        what = "弁明書の提出期限" if kind == MeasureKind.ORDER else "聴聞の期日"
        first = today + dt.timedelta(days=HEARING_DAYS)
        return (
            f"{what}は、相手が準備できるよう{HEARING_DAYS}日以上先にしてください"
            f"({first.month}月{first.day}日以後)。行政手続法は「相当な期間」を求めています。"
        )
    return None


# --- Tips, and who is looked at first ---


class TipKind(TextChoices):
    """通報の種別."""

    COMPLAINT = "complaint", "苦情"
    TIP = "tip", "通報"
    FIRE_ORDER = "fire_order", "消防法に基づく命令"
    BUILDING_ORDER = "building_order", "建築基準法に基づく命令"
    OTHER_LAW = "other_law", "その他の法令による命令・指導"


OTHER_LAWS: Final = (TipKind.FIRE_ORDER, TipKind.BUILDING_ORDER, TipKind.OTHER_LAW)
"""What fire and building offices tell (要綱第5の6, 第6の2)."""


class TipWay(TextChoices):
    """How a tip came."""

    PHONE = "phone", "電話"
    VISIT = "visit", "来庁"
    LETTER = "letter", "手紙"
    MAIL = "mail", "メール"
    OFFICE = "office", "ほかの機関から"
    OTHER = "other", "その他"


class Risk(TextChoices):
    """Why a plan is looked at."""

    OVERDUE = "overdue", "期限切れの措置"
    OTHER_LAW = "other_law", "他法令の命令"
    ORDERED = "ordered", "改善命令中"
    TIP = "tip", "苦情・通報"
    NO_REPORT = "no_report", "年次報告なし"


POINTS: Final[dict[Risk, int]] = {
    Risk.OVERDUE: 5,
    Risk.OTHER_LAW: 4,
    Risk.ORDERED: 3,
    Risk.TIP: 2,
    Risk.NO_REPORT: 2,
}
"""Points for each open thing. Ours, to be put right by the office's experience; no law weighs them."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason of a plan, with how its points come about."""

    risk: Risk
    count: int

    @property
    def points(self) -> int:
        return POINTS[self.risk] * self.count

    @property
    def text(self) -> str:
        return f"{self.risk.label} {self.count}件×{POINTS[self.risk]}点"


def reasons_of(counts: dict[Risk, int]) -> tuple[Reason, ...]:
    """The reasons that hold, heaviest first."""
    found = [Reason(risk=risk, count=counts[risk]) for risk in Risk if counts.get(risk)]
    return tuple(sorted(found, key=lambda reason: -reason.points))


def score(reasons: Iterable[Reason]) -> int:
    """All points of a plan."""
    return sum(reason.points for reason in reasons)
