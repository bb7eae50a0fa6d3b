"""How an application moves: every act, from which state, by whom, only if what, to which state, under which article.

One table. `check()` guards an act, `available()` draws the buttons with the reason that blocks each: the same rule.
`services.workflow.perform` is the only place that writes the state. Basis unless said otherwise: 東久留米市居住安定援助賃貸住宅
事業に係る事務処理要綱 (令和7年訓令乙第101号) 第5の2, and 法40条–43条 as of 令和7年10月1日.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices


class State(TextChoices):
    DRAFT = "draft", "作成中"
    SUBMITTED = "submitted", "受付待ち"
    LEAD_REVIEW = "lead_review", "主管課審査中"
    CIRCULATING = "circulating", "持回り審査中"
    GATHERING = "gathering", "取りまとめ中"
    AWAITING_CORRECTION = "awaiting_correction", "補正待ち"
    DECIDING = "deciding", "決裁中"
    CERTIFIED = "certified", "認定"
    REFUSED = "refused", "不認定"
    WITHDRAWN = "withdrawn", "取下げ"
    NOTIFIED = "notified", "届出に切替え"


OPEN_STATES: Final = (
    State.DRAFT,
    State.SUBMITTED,
    State.LEAD_REVIEW,
    State.CIRCULATING,
    State.GATHERING,
    State.AWAITING_CORRECTION,
    State.DECIDING,
)


class Action(TextChoices):
    EDIT = "edit", "計画を書く"
    SUBMIT = "submit", "申請する"
    ACCEPT = "accept", "受け付ける"
    ASSIGN = "assign", "担当を決める"
    JUDGE = "judge", "項目を判定する"
    DRAFT_POINT = "draft_point", "補正の指摘を案に加える"
    JUDGE_POINT = "judge_point", "補正の回答を確かめる"
    CIRCULATE = "circulate", "持回り審査を依頼する"
    GATHER = "gather", "取りまとめに進む"
    SEND_RESULT = "send_result", "審査結果を登録して送信する"
    ADD_DEPARTMENT = "add_department", "審査する課を追加する"
    REWORK = "rework", "再審査を依頼する"
    RETURN = "return", "差し戻す"
    ANSWER_POINT = "answer_point", "補正の指摘に答える"
    CONFIRM = "confirm", "共同申請の内容に同意する"
    RESUBMIT = "resubmit", "補正して再申請する"
    PROPOSE_CERTIFY = "propose_certify", "認定で起案する"
    PROPOSE_REFUSE = "propose_refuse", "不認定で起案する"
    STAMP = "stamp", "承認して次に回す"
    DECIDE = "decide", "決裁する"
    RETURN_PROPOSAL = "return_proposal", "起案を戻す"
    WITHDRAW = "withdraw", "取り下げる"
    NOTIFY = "notify", "軽微な変更として届け出る"
    REWRITE = "rewrite", "返戻された届出を書き直す"


NOUNS: Final[dict[Action, str]] = {
    Action.SUBMIT: "申請",
    Action.ACCEPT: "受付",
    Action.CIRCULATE: "持回り審査の依頼",
    Action.GATHER: "取りまとめの開始",
    Action.SEND_RESULT: "審査結果の送信",
    Action.ADD_DEPARTMENT: "審査する課の追加",
    Action.REWORK: "再審査の依頼",
    Action.RETURN: "差戻し",
    Action.RESUBMIT: "補正・再申請",
    Action.PROPOSE_CERTIFY: "認定の起案",
    Action.PROPOSE_REFUSE: "不認定の起案",
    Action.STAMP: "承認",
    Action.DECIDE: "決裁",
    Action.RETURN_PROPOSAL: "起案の返戻",
    Action.WITHDRAW: "取下げ",
    Action.NOTIFY: "軽微変更の届出",
    Action.REWRITE: "届出の書き直し",
}
"""What an act is called once it is done, for lists and timelines."""


class Who(TextChoices):
    """In which standing a person meets a case. One person may have several."""

    APPLICANT = "applicant", "申請者"
    WRITER = "writer", "申請者の作成者"
    PARTNER = "partner", "共同申請者"
    LEAD_DESK = "lead_desk", "主管課の窓口担当"
    REVIEWER = "reviewer", "審査する課の担当"
    DECIDER = "decider", "決裁者"


class Turn(TextChoices):
    """Whose turn it is: the one progress that lists show."""

    APPLICANT = "applicant", "申請者"
    LEAD = "lead", "主管課"
    DEPARTMENTS = "departments", "関係課"
    DECIDER = "decider", "決裁者"
    NOBODY = "nobody", "だれでもない"


class Order(TextChoices):
    """Whether the lead reviews first, or all departments at the same time."""

    SERIAL = "serial", "主管課の後に持回り"
    PARALLEL = "parallel", "各課が同時"


class Verdict(TextChoices):
    FIT = "fit", "適"
    CORRECT = "correct", "要補正"
    UNFIT = "unfit", "不適"
    NOT_APPLICABLE = "not_applicable", "該当なし"


CLEAN_VERDICTS: Final = (Verdict.FIT, Verdict.NOT_APPLICABLE)


class ProposalKind(TextChoices):
    CERTIFY = "certify", "認定"
    REFUSE = "refuse", "不認定"


class Effect(TextChoices):
    """What an act does besides the move. Carried out by `services.effects`, in this order."""

    FREEZE_VERSION = "freeze_version", "計画の版を確定する"
    CALL_DEPARTMENTS = "call_departments", "使う別表の版と、審査する課を決める"
    RECEIPT = "receipt", "受付番号を付け、別表から審査項目を作る"
    REOPEN_TOUCHED = "reopen_touched", "変わった箇所の項目だけを開き直す"
    OPEN_REVIEWS = "open_reviews", "審査する課に依頼する"
    SEND_OWN = "send_own", "課の審査を送信済みにする"
    ADD_DEPARTMENT = "add_department", "課と項目を加える"
    REOPEN_DEPARTMENT = "reopen_department", "課の審査を開き直す"
    RELEASE_POINTS = "release_points", "指摘をまとめて申請者に示し、補正依頼書を出す"
    COPY_VERSION = "copy_version", "計画の次の版を作る"
    FILE_NOTIFICATION = "file_notification", "軽微変更届を作り、届け出た内容を残す"
    DROP_OPEN_VERSION = "drop_open_version", "認定を受けた計画についての書きかけの版を消す"
    DRAFT_PROPOSAL = "draft_proposal", "起案を作り、内容の指紋に結ぶ"
    STAMP_PROPOSAL = "stamp_proposal", "決裁の経路があるときは、自分の段に印を押す"
    APPROVE_PROPOSAL = "approve_proposal", "起案を決裁済みにし、通知書を出す"
    CLOSE_PROPOSAL = "close_proposal", "起案を閉じる"
    CLOCK_START = "clock_start", "処理期間を始める"
    CLOCK_STOP = "clock_stop", "処理期間を止める"
    CLOCK_RESUME = "clock_resume", "処理期間を再び数える"
    CLOCK_END = "clock_end", "処理期間を終える"


class Input(TextChoices):
    """What the person must give with the act. Forms ask for it; the service refuses the act without it."""

    REASON = "reason", "理由"
    DUE_ON = "due_on", "補正の期限"
    DEPARTMENT = "department", "課"
    ITEMS = "items", "審査してもらう項目"
    CRITERION = "criterion", "満たさない基準"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything a guard may look at. `own_*` speaks of the departments of the person who asks.

    `step_*` speak of the route of the proposal (`rules.approval`): both say nothing where there is no route.
    """

    state: State
    order: Order = Order.SERIAL
    standing: frozenset[Who] = frozenset()
    gaps: tuple[str, ...] = ()
    lesser_change: str = ""
    unconfirmed_partners: tuple[str, ...] = ()
    planned_ahead: bool = True
    notification_returned: bool = False
    own_review_open: bool = False
    own_unjudged: int = 0
    own_answers_unjudged: int = 0
    lead_unjudged: int = 0
    lead_answers_unjudged: int = 0
    others_with_work: int = 0
    departments_open: int = 0
    own_open: int = 1
    addable_departments: int = 0
    unjudged: int = 0
    adverse: int = 0
    unresolved_points: int = 0
    points_to_carry: int = 0
    draft_points: int = 0
    unanswered_points: int = 0
    proposal_kind: ProposalKind | None = None
    signature_holds: bool = True
    actor_reviewed: bool = False
    actor_drafted: bool = False
    step_problem: str = ""
    steps_after_mine: bool = False
    open_inquiries: int = 0
    bars: tuple[str, ...] = ()


