"""Who may do what in which state: every cell of states × acts × standings against a table written by hand.

The table below is written from the ordinance and from what the office needs, not from `workflow.TABLE`. A cell that is
not listed is forbidden. The facts are good throughout, so that only state and standing decide; guards come after.
"""

from __future__ import annotations

import dataclasses
import sys
from itertools import combinations
from typing import Any

import pytest

from certification.rules import workflow
from certification.rules.workflow import (
    BLOCKED,
    NOT_OFFERED,
    NOT_YOURS,
    OPEN_STATES,
    ROW_OF,
    TABLE,
    WRONG_STATE,
    Action,
    Effect,
    Facts,
    Guard,
    Input,
    Order,
    ProposalKind,
    State,
    Turn,
    Who,
    available,
    check,
    turn_of,
)

APPLICANT, DESK, REVIEWER, DECIDER = Who.APPLICANT, Who.LEAD_DESK, Who.REVIEWER, Who.DECIDER
WRITER, PARTNER = Who.WRITER, Who.PARTNER

ALLOWED: dict[State, dict[Who, set[Action]]] = {
    State.DRAFT: {
        APPLICANT: {Action.EDIT, Action.SUBMIT, Action.WITHDRAW, Action.NOTIFY},
        WRITER: {Action.EDIT},
        PARTNER: {Action.CONFIRM},
    },
    State.SUBMITTED: {
        APPLICANT: {Action.WITHDRAW},
        DESK: {Action.ACCEPT, Action.ASSIGN},
        REVIEWER: {Action.ASSIGN},
    },
    State.LEAD_REVIEW: {
        APPLICANT: {Action.WITHDRAW},
        DESK: {Action.ASSIGN, Action.CIRCULATE, Action.GATHER, Action.ADD_DEPARTMENT, Action.RETURN},
        REVIEWER: {
            Action.ASSIGN,
            Action.JUDGE,
            Action.DRAFT_POINT,
            Action.JUDGE_POINT,
            Action.ADD_DEPARTMENT,
        },
    },
    State.CIRCULATING: {
        APPLICANT: {Action.WITHDRAW},
        DESK: {Action.ASSIGN, Action.ADD_DEPARTMENT},
        REVIEWER: {
            Action.ASSIGN,
            Action.JUDGE,
            Action.DRAFT_POINT,
            Action.JUDGE_POINT,
            Action.SEND_RESULT,
            Action.ADD_DEPARTMENT,
        },
    },
    State.GATHERING: {
        APPLICANT: {Action.WITHDRAW},
        DESK: {Action.ASSIGN, Action.REWORK, Action.RETURN, Action.PROPOSE_CERTIFY, Action.PROPOSE_REFUSE},
        REVIEWER: {Action.ASSIGN, Action.JUDGE, Action.DRAFT_POINT, Action.JUDGE_POINT},
    },
    State.AWAITING_CORRECTION: {
        APPLICANT: {Action.EDIT, Action.ANSWER_POINT, Action.RESUBMIT, Action.WITHDRAW},
        WRITER: {Action.EDIT, Action.ANSWER_POINT},
        PARTNER: {Action.CONFIRM},
        DESK: {Action.ASSIGN},
        REVIEWER: {Action.ASSIGN},
    },
    State.DECIDING: {
        APPLICANT: {Action.WITHDRAW},
        DESK: {Action.ASSIGN},
        REVIEWER: {Action.ASSIGN},
        DECIDER: {Action.STAMP, Action.DECIDE, Action.RETURN_PROPOSAL},
    },
    State.CERTIFIED: {},
    State.REFUSED: {},
    State.WITHDRAWN: {},
    State.NOTIFIED: {APPLICANT: {Action.REWRITE}},
}

STANDINGS = [frozenset(some) for size in range(len(Who) + 1) for some in combinations(Who, size)]


