"""P7: how many queries a page makes does not depend on how much there is to show, and stays under its bound.

Each list is asked with 1, 3 and 50 rows, each page of one case with 1, 3 and 50 of all that hangs on it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Appointment, AuditEvent, Notice, Role, User
from benchmarks.population import clone
from certification.demo import FLOW_MISSING, Office, Walk, sample_plan, sample_unit
from certification.models import Application, Operator, ReviewItemDepartment, ReviewTable
from certification.models import Plan as PlanRecord
from certification.rules.plan import Plan, ReferralKind, ReferralTarget, Section
from certification.rules.workflow import Action
from certification.selectors.queue import Tab
from tests.world import recent

SIZES: Final = (1, 3, 50)
SHORTEST_PAGE: Final = 20
"""Rows of the list with the shortest pages."""
MOST_IN_QUEUE: Final = 11
MOST_IN_CASE: Final = 20
MOST: Final = 12
MOST_IN_TABLE: Final = 15
"""The pages of the 別表: two versions of it with their documents, held against each other."""
FLOW_ITEM: Final = 10


@dataclass(frozen=True, kw_only=True)
class Page:
    """One address as one person opens it, the most queries it may make, and whether it is a list with its rows."""

    address: str
    user: User
    most: int
    is_list: bool = False

    def __str__(self) -> str:
        return f"{self.address} ({self.user.email.split('@')[0]})"


class Visitors:
    """One browser for each person; what a process reads but once is read before anything is counted."""

    def __init__(self) -> None:
        self._clients: dict[int, Client] = {}

    def queries_of(self, page: Page, *, size: int) -> int:
        """How many queries the page makes; marks of transactions are none."""
        client = self._client(page)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(page.address)
        assert answer.status_code == 200, f"{page} answered {answer.status_code}"
        if page.is_list:
            assert rows_on(answer.context) >= min(size, SHORTEST_PAGE), (
                f"{page} shows too few rows to judge it"
            )
        marks = ("SAVEPOINT", "RELEASE SAVEPOINT")
        return sum(1 for query in queries if not query["sql"].startswith(marks))

    def _client(self, page: Page) -> Client:
        if page.user.pk not in self._clients:
            client = self._clients[page.user.pk] = Client()
            client.force_login(page.user)
            client.get(page.address)
        return self._clients[page.user.pk]


def rows_on(context: Any) -> int:
    """How many rows a list has given to its template."""
    return len(context["rows"] if "rows" in context else context["page"].rows)


def judge(counts: Mapping[str, list[int]], most: Mapping[str, int]) -> list[str]:
    """What grows with the rows, and what is over its bound."""
    grown = [
        f"{page}: {found} queries for {SIZES} rows" for page, found in counts.items() if len(set(found)) > 1
    ]
    over = [
        f"{page}: {max(found)} queries, at most {most[page]}"
        for page, found in counts.items()
        if max(found) > most[page]
    ]
    return grown + over


def url(name: str, query: str = "", **values: Any) -> str:
    return reverse(name, kwargs=values) + (f"?{query}" if query else "")


# --- Lists ------------------------------------------------------------------------------------------------------------


def fill_lists(kinds: Mapping[str, Application], office: Office, size: int) -> None:
    """Whatever lists show in this city: `size` rows of each kind, at least."""
    for case in kinds.values():
        missing = size - Application.objects.filter(state=case.state).count()
        if missing > 0:
            clone(case, missing)
    _appoint(office, size)
    _notify(office, size)
    _record(office, size)


def cases_of_each_turn(walk: Walk, operator: Operator) -> dict[str, Application]:
    """Overdue cases: with the lead, with the other department, with the decider."""
    walk.at = recent(200)
    walk.file(operator, sample_plan()).accept()
    kinds = {"lead": copy_of(walk).application}
    walk.lead_review().act(Action.CIRCULATE, walk.office.desk)
    kinds["departments"] = copy_of(walk).application
    kinds["decider"] = walk.gather().propose().application
    return kinds


def copy_of(walk: Walk) -> Walk:
    """A walk that goes on with a copy of the case from where the other stands."""
    copy = Walk(office=walk.office, user=walk.user, at=walk.at)
    copy.application = Application.objects.get(pk=clone(walk.application, 1)[0])
    return copy


def _appoint(office: Office, size: int) -> None:
    """People in every tab of the board: serving, to come, gone."""
    today = timezone.localdate()
    day = dt.timedelta(days=1)
    spans = {
        "now": {"from_on": today - 9 * day},
        "planned": {"from_on": today + 9 * day},
        "ended": {"from_on": today - 9 * day, "until": today - day},
    }
    for name, span in spans.items():
        for number in range(User.objects.filter(email__startswith=f"{name}-").count(), size):
            user = User.objects.create_user(f"{name}-{number}@own.example.jp", name=f"{name} {number}(見本)")
            Appointment.objects.create(
                user=user, department=office.setting.lead_department, role=Role.VIEWER, **span
            )


def _notify(office: Office, size: int) -> None:
    now = timezone.now()
    for state in (Notice.MailState.NONE, Notice.MailState.FAILED):
        key = f"{state}-"
        Notice.objects.bulk_create(
            Notice(
                key=f"{key}{number}",
                municipality=office.municipality,
                recipient=office.desk,
                subject="見本",
                body="見本",
                created_at=now,
                send_after=now,
                mail_state=state,
            )
            for number in range(Notice.objects.filter(key__startswith=key).count(), size)
        )


def _record(office: Office, size: int) -> None:
    recorded = AuditEvent.objects.filter(action="certification.letter_opened").count()
    for number in range(recorded, size):
        audit.record(
            action="certification.letter_opened",
            subject=audit.Subject("certification.application", str(number), "見本"),
            actor=None,
            now=timezone.now(),
            municipality_code=office.municipality.code,
        )


def lists_of(office: Office, applicant: User) -> Iterator[Page]:
    queue = "certification:queue"
    for user in (office.desk, office.decider, office.viewer, *office.reviewers.values()):
        yield Page(address=url(queue), user=user, most=MOST_IN_QUEUE)
    for tab in Tab:
        # Only the first desk has cases of its own.
        yield Page(address=url(queue, f"tab={tab}"), user=office.desk, most=MOST_IN_QUEUE, is_list=True)
    for query in ("q=見本", "state=lead_review", "person=me", "tab=all&sort=new"):
        yield Page(address=url(queue, query), user=office.desk, most=MOST_IN_QUEUE, is_list=True)
    yield Page(address=url(queue, "tab=department"), user=office.decider, most=MOST_IN_QUEUE, is_list=True)
    for user in (office.desk, office.viewer):
        yield Page(address=url("certification:ledger"), user=user, most=MOST_IN_QUEUE)
        yield Page(address=url("certification:statistics"), user=user, most=MOST)
    for name in ("saved_filters", "deputies", "hand_over"):
        yield Page(address=url(f"certification:{name}"), user=office.desk, most=MOST)
    yield Page(address=url("certification:plans"), user=applicant, most=MOST, is_list=True)
    yield Page(address=url("certification:plan_new"), user=applicant, most=MOST)
    yield Page(address=url("accounts:inbox"), user=office.desk, most=MOST, is_list=True)
    yield Page(address=url("accounts:audit"), user=office.auditor, most=MOST, is_list=True)
    for query in ("when=now", "when=planned", "when=ended"):
        yield Page(address=url("accounts:people", query), user=office.administrator, most=MOST, is_list=True)
    yield Page(address=url("accounts:appoint"), user=office.administrator, most=MOST)
    for name in ("transfer", "outbox"):
        yield Page(address=url(f"accounts:{name}"), user=office.administrator, most=MOST, is_list=True)


@pytest.mark.slow
def test_lists(walk: Walk, owner: tuple[Operator, User], capsys: pytest.CaptureFixture[str]) -> None:
    kinds = cases_of_each_turn(walk, owner[0])
    pages = list(lists_of(walk.office, owner[1]))
    visitors = Visitors()
    counts: dict[str, list[int]] = {str(page): [] for page in pages}
    for size in SIZES:
        fill_lists(kinds, walk.office, size)
        for page in pages:
            counts[str(page)].append(visitors.queries_of(page, size=size))
    tell(capsys, "lists", counts)
    assert judge(counts, {str(page): page.most for page in pages}) == []


def tell(capsys: pytest.CaptureFixture[str], what: str, counts: Mapping[str, list[int]]) -> None:
    """Counts of what was tested belong to the result."""
    most = max(max(found) for found in counts.values())
    with capsys.disabled():
        print(f"\nquery counts: {len(counts)} {what} at {SIZES} rows, at most {most} queries")  # noqa: T201


# --- The 別表 ---------------------------------------------------------------------------------------------------------


def fill_draft(draft: ReviewTable, newest: ReviewTable, size: int) -> None:
    """A draft of the 別表 with `size` items, each with a department, and as many documents."""
    draft.items.all().delete()
    draft.document_types.all().delete()
    link = ReviewItemDepartment.objects.filter(item__table=newest).select_related("item").order_by("pk")[0]
    document = newest.document_types.order_by("pk")[0]
    for number in range(1, size + 1):
        _twin(link.item, table_id=draft.pk, number=number)
        _twin(link, item_id=draft.items.get(number=number).pk)
        _twin(document, table_id=draft.pk, code=f"code-{number}", position=number)


@pytest.mark.slow
def test_pages_of_the_review_table(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    newest = ReviewTable.objects.get(municipality=office.municipality, procedure="certification")
    draft = ReviewTable.objects.create(
        municipality=office.municipality, version=2, effective_from=timezone.localdate(), source="見本"
    )
    visitors = Visitors()
    counts: dict[str, list[int]] = {}
    for size in SIZES:
        fill_draft(draft, newest, size)
        for number in range(office.municipality.departments.count(), size):
            office.municipality.departments.create(name=f"見本課{number}", short_name="見", side="other")
        item_id = draft.items.order_by("pk")[0].pk
        addresses = {
            "settings": url("certification:settings"),
            "review_table": url("certification:review_table"),
            "draft": url("certification:review_table_draft"),
            "item": url("certification:review_item", item_id=item_id),
            "publish": url("certification:review_table_publish"),
        }
        for name, address in addresses.items():
            page = Page(address=address, user=office.administrator, most=MOST_IN_TABLE)
            counts.setdefault(name, []).append(visitors.queries_of(page, size=size))
    tell(capsys, "pages of the review table", counts)
    assert judge(counts, dict.fromkeys(counts, MOST_IN_TABLE)) == []


# --- One case ---------------------------------------------------------------------------------------------------------


def plan_with(size: int) -> Plan:
    """A plan with `size` of the parts that come in numbers."""
    plan = sample_plan()
    (building,) = plan.buildings
    units = tuple(sample_unit(f"{number // 50 + 1}{number:02}") for number in range(1, size + 1))
    units = tuple(dataclasses.replace(unit, key=f"u{number}") for number, unit in enumerate(units))
    targets = tuple(
        ReferralTarget(
            key=f"r{number}",
            kind=ReferralKind.COMMUNITY_CARE,
            name=f"見本センター{number}",
            is_private=False,
            address="輪野市見本町三丁目1番",
            phone="042-000-0001",
        )
        for number in range(size + 1)
    )
    referral = dataclasses.replace(plan.support.referral, targets=targets)
    return dataclasses.replace(
        plan,
        buildings=(dataclasses.replace(building, units=units),),
        support=dataclasses.replace(plan.support, referral=referral),
    )


def hang_on(case: Application, size: int) -> None:
    """Documents, points, letters, clock events and events of the trail until there are `size` of each."""
    for version in case.plan.versions.all():
        first = version.documents.order_by("pk").first()
        assert first is not None
        for number in range(version.documents.count(), size):
            _twin(first, sha256=f"{number:064}")
    for number in range(case.letters.count(), size if case.letters.exists() else 0):
        _twin(case.letters.first(), document_number=f"複{case.pk}-{number}")
    for _ in range(case.clock_events.count(), size if case.clock_events.exists() else 0):
        _twin(case.clock_events.first())
    for _ in range(case.return_points.count(), size if case.return_points.exists() else 0):
        # Drafts of one department speak of an item once only; those of the whole application are free.
        _twin(case.return_points.order_by("pk").first(), item_id=None)
    for _ in range(size):
        audit.record(
            action="certification.assign",
            subject=audit.Subject("certification.application", str(case.public_id), "見本"),
            actor=None,
            now=timezone.now(),
            municipality_code=case.municipality.code,
        )


def _twin(row: Any, **changed: Any) -> None:
    """The same row once more."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    unique = {"id", "public_id"}
    type(row).objects.create(**{key: value for key, value in values.items() if key not in unique} | changed)