Guard = Callable[[Facts], str | None]

LESSER_CHANGES: Final[dict[str, str]] = {
    "unchanged": "認定されている計画から、変わったところがありません。変えるところを書いてください。",
    "nothing": "変わったところは、申請も届出も要らないものだけです。この申請は取りやめてください。",
    "notify": "変わったところは、届出で足りる軽微な変更だけです。変更認定の申請ではなく、軽微な変更として届け出てください。",
}
"""A change that needs no certification (共管省令21条1項), by the class of `change_kind`, and what to do instead."""


def is_complete(facts: Facts) -> str | None:
    """必要な欄・書類・誓約がそろっている."""
    if not facts.gaps:
        return None
    return f"まだ足りないところが{len(facts.gaps)}件あります。「{facts.gaps[0]}」などを入れてください。"


def needs_certification(facts: Facts) -> str | None:
    """変更の申請なら、認定の要る変更がある."""
    return LESSER_CHANGES.get(facts.lesser_change)


def all_partners_confirmed(facts: Facts) -> str | None:
    """共同申請者がいれば、今の内容に同意している."""
    if not facts.unconfirmed_partners:
        return None
    names = "・".join(facts.unconfirmed_partners)
    return f"共同申請者の{names}が、今の内容にまだ同意していません。同意があると申請できます。"