def good_facts(
    action: Action, state: State, standing: frozenset[Who] = frozenset(Who), **changes: Any
) -> Facts:
    """Facts with which nothing but state and standing can stand against the act."""
    values: dict[str, Any] = {
        "state": state,
        "standing": standing,
        "own_review_open": True,
        # Circulating needs work for others, gathering needs that there is none.
        "others_with_work": 0 if action == Action.GATHER else 1,
        "addable_departments": 1,
        "draft_points": 1 if action == Action.RETURN else 0,
        # A step along the route is stamped where others follow, decided where none does.
        "steps_after_mine": action == Action.STAMP,
        # Notifying needs a lesser change, filing that there is none.
        "lesser_change": "notify" if action == Action.NOTIFY else "",
        "notification_returned": True,
    }
    return Facts(**(values | changes))


def is_allowed(state: State, action: Action, standing: frozenset[Who]) -> bool:
    return any(action in ALLOWED[state].get(who, set()) for who in standing)


@pytest.mark.parametrize("state", State)
def test_every_cell_of_the_grid(state: State) -> None:
    wrong = [
        (str(action.label), sorted(who.label for who in standing))
        for action in Action
        for standing in STANDINGS
        if (check(good_facts(action, state, standing), action) is None) != is_allowed(state, action, standing)
    ]

    assert wrong == []


def test_the_size_of_the_grid(capsys: pytest.CaptureFixture[str]) -> None:
    cells = len(State) * len(Action) * len(STANDINGS)
    allowed = sum(is_allowed(state, action, one) for state in State for action in Action for one in STANDINGS)
    by_one = sum(len(acts) for by_who in ALLOWED.values() for acts in by_who.values())
    with capsys.disabled():
        sys.stdout.write(f"\nstate grid: {cells} cells, {allowed} allowed; {by_one} by one standing alone\n")

    assert cells == 11 * 24 * 64
    assert (allowed, by_one) == (1616, 56)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("standing", STANDINGS, ids=lambda some: "+".join(sorted(some)) or "nobody")
def test_the_buttons_are_exactly_what_may_be_done(state: State, standing: frozenset[Who]) -> None:
    offered = {
        offer.action
        for action in Action
        for offer in available(good_facts(action, state, standing))
        if offer.action == action
    }

    assert offered == {action for action in Action if is_allowed(state, action, standing)}


def test_a_wrong_state_is_told_before_a_wrong_person() -> None:
    refusal = check(good_facts(Action.DECIDE, State.CERTIFIED, frozenset()), Action.DECIDE)

    assert refusal is not None
    assert refusal.kind == WRONG_STATE
    assert refusal.problem == "この申請は今「認定」です。「決裁する」はできません。"


def test_a_wrong_person_is_told_whose_act_it_is() -> None:
    facts = good_facts(Action.ADD_DEPARTMENT, State.CIRCULATING, frozenset({APPLICANT}))
    refusal = check(facts, Action.ADD_DEPARTMENT)

    assert refusal is not None
    assert refusal.kind == NOT_YOURS
    assert refusal.problem == "「審査する課を追加する」は主管課の窓口担当・審査する課の担当だけができます。"


def test_a_blocked_act_is_still_offered_with_its_reason() -> None:
    offers = {
        offer.action: offer for offer in available(good_facts(Action.SUBMIT, State.DRAFT, gaps=("電話番号",)))
    }

    assert offers[Action.SUBMIT].blocked is not None
    assert offers[Action.EDIT].blocked is None
    assert Action.DECIDE not in offers


# --- Guards: what blocks, in which words, and that nothing else would ---

