"""監督: who may act, four eyes, stale pages, what the database refuses, what a revocation does, and who is never named."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Notice, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, actor_of
from certification.demo import Office, Walk
from certification.demo_supervision import INSPECTORS, act, asked, begin, inspected, ordered, tips
from certification.models import (
    InspectionFinding,
    Measure,
    MeasureEvent,
    Operator,
    Plan,
    RegisterEntry,
    Tip,
)
from certification.rules.supervision import Act, Consent, Finding, Ground, MeasureKind, Outcome, Risk, Step
from certification.selectors import supervision as selectors
from certification.services import supervision as services
from certification.services import tips as tip_services
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.supervision import Found, Given, MeasureContent

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def certified(proposed: Walk) -> Walk:
    return proposed.decide()


@pytest.fixture
def supervised(certified: Walk) -> Plan:
    return certified.application.plan


def of(user: User, walk: Walk) -> Actor:
    return actor_of(user, day=timezone.localdate(walk.at))


# --- Measures ---


def test_an_order_goes_from_the_notice_to_its_end(certified: Walk, supervised: Plan) -> None:
    measure = ordered(certified.office, supervised, at=certified.at)
    assert measure.step == Step.ORDERED
    assert measure.basis == "法55条"
    then = certified.at + 20 * DAY
    on = timezone.localdate(then)
    ended = act(measure, Act.CONFIRM, certified.office.desk, at=then, happened_on=on, text="帳簿を確かめた。")
    assert (ended.step, ended.outcome) == (Step.CLOSED, Outcome.MET)
    acts = [event.act for event in ended.events.order_by("pk")]
    assert acts == ["give_chance", "no_explanation", "propose", "approve", "confirm"]


def test_letters_have_the_particulars_their_kinds_want(certified: Walk, supervised: Plan) -> None:
    ordered(certified.office, supervised, at=certified.at)
    letters = {event.letter: event.letter_fields for event in MeasureEvent.objects.exclude(letter="")}
    assert set(letters["explanation_notice"]) == {"disposition", "ground", "facts", "submit_to", "due_on"}
    assert set(letters["improvement_order"]) == {"measures", "violation", "reason", "due_on"}
    assert "法48条" in letters["improvement_order"]["violation"]
    assert all(all(fields.values()) for fields in letters.values())


def test_who_drafted_or_proposed_does_not_decide(certified: Walk, supervised: Plan) -> None:
    office = certified.office
    measure = begin(office, supervised, MeasureKind.REPORT, at=certified.at)
    due = timezone.localdate(certified.at) + 10 * DAY
    act(measure, Act.PROPOSE, office.desk, at=certified.at, due_on=due)
    Measure.objects.filter(pk=measure.pk).update(proposed_by=office.decider)
    with pytest.raises(ActRefused, match="起案した人は決裁できません"):
        act(measure, Act.APPROVE, office.decider, at=certified.at)
    Measure.objects.filter(pk=measure.pk).update(proposed_by=office.desk)
    assert act(measure, Act.APPROVE, office.decider, at=certified.at).decided_by == office.decider


def test_only_the_desk_of_the_lead_department_writes(
    certified: Walk, supervised: Plan, other_office: Office
) -> None:
    office = certified.office
    content = MeasureContent(facts="事実", demand="報告")
    for user in (office.viewer, office.decider, office.colleague, *office.reviewers.values()):
        with pytest.raises((NotFound, NotVisible)):
            services.start_measure(
                plan_id=supervised.public_id,
                kind=MeasureKind.REPORT,
                content=content,
                key=uuid.uuid4(),
                actor=of(user, certified),
                now=certified.at,
            )
    measure = begin(office, supervised, MeasureKind.REPORT, at=certified.at)
    due = timezone.localdate(certified.at) + 10 * DAY
    with pytest.raises(ActRefused):
        act(measure, Act.PROPOSE, office.viewer, at=certified.at, due_on=due)
    with pytest.raises(NotFound):
        act(measure, Act.PROPOSE, other_office.desk, at=certified.at, due_on=due)
    with pytest.raises(NotFound):
        act(measure, Act.PROPOSE, certified.user, at=certified.at, due_on=due)


def test_a_stale_page_does_nothing_and_a_double_click_is_one_act(certified: Walk, supervised: Plan) -> None:
    measure = begin(certified.office, supervised, MeasureKind.REPORT, at=certified.at)
    key, due = uuid.uuid4(), timezone.localdate(certified.at) + 10 * DAY

    def propose(key: uuid.UUID, seen: int) -> Measure:
        return services.perform(
            measure_id=measure.public_id,
            act=Act.PROPOSE,
            given=Given(due_on=due),
            actor=of(certified.office.desk, certified),
            now=certified.at,
            seen=seen,
            key=key,
        )

    with pytest.raises(Stale):
        propose(uuid.uuid4(), measure.revision + 1)
    seen = measure.revision
    first = propose(key, seen)
    assert propose(key, seen).revision == first.revision
    assert measure.events.count() == 1
    with pytest.raises(Stale):
        propose(uuid.uuid4(), seen)


def test_an_act_without_what_it_needs_is_refused_by_field(certified: Walk, supervised: Plan) -> None:
    measure = begin(certified.office, supervised, MeasureKind.ORDER, at=certified.at, grounds=("48",))
    soon = timezone.localdate(certified.at) + 3 * DAY
    for given, field in (
        ({}, "due_on"),
        ({"due_on": soon}, "place"),
        ({"due_on": soon, "place": "課"}, "due_on"),
    ):
        with pytest.raises(InputMissing) as refused:
            act(measure, Act.GIVE_CHANCE, certified.office.desk, at=certified.at, **given)
        assert refused.value.field == field
    assert not measure.events.exists()


def test_an_order_without_a_ground_of_the_act_cannot_be_drafted(certified: Walk, supervised: Plan) -> None:
    for grounds in ((), ("49",)):
        with pytest.raises(InputMissing) as refused:
            begin(certified.office, supervised, MeasureKind.ORDER, at=certified.at, grounds=grounds)
        assert refused.value.field == "grounds"


def test_what_went_out_is_not_written_anew(certified: Walk, supervised: Plan) -> None:
    measure = asked(certified.office, supervised, at=certified.at)
    with pytest.raises(ActRefused, match="もう書き直せません"):
        services.revise_measure(
            measure_id=measure.public_id,
            content=MeasureContent(facts="別の事実", demand="別の報告"),
            actor=of(certified.office.desk, certified),
            now=certified.at,
            seen=measure.revision,
        )


# --- What the database keeps ---


@pytest.mark.parametrize("column", ["facts", "demand", "basis", "reasons", "due_on", "decided_by", "grounds"])
def test_the_database_keeps_what_was_decided(certified: Walk, supervised: Plan, column: str) -> None:
    measure = ordered(certified.office, supervised, at=certified.at)
    values = {"due_on": dt.date(2030, 1, 1), "decided_by": certified.office.desk, "grounds": ["46"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(**{column: values.get(column, "別のこと")})


def test_the_database_keeps_events_findings_and_ended_measures(certified: Walk, supervised: Plan) -> None:
    measure = inspected(certified.office, supervised, at=certified.at)
    row = measure.findings.all()[0]
    for refused in (
        lambda: MeasureEvent.objects.update(text="別のこと"),
        lambda: MeasureEvent.objects.all().delete(),
        lambda: InspectionFinding.objects.filter(pk=row.pk).update(finding="fit"),
        lambda: Measure.objects.filter(pk=measure.pk).update(outcome="met"),
        lambda: Measure.objects.filter(pk=measure.pk).update(place="別の場所"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            refused()


def test_the_database_refuses_a_finding_without_consent(certified: Walk, supervised: Plan) -> None:
    measure = begin(
        certified.office,
        supervised,
        MeasureKind.INSPECTION,
        at=certified.at,
        inspectors=INSPECTORS,
        units=("101",),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        measure.findings.filter(unit="101").update(consent="refused", finding="fit")


# --- The inspection ---


def test_a_dwelling_nobody_let_the_office_into_is_left_out(certified: Walk, supervised: Plan) -> None:
    office, at = certified.office, certified.at
    measure = begin(office, supervised, MeasureKind.INSPECTION, at=at, inspectors=INSPECTORS, units=("101",))
    on = timezone.localdate(at) + DAY
    act(measure, Act.NOTIFY, office.desk, at=at, due_on=on, place="管理室")
    then = at + DAY
    act(measure, Act.CARRY_OUT, office.desk, at=then, happened_on=on, text="行った。")
    number = measure.findings.get(unit="101").number

    def found(consent: str, finding: str) -> None:
        measure.refresh_from_db()
        services.record_findings(
            measure_id=measure.public_id,
            found=[Found(number=number, consent=consent, finding=finding)],
            actor=of(office.desk, certified),
            now=then,
            seen=measure.revision,
        )

    with pytest.raises(InputMissing, match="101は、入居者の承諾がない") as refused:
        found(Consent.REFUSED, Finding.FIT)
    assert refused.value.field == f"row-{number}"
    found(Consent.REFUSED, Finding.UNSEEN)
    with pytest.raises(ActRefused, match="結果を書いていない項目が8件"):
        act(measure, Act.CONCLUDE, office.desk, at=then, text="まとめ")


def test_one_officer_alone_or_without_a_card_does_not_go(certified: Walk, supervised: Plan) -> None:
    on = timezone.localdate(certified.at) + DAY
    without = ({**INSPECTORS[0], "card": ""}, INSPECTORS[1])
    for inspectors, words in ((INSPECTORS[:1], "2人以上"), (without, "身分証")):
        measure = begin(
            certified.office, supervised, MeasureKind.INSPECTION, at=certified.at, inspectors=inspectors
        )
        with pytest.raises(ActRefused, match=words):
            act(measure, Act.NOTIFY, certified.office.desk, at=certified.at, due_on=on, place="管理室")


# --- The revocation ---


def revoke(walk: Walk, supervised: Plan, *, grounds: tuple[str, ...]) -> Measure:
    office, at = walk.office, walk.at
    measure = begin(office, supervised, MeasureKind.REVOCATION, at=at, grounds=grounds)
    day = timezone.localdate(at) + 14 * DAY
    act(measure, Act.CALL_HEARING, office.desk, at=at, due_on=day, place="市役所5階 午前10時")
    then = at + 14 * DAY
    act(measure, Act.HOLD_HEARING, office.desk, at=then, happened_on=day, text="出頭した。")
    act(measure, Act.RECEIVE_RECORDS, office.desk, at=then, happened_on=day, text="理由があるとの意見。")
    act(measure, Act.PROPOSE, office.desk, at=then, reason="不正の手段によるため。")
    return act(measure, Act.APPROVE, office.decider, at=then)


def test_a_revoked_plan_leaves_the_public_list(certified: Walk, supervised: Plan) -> None:
    assert RegisterEntry.objects.listed().filter(plan=supervised).exists()
    measure = revoke(certified, supervised, grounds=(Ground.FRAUD.value,))
    supervised.refresh_from_db()
    assert (supervised.status, measure.basis) == (Plan.Status.REVOKED, "法56条1項")
    assert not RegisterEntry.objects.listed().filter(plan=supervised).exists()
    event = AuditEvent.objects.get(action="certification.plan_revoked")
    assert event.legal_basis == "法56条1項"
    assert [one.pk for one in page_of(certified).unpublished] == [measure.pk]
    then = certified.at + 15 * DAY
    on = timezone.localdate(then)
    ended = act(measure, Act.PUBLISH, certified.office.desk, at=then, happened_on=on, text="市のウェブサイト")
    assert ended.outcome == Outcome.REVOKED


def test_disobeying_an_order_is_a_ground_only_when_it_is_on_record(certified: Walk, supervised: Plan) -> None:
    with pytest.raises(ActRefused, match="改善命令がありません"):
        revoke(certified, supervised, grounds=(Ground.DISOBEYED.value,))
    order = ordered(certified.office, supervised, at=certified.at, days=5)
    act(order, Act.CLOSE_UNMET, certified.office.desk, at=certified.at + 21 * DAY, text="記載がない。")
    assert revoke(certified, supervised, grounds=(Ground.DISOBEYED.value,)).basis == "法56条2項"


# --- Tips, and what others see ---

SECRET = "ひみつの通報者カナリア"


def told(walk: Walk, supervised: Plan) -> Tip:
    tips(walk.office, supervised, at=walk.at)
    tip = Tip.objects.filter(plan=supervised).order_by("pk")[0]
    Tip.objects.filter(pk=tip.pk).update(informant=SECRET)
    return tip


def test_informants_are_known_to_the_lead_department_alone(certified: Walk, supervised: Plan) -> None:
    tip, office = told(certified, supervised), certified.office
    for user in (office.desk, office.decider):
        assert selectors.tip_to_read(of(user, certified), tip.public_id).informant == SECRET
    for user in (office.viewer, office.reviewers[certified.second_id]):
        assert selectors.tip_to_read(of(user, certified), tip.public_id).informant is None


def test_nothing_written_elsewhere_names_an_informant(certified: Walk, supervised: Plan) -> None:
    tip = told(certified, supervised)
    tip_services.close_tip(
        tip_id=tip.public_id,
        answer="確かめた。",
        actor=of(certified.office.desk, certified),
        now=certified.at,
        seen=0,
    )
    ordered(certified.office, supervised, at=certified.at)
    written = [
        *AuditEvent.objects.values_list("details", "reason", "subject_label"),
        *Notice.objects.values_list("subject", "body", "path"),
        *MeasureEvent.objects.values_list("text", "told", "letter_fields"),
    ]
    assert SECRET not in repr(written)


def test_a_tip_needs_something_it_is_about(certified: Walk) -> None:
    content = tip_services.TipContent(
        kind="tip", way="phone", received_on=timezone.localdate(certified.at), content="こと"
    )
    actor = of(certified.office.desk, certified)
    with pytest.raises(InputMissing) as refused:
        tip_services.record_tip(content=content, key=uuid.uuid4(), actor=actor, now=certified.at)
    assert refused.value.field == "about"


def test_a_tip_is_closed_once_and_by_the_desk(certified: Walk, supervised: Plan) -> None:
    tip = told(certified, supervised)

    def close(user: User, seen: int, answer: str = "確かめた。") -> Tip:
        return tip_services.close_tip(
            tip_id=tip.public_id, answer=answer, actor=of(user, certified), now=certified.at, seen=seen
        )

    with pytest.raises(NotFound):
        close(certified.office.viewer, 0)
    with pytest.raises(InputMissing):
        close(certified.office.desk, 0, " ")
    assert close(certified.office.desk, 0).closed_on
    with pytest.raises(Stale):
        close(certified.office.desk, 0)
    with pytest.raises(ActRefused):
        close(certified.office.desk, 1)


def test_the_operator_sees_what_was_sent_and_nothing_else(
    certified: Walk, supervised: Plan, outsider: tuple[Operator, User]
) -> None:
    told(certified, supervised)
    begin(
        certified.office,
        supervised,
        MeasureKind.ORDER,
        at=certified.at,
        grounds=("46",),
        facts="まだ起案だけ",
    )
    ordered(certified.office, supervised, at=certified.at)
    seen = selectors.told_to_operator(of(certified.user, certified), supervised)
    assert [one.kind for one in seen] == ["改善命令", "弁明の機会のお知らせ"]
    assert [one.due_on is None for one in seen] == [False, True]
    text = repr(seen)
    for hidden in ("まだ起案だけ", SECRET, certified.office.desk.name):
        assert hidden not in text
    assert selectors.told_to_operator(of(outsider[1], certified), supervised) == ()


def test_the_operator_is_told_without_content(certified: Walk, supervised: Plan) -> None:
    ordered(certified.office, supervised, at=certified.at)
    notices = Notice.objects.filter(recipient=certified.user, subject__contains="監督")
    assert notices.count() == 2
    assert all("帳簿" not in notice.body for notice in notices)
    assert Notice.objects.filter(recipient=certified.office.decider, subject__contains="改善命令").exists()


# --- The list ---


def page_of(walk: Walk, **asked_for: Any) -> selectors.SupervisedPage:
    return selectors.supervised_page(
        of(walk.office.desk, walk), today=timezone.localdate(walk.at) + 60 * DAY, **asked_for
    )


def test_the_list_explains_its_points(certified: Walk, supervised: Plan) -> None:
    assert page_of(certified).rows == ()
    assert len(page_of(certified, everything=True).rows) == 1
    told(certified, supervised)
    ordered(certified.office, supervised, at=certified.at)
    page = page_of(certified)
    (row,) = page.rows
    counts = {reason.risk: reason.count for reason in row.reasons}
    assert counts == {Risk.OVERDUE: 1, Risk.OTHER_LAW: 1, Risk.ORDERED: 1, Risk.TIP: 1}
    assert len(page.loose_tips) == 1
    assert len(page_of(certified, risk="ordered").rows) == 1
    assert page_of(certified, risk="no_report").rows == ()


def test_another_city_sees_nothing(certified: Walk, supervised: Plan, other_office: Office) -> None:
    tip = told(certified, supervised)
    actor = of(other_office.desk, certified)
    page = selectors.supervised_page(actor, today=timezone.localdate(certified.at), everything=True)
    assert (page.rows, page.loose_tips) == ((), ())
    with pytest.raises(NotVisible):
        selectors.tip_to_read(actor, tip.public_id)
    with pytest.raises(NotVisible):
        selectors.supervision_of(actor, supervised.public_id, today=timezone.localdate(certified.at))