def is_lesser_change(facts: Facts) -> str | None:
    """変わったところが、届出で足りるものだけである."""
    if facts.lesser_change in ("notify", "nothing"):
        return None
    return LESSER_CHANGES.get(
        facts.lesser_change, "変更認定の要るところがあります。変更認定の申請をしてください。"
    )


def is_planned_ahead(facts: Facts) -> str | None:
    """変更の予定日が、あすより後である."""
    if facts.planned_ahead:
        return None
    return (
        "変更の予定日は、あすより後の日にしてください。軽微な変更は、変える前に届け出ます(共管省令21条2項)。"
    )


def notification_was_returned(facts: Facts) -> str | None:
    """届出が返戻されている."""
    if facts.notification_returned:
        return None
    return "この届出は、返戻されていません。書き直すときは、届出を取り下げてください。"


def own_review_is_open(facts: Facts) -> str | None:
    """自分の課に審査が開いている."""
    return None if facts.own_review_open else "あなたの課には、いま開いている審査がありません。"


def own_items_are_judged(facts: Facts) -> str | None:
    """自分の課の項目と回答をすべて判定した."""
    if facts.own_unjudged:
        return f"あなたの課の残り{facts.own_unjudged}項目の判定が要ります。"
    if facts.own_answers_unjudged:
        return f"補正の回答{facts.own_answers_unjudged}件を確かめてください。"
    return None


def lead_items_are_judged(facts: Facts) -> str | None:
    """主管課の項目と回答をすべて判定した."""
    if facts.lead_unjudged:
        return f"主管課の残り{facts.lead_unjudged}項目の判定が要ります。"
    return lead_answers_are_judged(facts)