def staff_pages(case: Application, office: Office, *acts: tuple[Action, User]) -> Iterator[Page]:
    for user in (office.desk, office.decider, office.viewer, *office.reviewers.values()):
        if office.municipality and _takes_part(case, user):
            yield Page(
                address=url("certification:case", case_id=case.public_id), user=user, most=MOST_IN_CASE
            )
    for name in (
        *("case_points", "case_changes", "case_sheet_pdf", "case_sheet_xlsx"),
        *("case_criteria", "case_application"),
    ):
        yield Page(
            address=url(f"certification:{name}", case_id=case.public_id), user=office.desk, most=MOST_IN_CASE
        )
    for action, user in acts:
        address = url("certification:case_act", case_id=case.public_id, action=action.value)
        yield Page(address=address, user=user, most=MOST_IN_CASE)


def _takes_part(case: Application, user: User) -> bool:
    departments = case.department_reviews.values("department")
    return user.appointments.filter(department__in=departments).exists()


def applicant_pages(case: Application, user: User) -> Iterator[Page]:
    is_open = case.state in ("draft", "awaiting_correction")
    names = ["plan", "plan_preview", "plan_copy", "plan_units_sheet"]
    names += ["plan_documents", "plan_submit", "plan_units"] if is_open else []
    names += ["plan_returns"] if case.state == "awaiting_correction" else []
    names += ["plan_register"] if case.state == "certified" else []
    names += ["plan_withdraw"] if case.state != "certified" else []
    # While the days stand still, the page says when an answer today would lead to a decision.
    more = 1 if case.state == "awaiting_correction" else 0
    for name in names:
        most = MOST + more if name == "plan" else MOST
        yield Page(address=url(f"certification:{name}", case_id=case.public_id), user=user, most=most)
    if case.state == "certified":
        yield from certified_pages(case.plan, user)
    if is_open:
        for section in Section:
            address = url("certification:plan_section", case_id=case.public_id, section=section.value)
            yield Page(address=address, user=user, most=MOST)


