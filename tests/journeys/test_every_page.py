"""Every page of every role, on a wide and on a narrow screen: found by following the links from the first page on."""

from __future__ import annotations

import re
import uuid
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from playwright.sync_api import Page

import accounts.urls
import certification.urls
import consultations.urls
import councils.urls
from accounts.models import Municipality, Notice, User
from accounts.selectors import actor_of
from certification import demo_national, demo_notifications, demo_preliminary, demo_supervision
from certification.demo import Office, person
from certification.models import Measure, Notification, Operator, Tip
from certification.rules.notifications import NotificationKind
from certification.rules.supervision import MeasureKind
from certification.selectors.queue import Tab
from consultations import demo as demo_cases
from consultations.models import (
    Case,
    CaseTransfer,
    ConsentEvent,
    FollowUp,
    Referral,
    ShopInquiry,
    SupportPlan,
)
from councils.models import Council, TableImport
from councils.services.importing import import_file
from tests.councils import ring, tables
from tests.councils.officers import officers
from tests.journeys.acts import follow
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import english, overflowing, violations
from tests.journeys.town import Town, build_town

WIDE, NARROW = 1280, 360

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")

FILES = (
    *("certification:document", "certification:letter", "accounts:audit_export"),
    *("certification:measure_file", "consultations:case_file"),
    *("certification:case_sheet_pdf", "certification:case_sheet_xlsx"),
    "certification:letter_template_preview",
    *("certification:register_csv", "certification:register_json", "certification:plan_units_sheet"),
    *("councils:desk_calendar", "councils:import_report", "councils:import_original"),
)
"""Answers that are no page."""

TELLING = (
    *("certification:case", "certification:case_points", "certification:case_act"),
    *("certification:plan", "certification:plan_submit", "certification:plan_returns"),
)
"""Pages that look different in each state of a case: one visit for each. Of the others one is enough."""

TOLD = (["new"], *([tab] for tab in Tab), ["now"], ["planned"], ["ended"])
"""What a query may say that makes another kind of page: a new row, a tab."""

PUBLIC = ("", "applicant", "stranger")
"""Roles whose pages speak with the public voice."""

ENGLISH_BY_NATURE = ("styleguide",)
"""The page for developers shows names of parts."""


@dataclass
class Walker:
    """Follows every link of a person's pages, each kind of page once, and notes what is wrong.

    `kinds`: case id → what the case shows. `role` tells pages apart that look different to different people. `checked`
    is shared by all walkers: axe takes half a second and need not see one kind of page twice.
    """

    page: Page
    checked: set[tuple[object, ...]]
    role: str
    kinds: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seen: dict[tuple[object, ...], str] = field(default_factory=dict)

    def walk(self, *starts: str) -> None:
        waiting = deque(starts)
        while waiting:
            path = waiting.popleft()
            key = self.key(path)
            if key is None or key in self.seen or self.is_known_of_others(key):
                continue
            self.seen[key] = path
            waiting.extend(self.visit(path))

    def is_known_of_others(self, key: tuple[object, ...]) -> bool:
        """Pages about oneself (password, second factor) are the same for all who speak with one voice."""
        if str(key[0]).startswith(("certification:", "accounts:")):
            return False
        known = ("public" if self.role in PUBLIC else "staff", *key)
        was_known = known in self.checked
        self.checked.add(known)
        return was_known

    def key(self, path: str) -> tuple[object, ...] | None:
        """What kind of page this is; None for what is no page of this site."""
        split = urlsplit(path)
        try:
            match = resolve(split.path)
        except Resolver404:
            return None
        if match.view_name in FILES or split.path.startswith(("/admin/", "/static/")):
            return None
        kind = self.kinds.get(str(match.kwargs.get("case_id")), "") if match.view_name in TELLING else ""
        words = sorted(str(value) for name, value in match.kwargs.items() if name in ("action", "section"))
        query = parse_qs(split.query)
        told = [value for values in query.values() for value in values if len(query) == 1 or value == "new"]
        return (match.view_name, kind, *words, *sorted(query), *(told if told in TOLD else ()))

    def visit(self, path: str, *, status: int = 200) -> list[str]:
        """Look at one page at both widths; the links on it come back."""
        answer = self.page.goto(path)
        assert answer is not None
        if answer.status != status:
            self.faults.append(f"{path}: {answer.status}")
            return []
        self.look(path, status=status)
        links: list[str] = self.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        here = urlsplit(self.page.url)
        split = (urlsplit(link) for link in links)
        return [
            one._replace(scheme="", netloc="", fragment="").geturl()
            for one in split
            if one.netloc == here.netloc
        ]

    def look(self, path: str, *, status: int = 200) -> None:
        """At both widths. axe sees each kind of page wide, and each page of this voice narrow once."""
        key = self.key(path) if status == 200 else None
        name = str(key[0]) if key else str(status)
        voice = self.page.locator("body").get_attribute("class")
        rests = {
            WIDE: (voice, self.role if name in TELLING else "", *(key or (name,))),
            NARROW: (voice, name),
        }
        for width, kind in rests.items():
            self.page.set_viewport_size({"width": width, "height": 900})
            self.note(path, width, "overflows", overflowing(self.page))
            if (width, *kind) not in self.checked:
                self.checked.add((width, *kind))
                self.note(path, width, "axe", violations(self.page))
        if name not in ENGLISH_BY_NATURE:
            self.note(path, NARROW, "English", english(self.page))

    def note(self, path: str, width: int, what: str, found: Iterable[str]) -> None:
        self.faults.extend(f"{UUID.sub('…', path)} at {width}: {what}: {one}" for one in found)

    @property
    def names(self) -> set[str]:
        """The URL names visited."""
        return {str(key[0]) for key in self.seen}


