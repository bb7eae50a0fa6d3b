"""The written table: every named address, what it takes, and who gets in. An address that is not here fails the test.

Actors of a city: applicant, desk, colleague, reviewer (the second department), decider, viewer, auditor, administrator,
`former`, whose post ended yesterday, and `officer`, who looks after the councils of the city's prefecture. `other_*` are the same people of the other city. `stranger` is signed in without
any post; `root` is a superuser. What is not allowed is 404, never 403: a foreign object does not exist.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from accounts.selectors import actor_of
from certification.models import RegisterEntry, ReviewItem
from councils.selectors.importing import one_row
from tests.world import City

CASE_STAFF: Final = frozenset({"desk", "colleague", "reviewer", "decider", "viewer"})
LEAD: Final = frozenset({"desk", "colleague"})
REVIEWERS: Final = LEAD | {"reviewer"}
STAFF: Final = CASE_STAFF | {"auditor", "administrator"}
APPLICANT: Final = frozenset({"applicant"})
DESK: Final = frozenset({"desk"})
DECIDER: Final = frozenset({"decider"})
ADMIN: Final = frozenset({"administrator"})
OFFICER: Final = frozenset({"officer"})
OWN: Final = STAFF | OFFICER | {"applicant", "former"}


def both(names: frozenset[str]) -> frozenset[str]:
    """The people of either city: the address names nothing of a city, each sees their own."""
    return names | {f"other_{name}" for name in names}


EVERYBODY: Final = both(OWN) | {"stranger", "root"}
ANY_APPLICANT: Final = both(APPLICANT)
ANY_ADMIN: Final = both(ADMIN)
ANY_AUDITOR: Final = both(frozenset({"auditor"}))
ANY_OFFICER: Final = both(OFFICER)

Args = Callable[[City], dict[str, object]]


def nothing(city: City) -> dict[str, object]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """`get`: for whom the page exists. `acts`: who of them may write by POST; None where the page takes no POST.

    `args` make the address out of a city's things (`owned`), `data` a POST that would do something. `query` makes a
    list show all it may.
    """

    get: frozenset[str]
    acts: frozenset[str] | None = None
    reads: bool = True
    args: Args = nothing
    data: Args = nothing
    query: str = ""
    anonymous: int = 302

    @property
    def owned(self) -> bool:
        """Whether the address leads to a thing of one city."""
        return self.args is not nothing


def case(name: str, **more: object) -> Args:
    return lambda city: {"case_id": city.cases[name].public_id, **more}


def seen(name: str, **more: object) -> Args:
    """What the forms of acts carry: the state the person saw, and a fresh key."""

    def data(city: City) -> dict[str, object]:
        city.cases[name].refresh_from_db(fields=["lock_version"])
        return {"seen": city.cases[name].lock_version, "key": uuid.uuid4(), **more}

    return data


def certified_plan(**more: object) -> Args:
    return lambda city: {"plan_id": city.cases["certified"].plan.public_id, **more}


def fresh_key(city: City) -> dict[str, object]:
    return {"key": uuid.uuid4()}


def public_entry(city: City) -> dict[str, object]:
    """The certified plan on the public list: for everybody, of whatever city."""
    return {"public_id": RegisterEntry.objects.get(plan=city.cases["certified"].plan_id).public_id}


def publishing(city: City) -> dict[str, object]:
    entry = RegisterEntry.objects.get(plan=city.cases["certified"].plan_id)
    return {"seen": entry.revision, "notice": ["units"]}


def judgement(city: City) -> dict[str, object]:
    """The first open item of the lead department."""
    case = city.cases["under_review"]
    row = case.judgements.filter(department=city.under_review.lead_id).order_by("pk")[0]
    return {"case_id": case.public_id, "judgement_id": row.pk}


def point(name: str, status: str) -> Args:
    """The lead department's point in that status."""

    def args(city: City) -> dict[str, object]:
        case = city.cases[name]
        row = case.return_points.get(status=status, department=city.under_review.lead_id)
        return {"case_id": case.public_id, "point_id": row.public_id}

    return args


def document(city: City) -> dict[str, object]:
    row = city.cases["under_review"].current_version.documents.order_by("pk")[0]
    return {"document_id": row.public_id}


def draft_document(city: City) -> dict[str, object]:
    row = city.cases["draft"].current_version.documents.order_by("pk")[0]
    return {"case_id": city.cases["draft"].public_id, "document_id": row.public_id}


def letter(city: City) -> dict[str, object]:
    return {"letter_id": city.cases["certified"].letters.get().public_id}


def review_item(city: City) -> dict[str, object]:
    return {"item_id": ReviewItem.objects.filter(table__municipality=city.office.municipality)[0].pk}