def others_have_work(facts: Facts) -> str | None:
    """ほかの課に審査する項目がある."""
    return (
        None if facts.others_with_work else "ほかの課に審査してもらう項目がありません。取りまとめに進めます。"
    )


def others_have_no_work(facts: Facts) -> str | None:
    """ほかの課に審査する項目がない."""
    if not facts.others_with_work:
        return None
    return f"ほかの{facts.others_with_work}課に審査してもらう項目があります。持回り審査を依頼してください。"


def a_department_can_be_added(facts: Facts) -> str | None:
    """まだ加わっていない課がある."""
    return None if facts.addable_departments else "この申請に加えられる課は、もうありません。"


def lead_answers_are_judged(facts: Facts) -> str | None:
    """主管課が出した指摘への回答を確かめた."""
    if not facts.lead_answers_unjudged:
        return None
    return f"主管課が出した補正の回答{facts.lead_answers_unjudged}件を確かめてください。"


def has_points_to_return(facts: Facts) -> str | None:
    """指摘の案か持ち越す指摘が1件以上ある."""
    if facts.draft_points or facts.points_to_carry:
        return None
    return "差し戻すには、直していただくことを1件以上、案に加えてください。"


def all_points_answered(facts: Facts) -> str | None:
    """すべての指摘に答えた."""
    if not facts.unanswered_points:
        return None
    return f"まだ答えていない指摘が{facts.unanswered_points}件あります。すべてに答えてください。"


def everything_is_judged(facts: Facts) -> str | None:
    """すべての項目を判定した."""
    return f"まだ判定していない項目が{facts.unjudged}件あります。" if facts.unjudged else None


def nothing_is_adverse(facts: Facts) -> str | None:
    """すべて「適」か「該当なし」で、残る指摘がない."""
    if facts.adverse:
        return f"「要補正」「不適」の項目が{facts.adverse}件あります。認定するには、すべて「適」か「該当なし」であることが要ります。"
    if facts.draft_points:
        return f"差し戻していない指摘の案が{facts.draft_points}件あります。差し戻すか、案を消してください。"
    if facts.unresolved_points:
        return f"解消していない補正の指摘が{facts.unresolved_points}件あります。"
    return None


def another_person_decides(facts: Facts) -> str | None:
    """起案も審査もしていない人である."""
    if facts.actor_drafted:
        return "起案した人は決裁できません。別の決裁者が決裁してください。"
    if facts.actor_reviewed:
        return "この申請の審査に加わった人は決裁できません。別の決裁者が決裁してください。"
    return None


def signature_holds(facts: Facts) -> str | None:
    """起案の後に内容が変わっていない."""
    return (
        None if facts.signature_holds else "起案の後に内容が変わりました。起案を戻し、起案し直してください。"
    )


def my_step_is_next(facts: Facts) -> str | None:
    """決裁の経路で、自分の段の番である(経路がなければ問わない)."""
    return facts.step_problem or None


def steps_follow_mine(facts: Facts) -> str | None:
    """自分の段の後に、まだ段がある."""
    return None if facts.steps_after_mine else "あなたの段の後に、回す段はありません。"


def no_step_follows_mine(facts: Facts) -> str | None:
    """自分の段が最後である(経路がなければ問わない)."""
    if not facts.steps_after_mine:
        return None
    return f"あなたの段の後に、まだ段があります。「{Action.STAMP.label}」を行ってください。"


def no_inquiry_is_open(facts: Facts) -> str | None:
    """認定のときは、照会の回答がそろっている."""
    if refusal_proposed(facts) or not facts.open_inquiries:
        return None
    return f"回答を待っている照会が{facts.open_inquiries}件あります。回答がそろうまで、認定はできません。"


def no_inquiry_bars(facts: Facts) -> str | None:
    """認定のときは、照会の回答に認定を妨げるものがない."""
    return None if refusal_proposed(facts) or not facts.bars else facts.bars[0]


Condition = Callable[[Facts], bool]