def supervise(office: Office) -> None:
    """What the demo has of 監督, and an inspection whose checklist is open."""
    now = timezone.now()
    demo_supervision.load(office, now=now)
    tip = Tip.objects.filter(plan__isnull=False)[0]
    assert tip.plan is not None
    demo_supervision.carried_out(office, tip.plan, at=now - timedelta(days=10))
    demo_supervision.begin(office, tip.plan, MeasureKind.REPORT, at=now)


@pytest.fixture
def town(office: Office, owner: tuple[Operator, User]) -> Town:
    town = build_town(office, *owner)
    failed = Notice.objects.filter(recipient=office.desk).order_by("pk").first()
    assert failed is not None
    Notice.objects.filter(pk=failed.pk).update(mail_state=Notice.MailState.FAILED)
    demo_preliminary.load(office, owner[1], now=timezone.now())
    demo_notifications.load(office, *owner, now=timezone.now())
    supervise(office)
    demo_national.load(office, town.cases, now=timezone.now())
    council = ring.council()
    ring.desk(council, who=(ring.category(),))
    ring.shop(council)
    ring.show(council)
    return town


@pytest.mark.timeout(900)
def test_every_page_fits_reads_and_is_japanese(town: Town, open_browser: OpenBrowser) -> None:
    checked: set[tuple[object, ...]] = set()
    officer = officers().officer
    table = table_of(officer)

    def walker(user: User | None = None, role: str = "", kinds: dict[str, str] | None = None) -> Walker:
        return Walker(open_browser(user), checked, role, kinds or {})

    walkers = [
        walk_as_nobody(walker()),
        walk_as_applicant(walker(town.applicant, "applicant", kinds_of(town)), town),
        walk_as_desk(walker(town.office.desk, "desk", kinds_of(town)), town),
        walk_case(walker(second_reviewer(town), "reviewer", kinds_of(town)), town, "持回り"),
        walk_case(walker(town.office.decider, "decider", kinds_of(town)), town, "決裁中"),
        walk_case(walker(town.office.viewer, "viewer", kinds_of(town)), town, "審査中"),
        walk_as_administrator(walker(town.office.administrator, "administrator")),
        walk_as_auditor(walker(town.office.auditor, "auditor")),
        walk_as_officer(walker(officer, "officer"), table),
        walk_as_supervisor(walker(case_desk(), "supervisor")),
        walk_as_stranger(walker(person("stranger@example.jp", "通りすがり"), "stranger")),
    ]
    assert [fault for walker in walkers for fault in walker.faults] == []
    visited = set().union(*(walker.names for walker in walkers))
    assert sorted(pages_of_this_site() - visited - set(NO_PAGE_OF_THEIR_OWN)) == []