def notice(city: City) -> dict[str, object]:
    return {"public_id": city.failed.public_id}


def appointment(city: City) -> dict[str, object]:
    return {"public_id": city.office.viewer.appointments.get().public_id}


def colleague(city: City) -> dict[str, object]:
    return {"public_id": city.office.viewer.public_id}


def ring(name: str) -> Args:
    """The published council, desk or shop of a city: for everybody, of whatever city."""
    return lambda city: {"public_id": getattr(city.ring, name).public_id}


def imported(city: City) -> dict[str, object]:
    return {"public_id": city.table.public_id}


def imported_row(city: City) -> dict[str, object]:
    return {"public_id": city.table.public_id, "position": city.table.rows.get().position}


def imported_seen(**more: object) -> Args:
    """What the forms of a row carry: the row as the officer saw it."""

    def data(city: City) -> dict[str, object]:
        actor = actor_of(city.officer, day=dt.date.today())
        page = one_row(actor, city.table.public_id, city.table.rows.get().position).page
        return {"seen": page.seen, **more}

    return data


def booking(city: City) -> dict[str, object]:
    return {"booking_id": city.preliminary.booking.public_id}


def consultation(city: City) -> dict[str, object]:
    return {"public_id": city.preliminary.consultation.public_id}


def told(city: City) -> dict[str, object]:
    """What a record says at least."""
    department = city.preliminary.point.department_id
    return {
        **{"received_on": "2026-04-01", "way": "phone", "topics": ["soft"], "status": "open"},
        **{"department_id": department, "officer_id": city.office.desk.pk},
        "seen": city.preliminary.consultation.revision,
    }


def tying(city: City) -> dict[str, object]:
    row = city.preliminary.consultation
    return {"act": "tie", "consultation": str(row.public_id), "seen": row.revision}


def tip(city: City) -> dict[str, object]:
    return {"tip_id": city.supervised.tip.public_id}


def measure(name: str, **more: object) -> Args:
    return lambda city: {"measure_id": getattr(city.supervised, name).public_id, **more}


def measure_file(city: City) -> dict[str, object]:
    return {"file_id": city.supervised.file.public_id}


def measure_seen(name: str, **more: object) -> Args:
    """What the forms of a measure carry."""

    def data(city: City) -> dict[str, object]:
        row = getattr(city.supervised, name)
        row.refresh_from_db()
        return {"seen": row.revision, "key": uuid.uuid4(), **more}

    return data


def drafted(city: City) -> dict[str, object]:
    return {"seen": 0, "key": uuid.uuid4(), "facts": "申出があった。", "demand": "9月分の実施状況"}


def tipped(city: City) -> dict[str, object]:
    return {
        **{"kind": "tip", "way": "phone", "received_on": "2026-04-01", "about": "駅前のアパート"},
        **{"content": "名乗っている。", "key": uuid.uuid4()},
    }


def assigned(city: City) -> dict[str, object]:
    return {"department": city.under_review.lead_id, "person": city.office.colleague.pk}