def in_parallel(facts: Facts) -> bool:
    """各課が同時."""
    return facts.order == Order.PARALLEL


def last_to_send(facts: Facts) -> bool:
    """最後の課が送ったとき."""
    return facts.departments_open <= facts.own_open


def refusal_proposed(facts: Facts) -> bool:
    """不認定の起案のとき."""
    return facts.proposal_kind == ProposalKind.REFUSE


def always(facts: Facts) -> bool:
    """そのほか."""
    return True


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table. `targets` is empty where the state stays; else the first that holds is taken.

    `offered` decides whether the act is there at all for this person; a guard blocks an act that is shown.
    """

    action: Action
    sources: tuple[State, ...]
    who: tuple[Who, ...]
    targets: tuple[tuple[State, Condition], ...] = ()
    offered: tuple[Guard, ...] = ()
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    needs: tuple[Input, ...] = ()
    basis: str = ""

    def target(self, facts: Facts) -> State:
        return next((state for state, holds in self.targets if holds(facts)), facts.state)


UNDER_REVIEW: Final = (State.LEAD_REVIEW, State.CIRCULATING, State.GATHERING)

TABLE: Final[tuple[Row, ...]] = (
    Row(
        action=Action.EDIT,
        sources=(State.DRAFT, State.AWAITING_CORRECTION),
        who=(Who.APPLICANT, Who.WRITER),
        basis="法40条2項",
    ),
    Row(
        action=Action.CONFIRM,
        sources=(State.DRAFT, State.AWAITING_CORRECTION),
        who=(Who.PARTNER,),
        guards=(is_complete,),
        basis="法40条4項",
    ),
    Row(
        action=Action.SUBMIT,
        sources=(State.DRAFT,),
        targets=((State.SUBMITTED, always),),
        who=(Who.APPLICANT,),
        guards=(needs_certification, is_complete, all_partners_confirmed),
        effects=(Effect.FREEZE_VERSION, Effect.CALL_DEPARTMENTS),
        basis="法40条1項",
    ),
    Row(
        action=Action.ACCEPT,
        sources=(State.SUBMITTED,),
        targets=((State.CIRCULATING, in_parallel), (State.LEAD_REVIEW, always)),
        who=(Who.LEAD_DESK,),
        effects=(Effect.RECEIPT, Effect.OPEN_REVIEWS, Effect.CLOCK_START),
        basis="要綱第5の2(1)",
    ),
    Row(
        action=Action.ASSIGN,
        sources=(State.SUBMITTED, *UNDER_REVIEW, State.AWAITING_CORRECTION, State.DECIDING),
        who=(Who.LEAD_DESK, Who.REVIEWER),
    ),
    Row(
        action=Action.JUDGE,
        sources=UNDER_REVIEW,
        who=(Who.REVIEWER,),
        guards=(own_review_is_open,),
        basis="要綱第5の2(2)",
    ),
    Row(
        action=Action.DRAFT_POINT,
        sources=UNDER_REVIEW,
        who=(Who.REVIEWER,),
        guards=(own_review_is_open,),
        basis="要綱第5の2(3)",
    ),
    Row(
        action=Action.JUDGE_POINT,
        sources=UNDER_REVIEW,
        who=(Who.REVIEWER,),
        guards=(own_review_is_open,),
        basis="要綱第5の2(3)",
    ),
    Row(
        action=Action.CIRCULATE,
        sources=(State.LEAD_REVIEW,),
        targets=((State.CIRCULATING, always),),
        who=(Who.LEAD_DESK,),
        guards=(lead_items_are_judged, others_have_work),
        effects=(Effect.SEND_OWN, Effect.OPEN_REVIEWS),
        basis="要綱第5の2(2)",
    ),
    Row(
        action=Action.GATHER,
        sources=(State.LEAD_REVIEW,),
        targets=((State.GATHERING, always),),
        who=(Who.LEAD_DESK,),
        guards=(lead_items_are_judged, others_have_no_work),
        effects=(Effect.SEND_OWN,),
        basis="要綱第5の2(2)",
    ),
    Row(
        action=Action.SEND_RESULT,
        sources=(State.CIRCULATING,),
        targets=((State.GATHERING, last_to_send), (State.CIRCULATING, always)),
        who=(Who.REVIEWER,),
        guards=(own_review_is_open, own_items_are_judged),
        effects=(Effect.SEND_OWN,),
        basis="要綱第5の2(2)",
    ),
    Row(
        action=Action.ADD_DEPARTMENT,
        sources=(State.LEAD_REVIEW, State.CIRCULATING),
        who=(Who.LEAD_DESK, Who.REVIEWER),
        guards=(a_department_can_be_added,),
        effects=(Effect.ADD_DEPARTMENT,),
        needs=(Input.DEPARTMENT, Input.ITEMS, Input.REASON),
        basis="要綱第5の2(2)",
    ),
    Row(
        action=Action.REWORK,
        sources=(State.GATHERING,),
        targets=((State.CIRCULATING, always),),
        who=(Who.LEAD_DESK,),
        effects=(Effect.REOPEN_DEPARTMENT,),
        needs=(Input.DEPARTMENT, Input.REASON),
    ),
    Row(
        action=Action.RETURN,
        sources=(State.LEAD_REVIEW, State.GATHERING),
        targets=((State.AWAITING_CORRECTION, always),),
        who=(Who.LEAD_DESK,),
        guards=(lead_answers_are_judged, has_points_to_return),
        effects=(Effect.RELEASE_POINTS, Effect.COPY_VERSION, Effect.CLOCK_STOP),
        needs=(Input.DUE_ON,),
        basis="要綱第5の2(3)、行政手続法7条",
    ),
    Row(
        action=Action.ANSWER_POINT,
        sources=(State.AWAITING_CORRECTION,),
        who=(Who.APPLICANT, Who.WRITER),
        basis="要綱第5の2(3)",
    ),
    Row(
        action=Action.RESUBMIT,
        sources=(State.AWAITING_CORRECTION,),
        targets=((State.CIRCULATING, in_parallel), (State.LEAD_REVIEW, always)),
        who=(Who.APPLICANT,),
        guards=(all_points_answered, needs_certification, is_complete, all_partners_confirmed),
        effects=(Effect.FREEZE_VERSION, Effect.REOPEN_TOUCHED, Effect.OPEN_REVIEWS, Effect.CLOCK_RESUME),
        basis="要綱第5の2(3)",
    ),
    Row(
        action=Action.PROPOSE_CERTIFY,
        sources=(State.GATHERING,),
        targets=((State.DECIDING, always),),
        who=(Who.LEAD_DESK,),
        guards=(everything_is_judged, nothing_is_adverse, no_inquiry_is_open, no_inquiry_bars),
        effects=(Effect.DRAFT_PROPOSAL,),
        needs=(Input.REASON,),
        basis="要綱第5の2(4)・第5の3・第5の4、法41条",
    ),
    Row(
        action=Action.PROPOSE_REFUSE,
        sources=(State.GATHERING,),
        targets=((State.DECIDING, always),),
        who=(Who.LEAD_DESK,),
        guards=(everything_is_judged,),
        effects=(Effect.DRAFT_PROPOSAL,),
        needs=(Input.CRITERION, Input.REASON),
        basis="法41条、行政手続法8条",
    ),
    Row(
        action=Action.STAMP,
        sources=(State.DECIDING,),
        who=(Who.DECIDER,),
        offered=(steps_follow_mine,),
        guards=(my_step_is_next, another_person_decides, signature_holds),
        effects=(Effect.STAMP_PROPOSAL,),
        basis="要綱第5の2(4)",
    ),
    Row(
        action=Action.DECIDE,
        sources=(State.DECIDING,),
        targets=((State.REFUSED, refusal_proposed), (State.CERTIFIED, always)),
        who=(Who.DECIDER,),
        offered=(no_step_follows_mine,),
        guards=(
            my_step_is_next,
            another_person_decides,
            signature_holds,
            no_inquiry_is_open,
            no_inquiry_bars,
        ),
        effects=(Effect.STAMP_PROPOSAL, Effect.APPROVE_PROPOSAL, Effect.CLOCK_END),
        basis="要綱第5の2(4)、法43条1項",
    ),
    Row(
        action=Action.RETURN_PROPOSAL,
        sources=(State.DECIDING,),
        targets=((State.GATHERING, always),),
        who=(Who.DECIDER,),
        effects=(Effect.CLOSE_PROPOSAL,),
        needs=(Input.REASON,),
        basis="要綱第5の2(4)",
    ),
    Row(
        action=Action.WITHDRAW,
        sources=OPEN_STATES,
        targets=((State.WITHDRAWN, always),),
        who=(Who.APPLICANT,),
        effects=(Effect.CLOSE_PROPOSAL, Effect.DROP_OPEN_VERSION, Effect.CLOCK_END),
    ),
    Row(
        action=Action.NOTIFY,
        sources=(State.DRAFT,),
        targets=((State.NOTIFIED, always),),
        who=(Who.APPLICANT,),
        guards=(is_lesser_change, is_planned_ahead, is_complete),
        effects=(Effect.FREEZE_VERSION, Effect.FILE_NOTIFICATION),
        basis="共管省令21条2項",
    ),
    Row(
        action=Action.REWRITE,
        sources=(State.NOTIFIED,),
        targets=((State.DRAFT, always),),
        who=(Who.APPLICANT,),
        guards=(notification_was_returned,),
        effects=(Effect.COPY_VERSION,),
    ),
)

ROW_OF: Final[dict[Action, Row]] = {row.action: row for row in TABLE}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why an act may not be done now. `problem` is a Japanese sentence for the person who asked."""

    kind: str
    problem: str