NO_PAGE_OF_THEIR_OWN = (
    *FILES,
    # Opens with cases ticked in the queue: see tests/certification/services/test_assigning_many.py.
    "certification:assign_cases",
    # Only posted to:
    "certification:case_rent_remove",
    *("certification:case_inquiry_new", "certification:answer_give"),
    # Opens with a token alone: see test_inquiry.py. There is an inquiry there, too.
    "certification:answer",
    *("certification:case_inquiry", "certification:case_inquiry_edit", "certification:case_inquiry_act"),
    # Wait for a promise of repairs, a value of the city's own, a page left in the middle, a kept filter: see
    # tests/certification/pages/test_criteria_pages.py, test_applicant_comfort.py, test_desk_work.py.
    *("certification:follow_up", "certification:threshold_end"),
    *("certification:plan_draft", "certification:saved_filter"),
    *("certification:case_judge", "certification:case_not_applicable"),
    "certification:measure_attach",
    *("certification:case_point_judge", "certification:case_point_remove"),
    *("certification:letter_template_publish", "certification:letter_template_discard"),
    *("councils:import_row_accept", "councils:import_row_leave_out"),
    *("accounts:inbox_open", "accounts:inbox_read_all", "accounts:invite", "accounts:outbox_retry"),
    # Open to who was invited, or with two operators: see test_joint.py and tests/certification/pages/test_people.py.
    *("certification:invitation_link", "certification:invitation_open", "certification:invitation_mine"),
    *(
        "certification:operators",
        "certification:operator_invitation",
        "certification:operator_invitation_end",
    ),
    *("certification:plan_partner_end", "certification:plan_confirm"),
    "certification:absence_end",
    *("certification:deputy_end", "certification:saved_filter_delete", "consultations:task_done"),
    # Opens with a token alone: see tests/consultations/pages/test_bookings.py.
    *("consultations:booking", "consultations:booking_mark"),
    "consultations:hold_lift",
    # Opens with a token alone: see tests/consultations/pages/test_shops.py.
    "consultations:shop_answer",
    # Opens with a token and a code: see tests/consultations/pages/test_referrals.py.
    "consultations:referral_link",
    # Only a case on a route has it: see test_approval.py.
    "certification:case_approval",
    # Opens only after a session ended in the middle of a form: see test_unlucky.py.
    "accounts:resume",
)


def pages_of_this_site() -> set[str]:
    """The URL names of our apps."""
    return {
        f"{each.app_name}:{pattern.name}"
        for each in (accounts.urls, certification.urls, consultations.urls, councils.urls)
        for pattern in each.urlpatterns
    }


def kinds_of(town: Town) -> dict[str, str]:
    """Case id → what it shows."""
    return {str(case.public_id): shown for shown, case in town.cases.items()}


def second_reviewer(town: Town) -> User:
    """Somebody of the other department that has rows of the 別表 in the case that goes round."""
    departments = set(town.cases["持回り"].judgements.values_list("department", flat=True))
    return next(user for pk, user in town.office.reviewers.items() if pk in departments)


def walk_as_nobody(walker: Walker) -> Walker:
    walker.walk(
        *("/", "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/"),
        *("/accounts/signup/", "/accounts/inactive/", "/styleguide/", "/directory/"),
        "/accounts/password/reset/key/1-abc-0123456789/",
    )
    walker.visit("/nai/", status=404)
    return walker


def walk_as_applicant(walker: Walker, town: Town) -> Walker:
    """Their plans in every state, everything there is to write, and the pages about oneself."""
    plans = {shown: f"/plans/{case.public_id}/" for shown, case in town.cases.items()}
    walker.walk("/", "/plans/", *plans.values(), f"{plans['作成中']}write/buildings/?row=new")
    change = Notification.objects.get(kind=NotificationKind.LESSER_CHANGE)
    report = Notification.objects.get(kind=NotificationKind.ANNUAL_REPORT, plan=change.plan)
    assert change.application is not None
    walker.walk(
        f"/plans/notifications/{report.public_id}/", f"/plans/{change.application.public_id}/statement/"
    )
    walker.visit(f"/plans/{uuid.uuid4()}/", status=404)
    return walker


def walk_as_desk(walker: Walker, town: Town) -> Walker:
    """The desk sees cases in every state."""
    cases = [f"/cases/{case.public_id}/" for shown, case in town.cases.items() if shown != "作成中"]
    report = Measure.objects.get(kind=MeasureKind.REPORT, step="draft")
    inspection = Measure.objects.get(kind=MeasureKind.INSPECTION, step="carried_out")
    written = (
        f"/supervision/measures/{report.public_id}/edit/",
        f"/supervision/measures/{inspection.public_id}/findings/",
    )
    walker.walk("/", "/cases/", "/cases/?q=zz&tab=all", *cases, *written)
    plan = Notification.objects.get(kind=NotificationKind.LESSER_CHANGE).plan
    walker.walk(f"/certified/{plan.public_id}/paper/abolition/")
    return walker


def walk_case(walker: Walker, town: Town, shown: str) -> Walker:
    """Somebody else of the offices: the queue, and what leads on from the one case that is theirs."""
    case_id = str(town.cases[shown].public_id)
    for other in set(walker.kinds) - {case_id}:
        walker.seen |= {(name, walker.kinds[other]): other for name in TELLING}
    walker.walk("/cases/", f"/cases/{case_id}/")
    return walker


def walk_as_administrator(walker: Walker) -> Walker:
    """People, mail, settings, and the 別表 with a new version being written."""
    walker.page.goto("/certification/review-table/")
    walker.look("/certification/review-table/")
    follow(walker.page.get_by_role("button", name="新しい版を作る"))
    walker.walk(
        "/", "/people/", "/people/appoint/", "/people/transfer/", "/outbox/", "/certification/settings/"
    )
    walker.walk("/certification/review-table/", "/people/?when=planned", "/people/?when=ended")
    return walker