BLOCKS: list[tuple[Action, State, str, dict[str, Any], str]] = [
    (
        Action.SUBMIT, State.DRAFT, "is_complete", {"gaps": ("電話番号", "家賃")},
        "まだ足りないところが2件あります。「電話番号」などを入れてください。",
    ),
    (
        Action.SUBMIT, State.DRAFT, "all_partners_confirmed", {"unconfirmed_partners": ("みほん援助の会",)},
        "共同申請者のみほん援助の会が、今の内容にまだ同意していません。同意があると申請できます。",
    ),
    (
        Action.RESUBMIT, State.AWAITING_CORRECTION, "all_partners_confirmed",
        {"unconfirmed_partners": ("みほん援助の会",)},
        "共同申請者のみほん援助の会が、今の内容にまだ同意していません。同意があると申請できます。",
    ),
    (
        Action.CONFIRM, State.DRAFT, "is_complete", {"gaps": ("家賃",)},
        "まだ足りないところが1件あります。「家賃」などを入れてください。",
    ),
    (
        Action.RESUBMIT, State.AWAITING_CORRECTION, "is_complete", {"gaps": ("家賃",)},
        "まだ足りないところが1件あります。「家賃」などを入れてください。",
    ),
    (
        Action.RESUBMIT, State.AWAITING_CORRECTION, "all_points_answered", {"unanswered_points": 2},
        "まだ答えていない指摘が2件あります。すべてに答えてください。",
    ),
    (
        Action.JUDGE, State.CIRCULATING, "own_review_is_open", {"own_review_open": False},
        "あなたの課には、いま開いている審査がありません。",
    ),
    (
        Action.DRAFT_POINT, State.CIRCULATING, "own_review_is_open", {"own_review_open": False},
        "あなたの課には、いま開いている審査がありません。",
    ),
    (
        Action.JUDGE_POINT, State.CIRCULATING, "own_review_is_open", {"own_review_open": False},
        "あなたの課には、いま開いている審査がありません。",
    ),
    (
        Action.SEND_RESULT, State.CIRCULATING, "own_review_is_open", {"own_review_open": False},
        "あなたの課には、いま開いている審査がありません。",
    ),
    (
        Action.SEND_RESULT, State.CIRCULATING, "own_items_are_judged", {"own_unjudged": 3},
        "あなたの課の残り3項目の判定が要ります。",
    ),
    (
        Action.SEND_RESULT, State.CIRCULATING, "own_items_are_judged", {"own_answers_unjudged": 1},
        "補正の回答1件を確かめてください。",
    ),
    (
        Action.CIRCULATE, State.LEAD_REVIEW, "lead_items_are_judged", {"lead_unjudged": 4},
        "主管課の残り4項目の判定が要ります。",
    ),
    (
        Action.CIRCULATE, State.LEAD_REVIEW, "lead_items_are_judged", {"lead_answers_unjudged": 2},
        "主管課が出した補正の回答2件を確かめてください。",
    ),
    (
        Action.CIRCULATE, State.LEAD_REVIEW, "others_have_work", {"others_with_work": 0},
        "ほかの課に審査してもらう項目がありません。取りまとめに進めます。",
    ),
    (
        Action.GATHER, State.LEAD_REVIEW, "lead_items_are_judged", {"lead_unjudged": 1},
        "主管課の残り1項目の判定が要ります。",
    ),
    (
        Action.GATHER, State.LEAD_REVIEW, "others_have_no_work", {"others_with_work": 2},
        "ほかの2課に審査してもらう項目があります。持回り審査を依頼してください。",
    ),
    (
        Action.SUBMIT, State.DRAFT, "needs_certification", {"lesser_change": "unchanged"},
        "認定されている計画から、変わったところがありません。変えるところを書いてください。",
    ),
    (
        Action.RESUBMIT, State.AWAITING_CORRECTION, "needs_certification", {"lesser_change": "notify"},
        "変わったところは、届出で足りる軽微な変更だけです。変更認定の申請ではなく、軽微な変更として届け出てください。",
    ),
    (
        Action.NOTIFY, State.DRAFT, "is_lesser_change", {"lesser_change": ""},
        "変更認定の要るところがあります。変更認定の申請をしてください。",
    ),
    (
        Action.NOTIFY, State.DRAFT, "is_planned_ahead", {"planned_ahead": False},
        "変更の予定日は、あすより後の日にしてください。軽微な変更は、変える前に届け出ます(共管省令21条2項)。",
    ),
    (
        Action.NOTIFY, State.DRAFT, "is_complete", {"gaps": ("電話番号",)},
        "まだ足りないところが1件あります。「電話番号」などを入れてください。",
    ),
    (
        Action.REWRITE, State.NOTIFIED, "notification_was_returned", {"notification_returned": False},
        "この届出は、返戻されていません。書き直すときは、届出を取り下げてください。",
    ),
    (
        Action.ADD_DEPARTMENT, State.CIRCULATING, "a_department_can_be_added", {"addable_departments": 0},
        "この申請に加えられる課は、もうありません。",
    ),
    (
        Action.RETURN, State.GATHERING, "lead_answers_are_judged", {"lead_answers_unjudged": 1},
        "主管課が出した補正の回答1件を確かめてください。",
    ),
    (
        Action.RETURN, State.GATHERING, "has_points_to_return", {"draft_points": 0},
        "差し戻すには、直していただくことを1件以上、案に加えてください。",
    ),
    (
        Action.PROPOSE_CERTIFY, State.GATHERING, "everything_is_judged", {"unjudged": 5},
        "まだ判定していない項目が5件あります。",
    ),
    (
        Action.PROPOSE_CERTIFY, State.GATHERING, "nothing_is_adverse", {"adverse": 1},
        "「要補正」「不適」の項目が1件あります。認定するには、すべて「適」か「該当なし」であることが要ります。",
    ),
    (
        Action.PROPOSE_CERTIFY, State.GATHERING, "nothing_is_adverse", {"draft_points": 2},
        "差し戻していない指摘の案が2件あります。差し戻すか、案を消してください。",
    ),
    (
        Action.PROPOSE_CERTIFY, State.GATHERING, "nothing_is_adverse", {"unresolved_points": 1},
        "解消していない補正の指摘が1件あります。",
    ),
    (
        Action.PROPOSE_REFUSE, State.GATHERING, "everything_is_judged", {"unjudged": 1},
        "まだ判定していない項目が1件あります。",
    ),
    *(
        (
            action, State.DECIDING, "my_step_is_next", {"step_problem": "いまは部長の番です。"},
            "いまは部長の番です。",
        )
        for action in (Action.STAMP, Action.DECIDE)
    ),
    (
        Action.STAMP, State.DECIDING, "another_person_decides", {"actor_drafted": True},
        "起案した人は決裁できません。別の決裁者が決裁してください。",
    ),
    (
        Action.STAMP, State.DECIDING, "signature_holds", {"signature_holds": False},
        "起案の後に内容が変わりました。起案を戻し、起案し直してください。",
    ),
    (
        Action.DECIDE, State.DECIDING, "another_person_decides", {"actor_drafted": True},
        "起案した人は決裁できません。別の決裁者が決裁してください。",
    ),
    (
        Action.DECIDE, State.DECIDING, "another_person_decides", {"actor_reviewed": True},
        "この申請の審査に加わった人は決裁できません。別の決裁者が決裁してください。",
    ),
    (
        Action.DECIDE, State.DECIDING, "signature_holds", {"signature_holds": False},
        "起案の後に内容が変わりました。起案を戻し、起案し直してください。",
    ),
    *(
        (
            action, state, guard, {**facts, **bad}, sentence,
        )
        for action, state, facts in (
            (Action.PROPOSE_CERTIFY, State.GATHERING, {}),
            (Action.DECIDE, State.DECIDING, {"proposal_kind": ProposalKind.CERTIFY}),
        )
        for guard, bad, sentence in (
            (
                "no_inquiry_is_open", {"open_inquiries": 2},
                "回答を待っている照会が2件あります。回答がそろうまで、認定はできません。",
            ),
            ("no_inquiry_bars", {"bars": ("消防署への照会の回答により、…", "…")}, "消防署への照会の回答により、…"),
        )
    ),
]  # fmt: skip