WRONG_STATE: Final = "wrong_state"
NOT_YOURS: Final = "not_yours"
NOT_OFFERED: Final = "not_offered"
BLOCKED: Final = "blocked"


def check(facts: Facts, action: Action) -> Refusal | None:
    """`None` when the act may be done; otherwise the first reason against it."""
    row = ROW_OF[action]
    if facts.state not in row.sources:
        return Refusal(
            kind=WRONG_STATE,
            problem=f"この申請は今「{facts.state.label}」です。「{action.label}」はできません。",
        )
    if not facts.standing.intersection(row.who):
        names = "・".join(who.label for who in row.who)
        return Refusal(kind=NOT_YOURS, problem=f"「{action.label}」は{names}だけができます。")
    if problem := next((text for guard in row.offered if (text := guard(facts))), None):
        return Refusal(kind=NOT_OFFERED, problem=problem)
    problem = next((text for guard in row.guards if (text := guard(facts))), None)
    return Refusal(kind=BLOCKED, problem=problem) if problem else None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An act to draw as a button; `blocked` says why it cannot be pressed yet."""

    action: Action
    blocked: str | None

    @property
    def label(self) -> str:
        return str(self.action.label)


def available(facts: Facts) -> tuple[Offer, ...]:
    """The acts this person meets in this state, in table order, each with what blocks it."""
    offers = []
    for row in TABLE:
        refusal = check(facts, row.action)
        if refusal is None or refusal.kind == BLOCKED:
            offers.append(Offer(action=row.action, blocked=refusal.problem if refusal else None))
    return tuple(offers)


def turn_of(state: State) -> Turn:
    """Whose turn a state means."""
    if state in (State.DRAFT, State.AWAITING_CORRECTION):
        return Turn.APPLICANT
    if state == State.CIRCULATING:
        return Turn.DEPARTMENTS
    if state == State.DECIDING:
        return Turn.DECIDER
    return Turn.LEAD if state in OPEN_STATES else Turn.NOBODY
