"""決裁の経路 on the pages: 決裁欄, the act of a step, 後閲, absences, the settings of a route."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks.population import clone
from certification.demo import Office, Walk, sample_plan
from certification.demo_approval import Hall, hall_of, lay_route
from certification.models import (
    Absence,
    Application,
    ApprovalRoute,
    Operator,
    PostHolder,
    Proposal,
    ProposalStamp,
    StepArrival,
)
from certification.rules.workflow import Action, State
from certification.services.approval import register_absence
from tests.certification.conftest import SINCE
from tests.certification.test_query_counts import MOST, MOST_IN_CASE, MOST_IN_QUEUE, SIZES
from tests.world import recent

SignIn = Callable[[User], Client]


@pytest.fixture
def hall(office: Office) -> Hall:
    return hall_of(office, prefix="own", since=SINCE)


@pytest.fixture
def routed(hall: Hall, office: Office, owner: tuple[Operator, User]) -> Walk:
    lay_route(office, hall, now=recent(70))
    walk = Walk(office=office, user=owner[1], at=recent(60))
    return walk.file(owner[0], sample_plan()).accept().gather().propose()


def url(name: str, walk: Walk, **more: Any) -> str:
    return reverse(f"certification:{name}", kwargs={"case_id": walk.application.public_id, **more})


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def send(client: Client, walk: Walk, action: str, **typed: str) -> Any:
    page = client.get(url("case_act", walk, action=action)).content.decode()
    hidden = dict(re.findall(r'name="(seen|saw|key)" value="([^"]*)"', page))
    return client.post(url("case_act", walk, action=action), {**hidden, **typed})


def away(walk: Walk, who: User, deputy: User) -> Absence:
    today = timezone.localdate()
    return register_absence(
        user_id=who.pk,
        deputy_id=deputy.pk,
        from_on=today,
        until=today,
        actor=walk.actor(who),
        now=timezone.now(),
    )


def test_the_round_by_its_pages(routed: Walk, hall: Hall, sign_in: SignIn) -> None:
    partner, chief, deputy = sign_in(hall.partner), sign_in(hall.section_chief), sign_in(hall.deputy)
    page = text_of(partner.get(url("case_act", routed, action="stamp")))
    assert "「合議 都市計画課」として承認します。" in page
    assert send(partner, routed, "stamp", comment="支障ありません。").status_code == 302
    assert send(chief, routed, "stamp").status_code == 302
    away(routed, hall.director, hall.deputy)
    page = text_of(deputy.get(url("case_act", routed, action="decide")))
    assert "不在の城山 部長介(見本)に代わって、「部長」として承認します(代決)。" in page
    assert send(deputy, routed, "decide", comment="出張中のため。").status_code == 302
    assert Application.objects.get(pk=routed.application.pk).state == State.CERTIFIED

    director = sign_in(hall.director)
    assert "後閲がまだの決裁(1件)" in text_of(director.get(reverse("certification:absences")))
    stamp = ProposalStamp.objects.get(kind="deputy")
    answer = director.post(
        url("case_approval", routed), {"stamp": stamp.public_id, "comment": "了解しました。"}, follow=True
    )
    page = text_of(answer)
    for words in ("支障ありません。", "出張中のため。", "了解しました。", "後閲済み"):
        assert words in page
    assert "後閲がまだ" not in text_of(director.get(reverse("certification:absences")))


def test_who_is_not_due_reads_whose_turn_it_is(routed: Walk, hall: Hall, sign_in: SignIn) -> None:
    page = text_of(sign_in(hall.director).get(url("case_act", routed, action="decide")))

    assert "いまは合議 都市計画課の番です。あなたの番はまだです。" in page
    assert "いまここ" in page


def test_the_slower_of_two_is_told(routed: Walk, hall: Hall, sign_in: SignIn) -> None:
    """Two people of the department agree from pages opened at the same time: what was typed stays."""
    second = User.objects.create_user("gogi2@own.example.jp", name="高台 次子(見本)")
    second.appointments.create(department_id=routed.second_id, role="decider", from_on=SINCE)
    client = sign_in(second)
    page = client.get(url("case_act", routed, action="stamp")).content.decode()
    hidden = dict(re.findall(r'name="(seen|saw|key)" value="([^"]*)"', page))
    routed.act(Action.STAMP, hall.partner)

    answer = client.post(url("case_act", routed, action="stamp"), {**hidden, "comment": "私も賛成です。"})

    assert answer.status_code == 409
    assert ProposalStamp.objects.count() == 1
    assert "私も賛成です。" in answer.content.decode()


def test_only_the_absent_person_confirms(routed: Walk, hall: Hall, sign_in: SignIn) -> None:
    routed.act(Action.STAMP, hall.partner).act(Action.STAMP, hall.section_chief)
    away(routed, hall.director, hall.deputy)
    routed.at = timezone.now()
    routed.act(Action.DECIDE, hall.deputy)
    stamp = ProposalStamp.objects.get(kind="deputy")

    answer = sign_in(hall.section_chief).post(url("case_approval", routed), {"stamp": stamp.public_id})

    assert answer.status_code == 409
    assert "後閲は、代決された本人だけができます。" in text_of(answer)


def test_a_case_without_a_route_has_no_such_page(proposed: Walk, sign_in: SignIn) -> None:
    client = sign_in(proposed.office.decider)

    assert client.get(url("case_approval", proposed)).status_code == 404
    assert "決裁欄" not in text_of(client.get(url("case", proposed)))
    assert "意見" not in text_of(client.get(url("case_act", proposed, action="decide")))


def test_the_sheet_has_the_stamps(routed: Walk, hall: Hall, sign_in: SignIn) -> None:
    routed.act(Action.STAMP, hall.partner)

    assert sign_in(hall.partner).get(url("case_sheet_pdf", routed)).status_code == 200


# --- Absences ---------------------------------------------------------------------------------------------------------


def test_an_absence_is_registered_and_taken_back(office: Office, hall: Hall, sign_in: SignIn) -> None:
    client, address = sign_in(hall.director), reverse("certification:absences")
    given = {"user": hall.director.pk, "from_on": "令和8年1月5日", "until": "令和7年1月5日"}
    answer = client.post(address, {**given, "deputy": hall.deputy.pk})
    assert answer.status_code == 422
    assert "不在の末日は、初日以後の日にしてください。" in text_of(answer)
    assert "令和7年1月5日" in answer.content.decode()

    today = timezone.localdate().isoformat()
    done = client.post(
        address, {**given, "from_on": today, "until": today, "deputy": hall.deputy.pk}, follow=True
    )
    assert "不在と、代決する人を登録しました。" in text_of(done)
    client.post(reverse("certification:absence_end", args=[Absence.objects.get().public_id]))
    assert Absence.objects.get().ended_at is not None


def test_nobody_registers_for_a_colleague(office: Office, hall: Hall, sign_in: SignIn) -> None:
    today = timezone.localdate().isoformat()
    given = {"user": hall.director.pk, "from_on": today, "until": today, "deputy": hall.deputy.pk}

    answer = sign_in(hall.section_chief).post(reverse("certification:absences"), given)

    assert answer.status_code == 404
    assert not Absence.objects.exists()


# --- The settings -----------------------------------------------------------------------------------------------------

ROUTES = "certification:approval_routes"


def typed_route(office: Office, hall: Hall, **changes: Any) -> dict[str, Any]:
    lead = office.setting.lead_department_id
    return {
        "seen": "",
        "rows": "4",
        "kinds": ["certify", "refuse"],
        "s0-kind": "decide",
        "s0-order": "1",
        "s0-department": lead,
        "s0-title": "課長",
        "s0-holders": [hall.section_chief.pk],
        "s1-kind": "decide",
        "s1-order": "2",
        "s1-department": lead,
        "s1-title": "部長",
        "s1-holders": [hall.director.pk],
        "s1-deputy": "on",
    } | changes


def test_a_route_is_laid_and_told(office: Office, hall: Hall, sign_in: SignIn) -> None:
    client = sign_in(office.administrator)
    answer = client.post(f"{reverse(ROUTES)}?route=new", typed_route(office, hall), follow=True)

    assert "決裁の経路を保存しました。" in text_of(answer)
    steps = ApprovalRoute.objects.get().steps.order_by("order")
    assert [(step.title, step.allows_deputy) for step in steps] == [("課長", False), ("部長", True)]
    assert set(PostHolder.objects.values_list("title", flat=True)) == {"課長", "部長"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kinds": []}, "どの起案に使うかを、一つ以上選んでください。"),
        ({"s1-title": ""}, "2行目の職名を入れてください。"),
        ({"s1-department": ""}, "2行目の課を選んでください。"),
        ({"s1-kind": "agree", "s1-title": ""}, "最後の段が合議になっています。"),
        ({"s0-kind": "", "s1-kind": ""}, "段がありません。"),
    ],
)
def test_a_route_that_cannot_work_is_refused_with_a_sentence(
    office: Office, hall: Hall, sign_in: SignIn, changes: dict[str, Any], words: str
) -> None:
    client = sign_in(office.administrator)
    answer = client.post(f"{reverse(ROUTES)}?route=new", typed_route(office, hall, **changes))

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not ApprovalRoute.objects.exists()


def test_doubts_are_told_beside_the_route(routed: Walk, hall: Hall, sign_in: SignIn) -> None:
    hall.director.appointments.update(until=timezone.localdate() - dt.timedelta(days=1))

    page = text_of(sign_in(routed.office.administrator).get(reverse(ROUTES)))

    assert "「部長」(福祉総務課)を承認できる人が、きょう一人もいません。" in page


def test_an_older_page_is_told_what_stands_there(routed: Walk, hall: Hall, sign_in: SignIn) -> None:
    route = ApprovalRoute.objects.get()
    client = sign_in(routed.office.administrator)
    answer = client.post(
        f"{reverse(ROUTES)}?route={route.public_id}", typed_route(routed.office, hall, seen="old")
    )

    assert answer.status_code == 409
    assert "いま保存されている経路" in text_of(answer)


# --- How many queries -------------------------------------------------------------------------------------------------


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in found)


def test_queries_do_not_grow(routed: Walk, hall: Hall, sign_in: SignIn) -> None:
    partner, director = sign_in(hall.partner), sign_in(hall.director)
    today = timezone.localdate()
    counts: dict[str, list[int]] = {"queue": [], "absences": []}
    arrival = StepArrival.objects.get()
    for size in SIZES:
        missing = size - StepArrival.objects.count()
        ids = clone(routed.application, missing) if missing > 0 else ()
        for proposal in Proposal.objects.filter(application__in=ids):
            StepArrival.objects.create(
                application_id=proposal.application_id,
                proposal=proposal,
                step_id=arrival.step_id,
                department_id=arrival.department_id,
            )
        for _ in range(Absence.objects.count(), size):
            Absence.objects.create(
                municipality=routed.office.municipality,
                user=hall.director,
                deputy=hall.deputy,
                from_on=today,
                until=today,
                registered_by=hall.director,
                registered_at=timezone.now(),
            )
        queue = reverse("certification:queue")
        assert len(partner.get(queue).context["rows"]) == size
        counts["queue"].append(queries(partner, queue))
        counts["absences"].append(queries(director, reverse("certification:absences")))
    assert len(set(counts["queue"])) == 1
    assert len(set(counts["absences"])) == 1
    assert max(counts["queue"]) <= MOST_IN_QUEUE
    assert max(counts["absences"]) <= MOST


MOST_ALONG = MOST_IN_CASE + 6
"""Who decides along a route reads it too: its steps, the stamps, deciders, posts, absences, names."""


@pytest.mark.parametrize("name", ["case", "case_approval", "case_sheet_pdf"])
def test_pages_of_a_case_on_a_route_stay_under_their_bound(
    routed: Walk, hall: Hall, sign_in: SignIn, name: str
) -> None:
    assert queries(sign_in(hall.partner), url(name, routed)) <= MOST_ALONG


def test_who_does_not_decide_pays_nothing_for_the_route(routed: Walk, sign_in: SignIn) -> None:
    assert queries(sign_in(routed.office.desk), url("case", routed)) <= MOST_IN_CASE


def test_acts_along_a_route_stay_under_their_bound(routed: Walk, hall: Hall, sign_in: SignIn) -> None:
    assert queries(sign_in(hall.partner), url("case_act", routed, action="stamp")) <= MOST_ALONG


def test_the_settings_of_routes_stay_under_their_bound(routed: Walk, sign_in: SignIn) -> None:
    client = sign_in(routed.office.administrator)
    route = ApprovalRoute.objects.get()

    assert queries(client, reverse(ROUTES)) <= 20
    assert queries(client, f"{reverse(ROUTES)}?route={route.public_id}") <= MOST_IN_CASE