TABLE: Final[dict[str, Cell]] = {
    "home": Cell(get=EVERYBODY, anonymous=200),
    # the public directory
    "councils:home": Cell(get=EVERYBODY, anonymous=200),
    "councils:ask": Cell(get=EVERYBODY, anonymous=200),
    "councils:help_now": Cell(get=EVERYBODY, anonymous=200),
    "councils:search": Cell(get=EVERYBODY, anonymous=200),
    "councils:councils": Cell(get=EVERYBODY, anonymous=200),
    "councils:council": Cell(get=EVERYBODY, anonymous=200, args=ring("council")),
    "councils:desk": Cell(get=EVERYBODY, anonymous=200, args=ring("desk")),
    "councils:desk_calendar": Cell(get=EVERYBODY, anonymous=200, args=ring("desk")),
    "councils:shop": Cell(get=EVERYBODY, anonymous=200, args=ring("shop")),
    # the public list of certified housing
    "certification:register": Cell(get=EVERYBODY, anonymous=200),
    "certification:register_csv": Cell(get=EVERYBODY, anonymous=200),
    "certification:register_json": Cell(get=EVERYBODY, anonymous=200),
    "certification:register_entry": Cell(get=EVERYBODY, anonymous=200, args=public_entry),
    # the prefecture's officer of councils
    "councils:import_list": Cell(get=ANY_OFFICER),
    "councils:import_upload": Cell(get=ANY_OFFICER, acts=ANY_OFFICER),
    "councils:import_table": Cell(get=OFFICER, args=imported),
    "councils:import_accept_sound": Cell(get=OFFICER, acts=OFFICER, args=imported),
    "councils:import_report": Cell(get=OFFICER, args=imported),
    "councils:import_original": Cell(get=OFFICER, args=imported),
    "councils:import_row": Cell(get=OFFICER, acts=OFFICER, args=imported_row),
    "councils:import_row_accept": Cell(
        get=OFFICER, acts=OFFICER, reads=False, args=imported_row, data=imported_seen()
    ),
    "councils:import_row_leave_out": Cell(
        get=OFFICER, acts=OFFICER, reads=False, args=imported_row, data=imported_seen()
    ),
    # for whoever watches the server
    "alive": Cell(get=EVERYBODY, anonymous=200),
    "ready": Cell(get=EVERYBODY, anonymous=200),
    "styleguide": Cell(get=EVERYBODY, anonymous=200),
    # everybody's own
    "accounts:inbox": Cell(get=EVERYBODY),
    "accounts:inbox_read_all": Cell(get=EVERYBODY, acts=EVERYBODY, reads=False),
    "accounts:inbox_open": Cell(get=DESK, acts=DESK, reads=False, args=notice),
    "accounts:resume": Cell(get=EVERYBODY),
    # the municipality's administrator
    "accounts:people": Cell(get=ANY_ADMIN),
    "accounts:appoint": Cell(get=ANY_ADMIN, acts=ANY_ADMIN),
    "accounts:transfer": Cell(get=ANY_ADMIN, acts=ANY_ADMIN),
    "accounts:end": Cell(get=ADMIN, acts=ADMIN, args=appointment, data=lambda city: {"until": "2099-03-31"}),
    "accounts:invite": Cell(get=ADMIN, acts=ADMIN, reads=False, args=colleague),
    "accounts:outbox": Cell(get=ANY_ADMIN),
    "accounts:outbox_retry": Cell(get=ADMIN, acts=ADMIN, reads=False, args=notice),
    # the auditor
    "accounts:audit": Cell(get=ANY_AUDITOR, query=f"?first={dt.date.today() - dt.timedelta(days=150)}"),
    "accounts:audit_export": Cell(get=ANY_AUDITOR, acts=ANY_AUDITOR, reads=False),
    # applicants; who acts for no operator finds an empty list, and cannot begin a plan
    "certification:plans": Cell(get=EVERYBODY),
    "certification:plan_new": Cell(get=EVERYBODY, acts=ANY_APPLICANT),
    "certification:own_certified": Cell(get=APPLICANT, args=certified_plan()),
    "certification:procedure_begin": Cell(
        get=APPLICANT, acts=APPLICANT, args=certified_plan(procedure="change"), data=fresh_key
    ),
    "certification:plan": Cell(get=APPLICANT, args=case("draft")),
    "certification:plan_section": Cell(
        get=APPLICANT, acts=APPLICANT, args=case("draft", section="buildings")
    ),
    # a draft of a certification states nothing beside the plan
    "certification:plan_statement": Cell(get=frozenset(), acts=frozenset(), args=case("draft")),
    "certification:plan_documents": Cell(get=APPLICANT, acts=APPLICANT, args=case("draft")),
    "certification:plan_document_remove": Cell(get=APPLICANT, acts=APPLICANT, args=draft_document),
    "certification:plan_preview": Cell(get=APPLICANT, args=case("draft")),
    "certification:plan_register": Cell(
        get=APPLICANT, acts=APPLICANT, args=case("certified"), data=publishing
    ),
    "certification:plan_returns": Cell(get=APPLICANT, acts=APPLICANT, args=case("returned")),
    "certification:plan_submit": Cell(get=APPLICANT, acts=APPLICANT, args=case("draft"), data=seen("draft")),
    "certification:plan_withdraw": Cell(
        get=APPLICANT, acts=APPLICANT, args=case("draft"), data=seen("draft")
    ),
    # staff
    "certification:queue": Cell(get=both(CASE_STAFF), query="?tab=all"),
    "certification:case": Cell(get=CASE_STAFF, args=case("corrected")),
    "certification:case_judge": Cell(
        get=CASE_STAFF,
        acts=LEAD,
        reads=False,
        args=judgement,
        data=lambda city: {"seen": 0, "verdict": "fit", "note": ""},
    ),
    "certification:case_not_applicable": Cell(
        get=CASE_STAFF, acts=LEAD, reads=False, args=case("under_review")
    ),
    "certification:case_points": Cell(
        get=CASE_STAFF, acts=LEAD, args=case("gathered"), data=lambda city: {"text": "字が読めません。"}
    ),
    "certification:case_point_remove": Cell(
        get=CASE_STAFF, acts=LEAD, reads=False, args=point("gathered", "draft")
    ),
    "certification:case_point_judge": Cell(
        get=CASE_STAFF,
        acts=LEAD,
        reads=False,
        args=point("corrected", "answered"),
        data=lambda city: {"resolved": "yes", "note": ""},
    ),
    "certification:case_assign": Cell(
        get=CASE_STAFF, acts=REVIEWERS, args=case("under_review"), data=assigned
    ),
    "certification:case_changes": Cell(get=CASE_STAFF, args=case("corrected")),
    "certification:case_sheet_pdf": Cell(get=CASE_STAFF, args=case("corrected")),
    "certification:case_sheet_xlsx": Cell(get=CASE_STAFF, args=case("corrected")),
    # whoever sees the queue may take a copy of what stands in it
    "certification:ledger": Cell(
        get=both(CASE_STAFF), acts=both(CASE_STAFF), data=lambda city: {"purpose": "check"}
    ),
    "certification:case_act": Cell(
        get=CASE_STAFF, acts=DECIDER, args=case("deciding", action="decide"), data=seen("deciding")
    ),
    "certification:certified_plans": Cell(get=both(CASE_STAFF)),
    "certification:certified_plan": Cell(get=CASE_STAFF, args=certified_plan()),
    # 事前相談: the desk and the reviewers write, the others of the office read
    "certification:preliminary": Cell(get=both(CASE_STAFF), query="?tab=all"),
    "certification:preliminary_day": Cell(get=both(CASE_STAFF)),
    "certification:preliminary_new": Cell(get=both(REVIEWERS), acts=both(REVIEWERS), data=told),
    "certification:preliminary_slots": Cell(get=both(REVIEWERS)),
    "certification:preliminary_one": Cell(get=CASE_STAFF, args=consultation),
    "certification:preliminary_edit": Cell(get=REVIEWERS, acts=REVIEWERS, args=consultation, data=told),
    "certification:preliminary_book": Cell(get=both(REVIEWERS), acts=both(REVIEWERS)),
    "certification:preliminary_cancel": Cell(get=REVIEWERS, acts=REVIEWERS, args=booking),
    "certification:case_preliminary": Cell(
        get=CASE_STAFF, acts=REVIEWERS, args=case("corrected"), data=tying
    ),
    # 監督: the desk of the lead department writes, its decider decides, the others of the office read
    "certification:supervision": Cell(get=both(CASE_STAFF), query="?risk=all"),
    "certification:supervision_plan": Cell(get=CASE_STAFF, args=certified_plan()),
    "certification:supervision_sheet": Cell(get=CASE_STAFF, args=certified_plan()),
    "certification:tip_new": Cell(get=both(DESK), acts=both(DESK), data=tipped),
    "certification:tip": Cell(
        get=CASE_STAFF, acts=DESK, args=tip, data=lambda city: {"seen": 0, "answer": "確かめた。"}
    ),
    "certification:measure_new": Cell(get=DESK, acts=DESK, args=certified_plan(kind="report"), data=drafted),
    "certification:measure": Cell(get=CASE_STAFF, args=measure("report")),
    "certification:measure_edit": Cell(
        get=DESK,
        acts=DESK,
        args=measure("report"),
        data=measure_seen("report", facts="申出があった。", demand="9月分の実施状況"),
    ),
    "certification:measure_act": Cell(
        get=CASE_STAFF,
        acts=DESK,
        args=measure("report", action="propose"),
        data=measure_seen("report", due_on="2099-04-01"),
    ),
    "certification:measure_findings": Cell(
        get=DESK, acts=DESK, args=measure("inspection"), data=measure_seen("inspection")
    ),
    "certification:measure_attach": Cell(get=CASE_STAFF, acts=DESK, reads=False, args=measure("inspection")),
    "certification:measure_file": Cell(get=CASE_STAFF, args=measure_file),
    # applicants book for an operator of theirs, at whatever city
    "certification:bookings": Cell(get=EVERYBODY),
    "certification:booking_new": Cell(get=ANY_APPLICANT, acts=ANY_APPLICANT),
    "certification:booking_cancel": Cell(get=APPLICANT, acts=APPLICANT, args=booking),
    # both
    "certification:document": Cell(get=CASE_STAFF | APPLICANT, args=document),
    "certification:letter": Cell(get=CASE_STAFF | APPLICANT, args=letter),
    # the municipality's administrator
    "certification:settings": Cell(get=ANY_ADMIN, acts=ANY_ADMIN),
    "certification:contact_points": Cell(get=ANY_ADMIN),
    "certification:review_table": Cell(get=ANY_ADMIN),
    "certification:review_table_draft": Cell(get=ANY_ADMIN, acts=ANY_ADMIN),
    "certification:review_item": Cell(get=ADMIN, acts=ADMIN, args=review_item),
    "certification:review_table_publish": Cell(get=ANY_ADMIN, acts=ANY_ADMIN),
}