def case_desk() -> User:
    """The demo's cases at the council's desk; the supervisor is named in the protected one."""
    now = timezone.now()
    made = demo_cases.team(
        Council.objects.order_by("pk")[0], host="desk.example.jp", since=now.date() - timedelta(days=400)
    )
    ring.shop(made.desk.council)
    demo_cases.load(made, now=now)
    return made.supervisor


def walk_as_supervisor(walker: Walker) -> Walker:
    """The cases of a desk, open, protected and ended; taking one up again, a consent taken back, and booking."""
    ended = Case.objects.filter(state="closed", disposed_at__isnull=True).order_by("-pk")[0]
    consent = ConsentEvent.objects.select_related("case__desk").filter(purpose="shops")[0]
    walker.walk(
        "/",
        "/consultations/statistics/?version=internal",
        *(f"/consultations/?tab={tab}" for tab in ("mine", "open", "closed")),
        f"/consultations/{ended.public_id}/reopen/",
        f"/consultations/{consent.case.public_id}/consents/{consent.public_id}/withdraw/",
        f"/desks/{consent.case.desk.public_id}/book/",
        *(reverse("consultations:" + name, kwargs=values) for name, values in pages_of_one_thing()),
    )
    return walker


def pages_of_one_thing() -> list[tuple[str, dict[str, uuid.UUID]]]:
    """Names and arguments of pages about a plan, a follow-up, an inquiry, a referral."""
    plan, asked = SupportPlan.objects.select_related("case")[0], FollowUp.objects.select_related("case")[0]
    inquiry, referral = (kind.objects.select_related("case")[0] for kind in (ShopInquiry, Referral))
    return [
        ("plan_sheet", {"case_id": plan.case.public_id, "plan_id": plan.public_id}),
        ("follow_up", {"case_id": asked.case.public_id, "follow_up_id": asked.public_id}),
        ("override_review", {"consent_id": ConsentEvent.objects.get(kind="override").public_id}),
        ("case_override", {"case_id": plan.case.public_id}),
        ("case_transfer", {"case_id": plan.case.public_id}),
        ("transfers", {}),
        *(("case_living", {"case_id": each.case.public_id}) for each in (plan, asked)),
        ("case_files", {"case_id": plan.case.public_id}),
        ("transfer", {"transfer_id": CaseTransfer.objects.get().public_id}),
        *(
            (name, {"case_id": inquiry.case.public_id, "inquiry_id": inquiry.public_id})
            for name in ("shop_inquiry", "shop_sheet")
        ),
        *(
            (name, {"case_id": referral.case.public_id, "referral_id": referral.public_id})
            for name in ("referral", "referral_sheet")
        ),
    ]


def walk_as_auditor(walker: Walker) -> Walker:
    walker.walk("/", "/audit/", "/inbox/")
    return walker


def table_of(officer: User) -> TableImport:
    """A prefecture's table as it waits: a sound row, one to confirm, one that must be mended."""
    actor = actor_of(officer, day=timezone.localdate())
    rows = [
        tables.row("武蔵野市"),
        tables.row("府中市", other="(社福)府中市貸貸人の会"),
        tables.row("町田市", established="いつか"),
    ]
    return import_file(
        content=tables.table(rows),
        file_name="状況一覧.tsv",
        prefecture=Municipality.objects.get(pk=actor.home_id),
        actor=actor,
        as_of=None,
        now=timezone.now(),
    ).table


def walk_as_officer(walker: Walker, table: TableImport) -> Walker:
    """The tables, one table with each kind of row, and the question before several are taken in."""
    here = f"/ring/imports/{table.public_id}/"
    rows = [f"{here}rows/{row.position}/" for row in table.rows.all()]
    walker.walk("/", "/ring/imports/", "/ring/imports/new/", here, f"{here}accept/")
    for path in rows:
        walker.visit(path)
    return walker


def walk_as_stranger(walker: Walker) -> Walker:
    """Somebody who can log in and belongs nowhere."""
    walker.walk("/", "/inbox/", "/plans/", "/plans/new/")
    return walker


def test_the_eye_sees(open_browser: OpenBrowser) -> None:
    """The three looks find a fault that is there."""
    page = open_browser()
    page.goto("/")
    page.evaluate(
        """() => {
            const wide = document.createElement('div');
            wide.style.width = '3000px';
            wide.append('Submit 申請 PDF a@example.jp', document.createElement('img'));
            document.querySelector('main').append(wide);
        }"""
    )
    assert any("3000px" in one for one in overflowing(page))
    assert any(one.startswith("image-alt") for one in violations(page))
    assert english(page) == ["Submit"]