def name_of(guard: Guard) -> str:
    return str(getattr(guard, "__name__", guard))


@pytest.mark.parametrize(("action", "state", "guard", "bad", "sentence"), BLOCKS)
def test_a_guard_blocks_with_its_sentence(
    action: Action, state: State, guard: str, bad: dict[str, Any], sentence: str
) -> None:
    refusal = check(good_facts(action, state, **bad), action)

    assert refusal is not None
    assert (refusal.kind, refusal.problem) == (BLOCKED, sentence)


@pytest.mark.parametrize(("action", "state", "guard", "bad", "sentence"), BLOCKS)
def test_without_the_guard_the_act_would_pass(
    action: Action,
    state: State,
    guard: str,
    bad: dict[str, Any],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: it is this guard and no other that blocks."""
    row = ROW_OF[action]
    kept = tuple(one for one in row.guards if name_of(one) != guard)
    assert len(kept) == len(row.guards) - 1
    monkeypatch.setitem(workflow.ROW_OF, action, dataclasses.replace(row, guards=kept))

    assert check(good_facts(action, state, **bad), action) is None


def test_every_guard_of_every_act_is_told_here() -> None:
    told = {(action, guard) for action, _, guard, _, _ in BLOCKS}

    assert told == {(row.action, name_of(guard)) for row in TABLE for guard in row.guards}


@pytest.mark.parametrize(
    ("action", "steps_after_mine", "sentence"),
    [
        (Action.STAMP, False, "あなたの段の後に、回す段はありません。"),
        (Action.DECIDE, True, "あなたの段の後に、まだ段があります。「承認して次に回す」を行ってください。"),
    ],
)
def test_a_step_is_sent_on_or_decided_never_both(
    action: Action, steps_after_mine: bool, sentence: str
) -> None:
    facts = good_facts(action, State.DECIDING, steps_after_mine=steps_after_mine)
    refusal = check(facts, action)

    assert refusal is not None
    assert (refusal.kind, refusal.problem) == (NOT_OFFERED, sentence)
    assert action not in {offer.action for offer in available(facts)}


def test_points_carried_over_are_enough_to_return() -> None:
    facts = good_facts(Action.RETURN, State.GATHERING, draft_points=0, points_to_carry=1)

    assert check(facts, Action.RETURN) is None


def test_refusing_does_not_need_clean_verdicts() -> None:
    facts = good_facts(Action.PROPOSE_REFUSE, State.GATHERING, adverse=3, unresolved_points=2)

    assert check(facts, Action.PROPOSE_REFUSE) is None


@pytest.mark.parametrize(
    ("action", "state", "facts"),
    [
        (Action.PROPOSE_REFUSE, State.GATHERING, {}),
        (Action.DECIDE, State.DECIDING, {"proposal_kind": ProposalKind.REFUSE}),
    ],
)
def test_no_inquiry_stands_against_a_refusal(action: Action, state: State, facts: dict[str, Any]) -> None:
    facts = facts | {"open_inquiries": 1, "bars": ("違反",)}

    assert check(good_facts(action, state, **facts), action) is None


# --- Where an act leads ---


@pytest.mark.parametrize(
    ("action", "state", "facts", "target"),
    [
        (Action.SUBMIT, State.DRAFT, {}, State.SUBMITTED),
        (Action.ACCEPT, State.SUBMITTED, {"order": Order.SERIAL}, State.LEAD_REVIEW),
        (Action.ACCEPT, State.SUBMITTED, {"order": Order.PARALLEL}, State.CIRCULATING),
        (Action.CIRCULATE, State.LEAD_REVIEW, {}, State.CIRCULATING),
        (Action.GATHER, State.LEAD_REVIEW, {}, State.GATHERING),
        (Action.SEND_RESULT, State.CIRCULATING, {"departments_open": 2}, State.CIRCULATING),
        (Action.SEND_RESULT, State.CIRCULATING, {"departments_open": 1}, State.GATHERING),
        (Action.REWORK, State.GATHERING, {}, State.CIRCULATING),
        (Action.RETURN, State.LEAD_REVIEW, {}, State.AWAITING_CORRECTION),
        (Action.RETURN, State.GATHERING, {}, State.AWAITING_CORRECTION),
        (Action.RESUBMIT, State.AWAITING_CORRECTION, {"order": Order.SERIAL}, State.LEAD_REVIEW),
        (Action.RESUBMIT, State.AWAITING_CORRECTION, {"order": Order.PARALLEL}, State.CIRCULATING),
        (Action.PROPOSE_CERTIFY, State.GATHERING, {}, State.DECIDING),
        (Action.PROPOSE_REFUSE, State.GATHERING, {}, State.DECIDING),
        (Action.DECIDE, State.DECIDING, {"proposal_kind": ProposalKind.CERTIFY}, State.CERTIFIED),
        (Action.DECIDE, State.DECIDING, {"proposal_kind": ProposalKind.REFUSE}, State.REFUSED),
        (Action.RETURN_PROPOSAL, State.DECIDING, {}, State.GATHERING),
        *((Action.WITHDRAW, state, {}, State.WITHDRAWN) for state in OPEN_STATES),
    ],
)
def test_where_an_act_leads(action: Action, state: State, facts: dict[str, Any], target: State) -> None:
    assert ROW_OF[action].target(good_facts(action, state, **facts)) == target


STAYS = {
    Action.CONFIRM,
    Action.STAMP,
    Action.EDIT,
    Action.ASSIGN,
    Action.JUDGE,
    Action.DRAFT_POINT,
    Action.JUDGE_POINT,
    Action.ADD_DEPARTMENT,
    Action.ANSWER_POINT,
}


@pytest.mark.parametrize("action", Action)
def test_writing_and_judging_do_not_move_the_case(action: Action) -> None:
    row = ROW_OF[action]

    assert (not row.targets) == (action in STAYS)
    for state in row.sources if action in STAYS else ():
        assert row.target(good_facts(action, state)) == state


def test_only_the_lead_returns_and_only_the_decider_decides() -> None:
    assert ROW_OF[Action.RETURN].who == (Who.LEAD_DESK,)
    assert ROW_OF[Action.DECIDE].who == (Who.DECIDER,)


def test_what_must_be_given_with_an_act() -> None:
    assert {row.action: set(row.needs) for row in TABLE if row.needs} == {
        Action.ADD_DEPARTMENT: {Input.DEPARTMENT, Input.ITEMS, Input.REASON},
        Action.REWORK: {Input.DEPARTMENT, Input.REASON},
        Action.RETURN: {Input.DUE_ON},
        Action.PROPOSE_CERTIFY: {Input.REASON},
        Action.PROPOSE_REFUSE: {Input.CRITERION, Input.REASON},
        Action.RETURN_PROPOSAL: {Input.REASON},
    }


def test_the_clock_runs_from_acceptance_and_stops_while_the_applicant_corrects() -> None:
    clock = {Effect.CLOCK_START, Effect.CLOCK_STOP, Effect.CLOCK_RESUME, Effect.CLOCK_END}

    assert {row.action: clock & set(row.effects) for row in TABLE if clock & set(row.effects)} == {
        Action.ACCEPT: {Effect.CLOCK_START},
        Action.RETURN: {Effect.CLOCK_STOP},
        Action.RESUBMIT: {Effect.CLOCK_RESUME},
        Action.DECIDE: {Effect.CLOCK_END},
        Action.WITHDRAW: {Effect.CLOCK_END},
    }


def test_every_version_is_frozen_when_it_is_filed() -> None:
    assert {row.action for row in TABLE if Effect.FREEZE_VERSION in row.effects} == {
        Action.SUBMIT,
        Action.RESUBMIT,
        Action.NOTIFY,
    }


def test_every_act_has_one_row_and_every_open_state_a_way_out() -> None:
    assert sorted(row.action for row in TABLE) == sorted(Action)
    for state in OPEN_STATES:
        assert any(state in row.sources and row.targets for row in TABLE)
    # Of what has ended only a notification that was handed back goes on.
    ended = {row.action for row in TABLE if set(row.sources) - set(OPEN_STATES)}
    assert ended == {Action.REWRITE}


def test_whose_turn_each_state_means() -> None:
    assert {state: turn_of(state) for state in State} == {
        State.DRAFT: Turn.APPLICANT,
        State.SUBMITTED: Turn.LEAD,
        State.LEAD_REVIEW: Turn.LEAD,
        State.CIRCULATING: Turn.DEPARTMENTS,
        State.GATHERING: Turn.LEAD,
        State.AWAITING_CORRECTION: Turn.APPLICANT,
        State.DECIDING: Turn.DECIDER,
        State.CERTIFIED: Turn.NOBODY,
        State.REFUSED: Turn.NOBODY,
        State.WITHDRAWN: Turn.NOBODY,
        State.NOTIFIED: Turn.NOBODY,
    }