def certified_pages(plan: PlanRecord, user: User) -> Iterator[Page]:
    yield Page(address=url("certification:own_certified", plan_id=plan.public_id), user=user, most=MOST)
    address = url("certification:procedure_begin", plan_id=plan.public_id, procedure="change")
    yield Page(address=address, user=user, most=MOST)


def cases_with(
    walk: Walk, owner: tuple[Operator, User], size: int
) -> dict[str, tuple[Application, list[Page]]]:
    """A case in each state that pages differ in, with `size` of everything, and its pages."""
    office, (operator, user) = walk.office, owner
    began = Walk(office=office, user=user, at=recent(60)).begin(operator, plan_with(size))
    draft = copy_of(began)
    reviewed = copy_of(began.act(Action.SUBMIT, user).accept())
    gathered = copy_of(began).gather(lead={FLOW_ITEM: FLOW_MISSING})
    returned = copy_of(gathered).send_back(days=60)
    proposed = began.gather().propose()
    decided = copy_of(proposed).decide()
    desk, decider = office.desk, office.decider
    acts: dict[str, tuple[Walk, list[tuple[Action, User]]]] = {
        "draft": (draft, []),
        "reviewed": (
            reviewed,
            [(Action.CIRCULATE, desk), (Action.ADD_DEPARTMENT, desk), (Action.RETURN, desk)],
        ),
        "gathered": (
            gathered,
            [(Action.RETURN, desk), (Action.PROPOSE_CERTIFY, desk), (Action.REWORK, desk)],
        ),
        "returned": (returned, []),
        "proposed": (proposed, [(Action.DECIDE, decider), (Action.RETURN_PROPOSAL, decider)]),
        "decided": (decided, []),
    }
    found = {}
    for name, (one, offered) in acts.items():
        case = Application.objects.get(pk=one.application.pk)
        hang_on(case, size)
        staff = [] if name == "draft" else list(staff_pages(case, office, *offered))
        found[name] = (case, [*staff, *applicant_pages(case, user)])
    return found


@pytest.mark.slow
def test_pages_of_one_case(
    walk: Walk, owner: tuple[Operator, User], capsys: pytest.CaptureFixture[str]
) -> None:
    visitors = Visitors()
    counts: dict[str, list[int]] = {}
    most: dict[str, int] = {}
    for size in SIZES:
        for name, (case, pages) in cases_with(walk, owner, size).items():
            for page in pages:
                key = f"{name} {page}".replace(str(case.public_id), "…")
                key = key.replace(str(case.plan.public_id), "計画")
                counts.setdefault(key, []).append(visitors.queries_of(page, size=size))
                most[key] = page.most
    tell(capsys, "pages of a case", counts)
    assert {key: found for key, found in counts.items() if len(found) != len(SIZES)} == {}
    assert judge(counts, most) == []


def test_the_judge_sees_growth_and_excess() -> None:
    """The control: a page that asks for each row is found."""
    assert judge({"a": [7, 9, 56]}, {"a": 60}) == ["a: [7, 9, 56] queries for (1, 3, 50) rows"]
    assert judge({"a": [13, 13, 13]}, {"a": 12}) == ["a: 13 queries, at most 12"]
    assert judge({"a": [12, 12, 12]}, {"a": 12}) == []
