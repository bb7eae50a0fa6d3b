"""The written table: every named address, what it takes, and who gets in. An address that is not here fails the test.

Actors of a city: applicant, desk, colleague, reviewer (the second department), decider, viewer, auditor, administrator,
`writer` (作成者) and `reader` (閲覧) of the applicant's operator, `partner`, the 管理者 of a joint applicant of the draft,
`former`, whose post ended yesterday, `counsellor` and `supervisor` of the council's desk, who hold no post of the
municipality, and `officer`, who looks after the councils of the city's prefecture. `other_*` are the same people of the other city. `stranger` is signed in without
any post; `root` is a superuser. What is not allowed is 404, never 403: a foreign object does not exist.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.selectors import actor_of
from certification.models import RegisterEntry, ReviewItem, Threshold
from certification.selectors.assigning import mark_of, short_id
from certification.selectors.partners import filed_hash
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
HANDS: Final = APPLICANT | {"writer"}
READERS: Final = HANDS | {"reader"}
JOINT: Final = READERS | {"partner"}
PARTNER: Final = frozenset({"partner"})
COUNSELLOR: Final = frozenset({"counsellor"})
SUPERVISOR: Final = frozenset({"supervisor"})
TALKERS: Final = COUNSELLOR | SUPERVISOR
OWN: Final = STAFF | OFFICER | JOINT | TALKERS | {"former"}


def both(names: frozenset[str]) -> frozenset[str]:
    """The people of either city: the address names nothing of a city, each sees their own."""
    return names | {f"other_{name}" for name in names}


EVERYBODY: Final = both(OWN) | {"stranger", "root"}
ANY_WRITER: Final = both(HANDS | PARTNER)
INVITING: Final = DESK | ADMIN
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
    anonymous_acts: int = 302

    @property
    def owned(self) -> bool:
        """Whether the address leads to a thing of one city. A kind of letter is every city's."""
        return self.args not in (nothing, kind_of_letter)


def case(name: str, **more: object) -> Args:
    return lambda city: {"case_id": city.cases[name].public_id, **more}


def kept_filter(city: City) -> dict[str, object]:
    return {"filter_id": city.kept.public_id}


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


def own_value(city: City) -> dict[str, object]:
    """A number of the city's own."""
    return {"threshold_id": Threshold.objects.get(municipality=city.office.municipality).pk}


def rent(city: City) -> dict[str, object]:
    """A home nearby that the rents of a case are compared with."""
    case = city.cases["gathered"]
    return {"case_id": case.public_id, "rent_id": case.rent_comparables.get().public_id}


def follow_up(city: City) -> dict[str, object]:
    """What the certified plan promised for later."""
    return {"follow_up_id": city.cases["certified"].follow_ups.get().public_id}


def document(city: City) -> dict[str, object]:
    row = city.cases["under_review"].current_version.documents.order_by("pk")[0]
    return {"document_id": row.public_id}


def draft_document(city: City) -> dict[str, object]:
    row = city.cases["draft"].current_version.documents.order_by("pk")[0]
    return {"case_id": city.cases["draft"].public_id, "document_id": row.public_id}


def letter(city: City) -> dict[str, object]:
    return {"letter_id": city.cases["certified"].letters.get().public_id}


def case_letter(city: City) -> dict[str, object]:
    case = city.cases["certified"]
    return {"case_id": case.public_id, "letter_id": case.letters.get().public_id}


def kind_of_letter(city: City) -> dict[str, object]:
    """The same address in every city: each writes its own words."""
    return {"kind": "guidance"}


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


def joint(city: City) -> dict[str, object]:
    return {"case_id": city.cases["draft"].public_id, "partner_id": city.joint.public_id}


def consent(city: City) -> dict[str, object]:
    return {"seen": filed_hash(city.draft.reload()), "agree": "on"}


def member(city: City) -> dict[str, object]:
    return {"operator_id": city.operator.public_id, "member_id": city.reader.public_id}


def member_invitation(city: City) -> dict[str, object]:
    return {"operator_id": city.operator.public_id, "invitation_id": city.invitation.public_id}


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


def inquiry(name: str, **more: object) -> Args:
    """The draft to the police, or the inquiry to the fire station that was sent: both in the case under review."""

    def args(city: City) -> dict[str, object]:
        row = getattr(city, name)
        return {"case_id": city.cases["under_review"].public_id, "inquiry_id": row.public_id, **more}

    return args


def inquiry_seen(name: str, **more: object) -> Args:
    def data(city: City) -> dict[str, object]:
        row = getattr(city, name)
        row.refresh_from_db(fields=["revision"])
        return {"seen": row.revision, **more}

    return data


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


def export(city: City) -> dict[str, object]:
    """An export of the national system whose columns are still to be decided."""
    return {"import_id": city.export.public_id}


def columns(city: City) -> dict[str, object]:
    city.export.refresh_from_db(fields=["revision"])
    return {"national_id": "0", "certified_number": "1", "seen": city.export.revision}


def export_file(city: City) -> dict[str, object]:
    return {"file": SimpleUploadedFile("計画一覧.csv", "計画番号,認定番号\n1,2\n".encode())}


def talk(name: str, **more: object) -> Args:
    """A consultation case of a city: `open`, `closed`, or `hidden`, which names the counsellor alone."""
    return lambda city: {"case_id": getattr(city.talk, name).public_id, **more}


def talk_seen(name: str, **more: object) -> Args:
    def data(city: City) -> dict[str, object]:
        row = getattr(city.talk, name)
        row.refresh_from_db()
        return {"seen": row.revision, "key": uuid.uuid4(), **more}

    return data


def meeting(city: City) -> dict[str, object]:
    """A meeting with the open case and the hidden one on its agenda."""
    return {"conference_id": city.talk.item.conference.public_id}


def referral(city: City) -> dict[str, object]:
    """A referral of the open case."""
    return {"case_id": city.talk.open.public_id, "referral_id": city.talk.referral.public_id}


def shop_inquiry(city: City) -> dict[str, object]:
    """A question to a shop about the open case."""
    return {"case_id": city.talk.open.public_id, "inquiry_id": city.talk.inquiry.public_id}


def no_token(*_: object) -> dict[str, object]:
    """A token nobody made: without the right one there is no page, for nobody."""
    return {"token": "nobody-made-this-token"}


def notification(city: City) -> dict[str, object]:
    return {"public_id": city.notification.public_id}


def withdrawing(city: City) -> dict[str, object]:
    return {"act": "withdraw", "seen": city.notification.revision}


def receiving(city: City) -> dict[str, object]:
    return {"act": "receive", "seen": city.notification.revision}


def on_paper(city: City) -> dict[str, object]:
    said = {"filed_by": "self", "name": "見本", "happened_on": "2026-04-01", "condition": "見本"}
    return {**said, "key": uuid.uuid4()}


def drafted(city: City) -> dict[str, object]:
    return {"seen": 0, "key": uuid.uuid4(), "facts": "申出があった。", "demand": "9月分の実施状況"}


def tipped(city: City) -> dict[str, object]:
    return {
        **{"kind": "tip", "way": "phone", "received_on": "2026-04-01", "about": "駅前のアパート"},
        **{"content": "名乗っている。", "key": uuid.uuid4()},
    }


def assigned(city: City) -> dict[str, object]:
    return {"department": city.under_review.lead_id, "person": city.office.colleague.pk}


def given_out(city: City) -> dict[str, object]:
    """A case of the lead for the colleague, as the confirming page sends it."""
    case, lead = city.cases["under_review"], city.under_review.lead_id
    mark = mark_of(case, case.department_reviews.get(department=lead))
    return {"to": f"{lead}:{city.office.colleague.pk}", "seen": f"{short_id(case.public_id)}/{mark}"}


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
    "certification:notices": Cell(get=EVERYBODY, anonymous=200),
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
    "accounts:end": Cell(get=ADMIN, acts=ADMIN, args=appointment, data=lambda city: {"until": "2099-12-31"}),
    "accounts:invite": Cell(get=ADMIN, acts=ADMIN, reads=False, args=colleague),
    "accounts:outbox": Cell(get=ANY_ADMIN),
    "accounts:outbox_retry": Cell(get=ADMIN, acts=ADMIN, reads=False, args=notice),
    # the auditor
    "accounts:audit": Cell(get=ANY_AUDITOR, query=f"?first={dt.date.today() - dt.timedelta(days=150)}"),
    "accounts:audit_export": Cell(get=ANY_AUDITOR, acts=ANY_AUDITOR, reads=False),
    # applicants; who acts for no operator finds an empty list, and cannot begin a plan
    "certification:plans": Cell(get=EVERYBODY),
    "certification:plan_new": Cell(get=EVERYBODY, acts=ANY_WRITER),
    "certification:own_certified": Cell(get=READERS, args=certified_plan()),
    "certification:procedure_begin": Cell(
        get=READERS, acts=HANDS, args=certified_plan(procedure="change"), data=fresh_key
    ),
    "certification:plan_statement": Cell(
        get=READERS, acts=HANDS, args=case("changing"), data=lambda city: {"seen": 0, "reason": "増築"}
    ),
    "certification:notification_begin": Cell(
        get=READERS, acts=HANDS, args=certified_plan(kind="direct_payment"), data=fresh_key
    ),
    "certification:own_notification": Cell(get=READERS, acts=HANDS, args=notification, data=withdrawing),
    "certification:plan_draft": Cell(
        get=JOINT,
        # the price of the support is the joint applicant's to write
        acts=HANDS | PARTNER,
        args=case("draft", section="price"),
        data=lambda city: {"monthly_yen": "1"},
    ),
    "certification:plan_copy": Cell(get=JOINT, acts=HANDS, args=case("draft")),
    "certification:plan_units": Cell(
        get=JOINT,
        acts=HANDS,
        args=case("draft"),
        data=lambda city: {"mode": "replace", "text": "部屋番号\n101", "do": "save"},
    ),
    "certification:plan_units_sheet": Cell(get=JOINT, args=case("draft")),
    "certification:plan": Cell(get=JOINT, args=case("draft")),
    "certification:plan_section": Cell(get=JOINT, acts=HANDS, args=case("draft", section="buildings")),
    "certification:plan_documents": Cell(get=JOINT, acts=HANDS, args=case("draft")),
    "certification:plan_document_remove": Cell(get=JOINT, acts=HANDS, args=draft_document),
    "certification:plan_preview": Cell(get=JOINT, args=case("draft")),
    "certification:plan_register": Cell(get=READERS, acts=APPLICANT, args=case("certified"), data=publishing),
    "certification:plan_returns": Cell(get=READERS, acts=HANDS, args=case("returned")),
    "certification:plan_submit": Cell(get=JOINT, acts=APPLICANT, args=case("draft"), data=seen("draft")),
    "certification:plan_withdraw": Cell(get=JOINT, acts=APPLICANT, args=case("draft"), data=seen("draft")),
    "certification:plan_partner": Cell(
        get=JOINT, acts=HANDS, args=case("draft"), data=lambda city: {"do": "ask"}
    ),
    "certification:plan_partner_end": Cell(get=JOINT, acts=APPLICANT | PARTNER, args=joint),
    "certification:plan_confirm": Cell(get=JOINT, acts=PARTNER, args=case("draft"), data=consent),
    # the people of an operator
    "certification:operators": Cell(get=EVERYBODY),
    "certification:operator": Cell(
        get=READERS,
        acts=APPLICANT,
        args=lambda city: {"operator_id": city.operator.public_id},
        data=lambda city: {"email": "another@example.jp", "role": "writer"},
    ),
    "certification:operator_member": Cell(
        get=READERS, acts=APPLICANT, args=member, data=lambda city: {"do": "remove", "seen": "viewer"}
    ),
    "certification:operator_invitation": Cell(get=APPLICANT, acts=APPLICANT, args=member_invitation),
    # invitations: by a link that is nobody's here, by the session that has none, and the own one
    "certification:begin": Cell(get=EVERYBODY, anonymous=200),
    "certification:invitation_link": Cell(
        get=frozenset(), anonymous=404, args=lambda city: {"token": f"no-{city.operator.pk}"}
    ),
    "certification:invitation_open": Cell(get=EVERYBODY, acts=frozenset(), anonymous=200),
    "certification:invitation_mine": Cell(
        get=PARTNER, acts=PARTNER, args=lambda city: {"invitation_id": city.own_invitation.public_id}
    ),
    "certification:operator_invitations": Cell(
        get=both(INVITING),
        acts=both(INVITING),
        data=lambda city: {"name": "新しい会社", "email": "another@example.jp"},
    ),
    "certification:operator_invitation_end": Cell(
        get=INVITING, acts=INVITING, args=lambda city: {"invitation_id": city.city_invitation.public_id}
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
    "certification:case_letters": Cell(get=CASE_STAFF, args=case("certified")),
    # the desk of the department that sends a letter hands it on
    "certification:letter_delivery": Cell(
        get=DESK,
        acts=DESK,
        args=case_letter,
        data=lambda city: {"way": "post", "delivered_on": dt.date.today().isoformat(), "seen": 0},
    ),
    "certification:case_inquiries": Cell(get=CASE_STAFF, args=case("under_review")),
    "certification:case_inquiry_new": Cell(
        get=CASE_STAFF,
        acts=REVIEWERS,
        reads=False,
        args=case("under_review"),
        data=lambda city: {"kind": "fire"},
    ),
    # the police: who is named, and the decider reads; only the desk that is named writes
    "certification:case_inquiry": Cell(get=DESK | DECIDER, args=inquiry("police")),
    "certification:case_inquiry_edit": Cell(
        get=DESK,
        acts=DESK,
        args=inquiry("police"),
        data=inquiry_seen("police", **{"subjects-TOTAL_FORMS": "0", "subjects-INITIAL_FORMS": "0"}),
    ),
    # the fire station: every reviewing office on the case
    "certification:case_inquiry_act": Cell(
        get=REVIEWERS,
        acts=REVIEWERS,
        args=inquiry("fire", act="withdraw"),
        data=inquiry_seen("fire", reason="確かめる必要がなくなったため。"),
    ),
    # who was asked and has no account: by the token of the link alone
    "certification:answer": Cell(get=frozenset(), anonymous=404, args=no_token),
    "certification:answer_give": Cell(get=frozenset(), reads=False, anonymous=404, args=no_token),
    "certification:case_changes": Cell(get=CASE_STAFF, args=case("corrected")),
    "certification:case_sheet_pdf": Cell(get=CASE_STAFF, args=case("corrected")),
    "certification:case_sheet_xlsx": Cell(get=CASE_STAFF, args=case("corrected")),
    # one's own department only: the boxes of the queue, then who gets them
    "certification:assign_cases": Cell(get=both(REVIEWERS), acts=LEAD, data=given_out),
    # 相談: the people of the desk alone; a protected case for whom it names. No post of the municipality opens one.
    "consultations:cases": Cell(get=both(TALKERS), query="?tab=open"),
    "consultations:case_new": Cell(get=both(TALKERS), acts=both(TALKERS)),
    "consultations:book": Cell(
        get=EVERYBODY,
        acts=EVERYBODY,
        args=lambda city: {"desk_id": city.ring.desk.public_id},
        data=lambda city: {"seat": ""},
        anonymous=200,
        anonymous_acts=422,
    ),
    "consultations:booking": Cell(
        get=frozenset(), acts=frozenset(), args=lambda city: {"token": "nobody-made-this"}, anonymous=404
    ),
    "consultations:bookings": Cell(get=both(TALKERS), acts=both(TALKERS), data=lambda city: {"seat": ""}),
    "consultations:booking_mark": Cell(
        get=TALKERS,
        acts=TALKERS,
        reads=False,
        args=lambda city: {"desk_id": city.ring.desk.public_id, "booking_id": city.talk.booking.public_id},
        data=lambda city: {"state": "came"},
    ),
    "consultations:intake_paper": Cell(get=both(TALKERS)),
    "consultations:openings": Cell(get=both(SUPERVISOR)),
    "consultations:case_living": Cell(
        get=COUNSELLOR, acts=COUNSELLOR, args=talk("hidden"), data=lambda city: {"do": "leave"}
    ),
    "consultations:case_files": Cell(
        get=COUNSELLOR, acts=COUNSELLOR, args=talk("hidden"), data=lambda city: {"label": ""}
    ),
    "consultations:case_file": Cell(
        get=TALKERS,
        args=lambda city: {"case_id": city.talk.open.public_id, "file_id": city.talk.file.public_id},
    ),
    # 引き継ぎ: the desk that was asked; the case stays closed to it until it says yes
    "consultations:transfers": Cell(get=both(TALKERS)),
    "consultations:transfer": Cell(
        get=TALKERS,
        acts=TALKERS,
        args=lambda city: {"transfer_id": city.talk.offered.public_id},
        data=lambda city: {"do": "decline"},
    ),
    "consultations:case_transfer": Cell(
        get=COUNSELLOR, acts=COUNSELLOR, args=talk("hidden"), data=lambda city: {"request": ""}
    ),
    # the counsellor has the permission, the supervisor goes through what was decided
    "consultations:case_override": Cell(
        get=COUNSELLOR, acts=COUNSELLOR, args=talk("open"), data=lambda city: {"reason": "x"}
    ),
    "consultations:override_review": Cell(
        get=SUPERVISOR,
        acts=SUPERVISOR,
        args=lambda city: {"consent_id": city.talk.override.public_id},
        data=lambda city: {"verdict": ""},
    ),
    "consultations:opening_new": Cell(get=both(TALKERS), acts=both(TALKERS)),
    "consultations:case": Cell(get=COUNSELLOR, args=talk("hidden")),
    "consultations:case_edit": Cell(get=TALKERS, acts=TALKERS, args=talk("open"), data=talk_seen("open")),
    "consultations:case_sheet": Cell(get=COUNSELLOR, args=talk("hidden")),
    "consultations:contact_new": Cell(
        get=TALKERS,
        acts=TALKERS,
        args=talk("open"),
        data=talk_seen("open", day="令和8年4月1日", time="9:00", method="phone", text="電話した。"),
    ),
    "consultations:task_new": Cell(
        get=COUNSELLOR, acts=COUNSELLOR, args=talk("hidden"), data=talk_seen("hidden", title="", due_on="")
    ),
    "consultations:task_done": Cell(
        get=TALKERS,
        acts=TALKERS,
        reads=False,
        args=lambda city: {"case_id": city.talk.open.public_id, "task_id": city.talk.task.public_id},
    ),
    "consultations:case_assign": Cell(
        get=TALKERS, acts=TALKERS, args=talk("open"), data=talk_seen("open", person="")
    ),
    "consultations:case_close": Cell(
        get=TALKERS, acts=TALKERS, args=talk("open"), data=talk_seen("open", outcome="information")
    ),
    # 関係機関への紹介: the desk alone; the agency's page opens with its link and code, for nobody without
    "consultations:agencies": Cell(
        get=both(TALKERS),
        acts=both(SUPERVISOR),
        data=lambda city: {"kind": "other", "name": f"機関{uuid.uuid4().hex[:6]}"},
    ),
    "consultations:agency": Cell(
        get=SUPERVISOR,
        acts=SUPERVISOR,
        args=lambda city: {"agency_id": city.talk.agency.public_id},
        data=lambda city: {"kind": "other", "name": city.talk.agency.name, "is_active": "on"},
    ),
    "consultations:referrals": Cell(get=COUNSELLOR, args=talk("hidden")),
    "consultations:referral_new": Cell(
        get=TALKERS, acts=TALKERS, args=talk("open"), data=talk_seen("open", do="preview")
    ),
    "consultations:referral": Cell(
        get=TALKERS,
        acts=TALKERS,
        args=referral,
        data=lambda city: {"do": "revoke", "seen": city.talk.referral.revision},
    ),
    "consultations:referral_sheet": Cell(get=TALKERS, args=referral),
    "consultations:referral_link": Cell(get=frozenset(), acts=frozenset(), args=no_token, anonymous=404),
    # ケース会議: a desk's own; papers leave out who the actor may not see
    "consultations:conferences": Cell(
        get=both(TALKERS), acts=both(TALKERS), data=lambda city: {"desk": str(city.ring.desk.public_id)}
    ),
    "consultations:conference": Cell(
        get=TALKERS,
        acts=TALKERS,
        args=meeting,
        data=lambda city: {"do": "attendee", "name": "見本", "organisation": "社協", "secrecy": "duty"},
    ),
    "consultations:conference_item": Cell(
        get=TALKERS,
        acts=TALKERS,
        args=lambda city: {**meeting(city), "item_id": city.talk.item.public_id},
        data=lambda city: {"decision": ""},
    ),
    "consultations:conference_sheet": Cell(get=TALKERS, args=meeting, query="?kind=full"),
    # 支援プラン、入居後の確認
    "consultations:case_plans": Cell(get=COUNSELLOR, args=talk("hidden")),
    "consultations:plan_write": Cell(
        get=COUNSELLOR,
        acts=COUNSELLOR,
        args=talk("hidden", phase="during"),
        data=talk_seen("hidden", goal=""),
    ),
    "consultations:plan_sheet": Cell(
        get=TALKERS,
        args=lambda city: {"case_id": city.talk.open.public_id, "plan_id": city.talk.plan.public_id},
    ),
    "consultations:follow_up": Cell(
        get=TALKERS,
        acts=TALKERS,
        args=lambda city: {
            "case_id": city.talk.closed.public_id,
            "follow_up_id": city.talk.follow_up.public_id,
        },
        data=lambda city: {"result": ""},
    ),
    "consultations:case_reopen": Cell(
        get=TALKERS, acts=TALKERS, args=talk("closed"), data=talk_seen("closed")
    ),
    "consultations:case_consents": Cell(
        get=COUNSELLOR, acts=COUNSELLOR, args=talk("hidden"), data=talk_seen("hidden", purpose="shops")
    ),
    "consultations:consent_withdraw": Cell(
        get=TALKERS,
        acts=TALKERS,
        args=lambda city: {"case_id": city.talk.open.public_id, "consent_id": city.talk.consent.public_id},
        data=lambda city: {"given_how": "phone", "given_by": "self"},
    ),
    # 店への問合せ: the desk alone; the shop's page opens with its link, for nobody without
    "consultations:shop_inquiries": Cell(get=COUNSELLOR, args=talk("hidden")),
    "consultations:shop_inquiry_new": Cell(
        get=TALKERS, acts=TALKERS, args=talk("open"), data=talk_seen("open", do="preview")
    ),
    "consultations:shop_inquiry": Cell(
        get=TALKERS,
        acts=TALKERS,
        args=shop_inquiry,
        data=lambda city: {"do": "end", "seen": city.talk.inquiry.revision},
    ),
    "consultations:shop_sheet": Cell(get=TALKERS, args=shop_inquiry),
    "consultations:shop_answer": Cell(get=frozenset(), acts=frozenset(), args=no_token, anonymous=404),
    "consultations:case_protection": Cell(
        get=TALKERS, acts=TALKERS, args=talk("open"), data=talk_seen("open", do="protect")
    ),
    "consultations:case_reads": Cell(get=COUNSELLOR, args=talk("hidden")),
    # a supervisor whom the protected case does not name makes no copy of it; nobody else of the desk of any
    "consultations:case_disclosure": Cell(
        get=SUPERVISOR,
        acts=SUPERVISOR,
        args=talk("open"),
        data=lambda city: {"purpose": "disclosure", "asker": "self", "is_identified": "on"},
    ),
    "consultations:case_correction": Cell(
        get=COUNSELLOR,
        acts=COUNSELLOR,
        args=talk("hidden"),
        data=talk_seen("hidden", asker="self", method="visit", text="番地がちがう"),
    ),
    "consultations:statistics": Cell(
        get=both(TALKERS),
        acts=both(TALKERS),
        query="?version=internal&protected=1",
        data=lambda city: {"format": "csv", "purpose": "council"},
    ),
    "consultations:retention": Cell(
        get=both(SUPERVISOR), acts=both(SUPERVISOR), data=lambda city: {"do": "propose"}
    ),
    "consultations:hold_new": Cell(
        get=both(SUPERVISOR),
        acts=both(SUPERVISOR),
        data=lambda city: {"number": city.talk.open.number, "reason": "訴えが続いている"},
    ),
    "consultations:hold_lift": Cell(
        get=SUPERVISOR,
        acts=SUPERVISOR,
        reads=False,
        args=lambda city: {"hold_id": city.talk.hold.public_id},
    ),
    "consultations:disposal": Cell(
        get=SUPERVISOR,
        acts=SUPERVISOR,
        args=lambda city: {"disposal_id": city.talk.disposal.public_id},
        data=lambda city: {"do": "withdraw"},
    ),
    # 受付箱: one's own kept filters; who hands over; figures
    "certification:saved_filters": Cell(
        get=both(CASE_STAFF), acts=both(CASE_STAFF), data=lambda city: {"name": ""}
    ),
    "certification:saved_filter": Cell(get=DESK, acts=DESK, args=kept_filter, data=lambda city: {"name": ""}),
    "certification:saved_filter_delete": Cell(get=DESK, acts=DESK, reads=False, args=kept_filter),
    "certification:hand_over": Cell(get=both(DESK | ADMIN), acts=both(DESK | ADMIN)),
    "certification:hand_over_sheet": Cell(get=both(DESK | ADMIN)),
    "certification:statistics": Cell(
        get=both(CASE_STAFF), acts=both(CASE_STAFF), data=lambda city: {"purpose": ""}
    ),
    "certification:case_notes": Cell(
        get=CASE_STAFF,
        acts=REVIEWERS | DECIDER,
        args=case("under_review"),
        data=lambda city: {"text": "電話で確かめました。", "key": uuid.uuid4()},
    ),
    "certification:deputies": Cell(
        get=both(REVIEWERS | ADMIN), acts=both(REVIEWERS | ADMIN), data=lambda city: {"from_on": ""}
    ),
    "certification:deputy_end": Cell(
        get=LEAD & frozenset({"colleague"}) | ADMIN,
        acts=LEAD & frozenset({"colleague"}) | ADMIN,
        reads=False,
        args=lambda city: {"deputy_id": city.deputy.public_id},
    ),
    # whoever sees the queue may take a copy of what stands in it
    "certification:ledger": Cell(
        get=both(CASE_STAFF), acts=both(CASE_STAFF), data=lambda city: {"purpose": "check"}
    ),
    "certification:case_act": Cell(
        get=CASE_STAFF, acts=DECIDER, args=case("deciding", action="decide"), data=seen("deciding")
    ),
    # beside the national system: the lead desk keeps the number, desk and reviewers read exports in
    "certification:case_copy": Cell(
        get=CASE_STAFF,
        acts=DESK,
        args=case("under_review"),
        data=lambda city: {"national_id": "13-0001", "seen": ""},
    ),
    "certification:national_imports": Cell(get=both(CASE_STAFF), acts=both(REVIEWERS), data=export_file),
    "certification:national_import": Cell(get=CASE_STAFF, acts=REVIEWERS, args=export, data=columns),
    "certification:certified_plans": Cell(get=both(CASE_STAFF)),
    "certification:certified_plan": Cell(get=CASE_STAFF, args=certified_plan()),
    # 届出・報告: the offices on the plan read, the desk of the lead department receives
    "certification:notifications": Cell(get=both(CASE_STAFF), query="?tab=all"),
    "certification:notification": Cell(get=CASE_STAFF, acts=DESK, args=notification, data=receiving),
    "certification:notification_paper": Cell(
        get=DESK, acts=DESK, args=certified_plan(kind="incapacity"), data=on_paper
    ),
    "certification:reports": Cell(get=both(CASE_STAFF), acts=both(DESK)),
    "certification:reports_export": Cell(
        get=both(CASE_STAFF), acts=both(CASE_STAFF), data=lambda city: {"purpose": "check"}
    ),
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
    "certification:booking_new": Cell(get=ANY_WRITER, acts=ANY_WRITER),
    "certification:booking_cancel": Cell(get=HANDS, acts=HANDS, args=booking),
    "certification:case_approval": Cell(
        get=CASE_STAFF,
        acts=CASE_STAFF,
        args=case("routed"),
        # Nobody was stood in for yet: whoever asks for 後閲 of an unknown stamp finds nothing.
        data=lambda city: {"stamp": "", "comment": ""},
    ),
    "certification:absences": Cell(
        get=both(DECIDER | ADMIN), acts=both(DECIDER | ADMIN), data=lambda city: {"from_on": ""}
    ),
    "certification:absence_end": Cell(
        get=DECIDER | ADMIN,
        acts=DECIDER | ADMIN,
        reads=False,
        args=lambda city: {"absence_id": city.absence.public_id},
    ),
    # both
    "certification:document": Cell(get=CASE_STAFF | READERS, args=document),
    "certification:letter": Cell(get=CASE_STAFF | READERS, args=letter),
    # the municipality's administrator
    "certification:thresholds": Cell(
        get=ANY_ADMIN,
        acts=ANY_ADMIN,
        data=lambda city: {
            "code": "floor_area_new_m2",
            "value": "26",
            "effective_from": "2099-04-01",
            "basis": "見本市賃貸住宅供給促進計画",
        },
    ),
    "certification:threshold_end": Cell(
        get=ADMIN, acts=ADMIN, args=own_value, data=lambda city: {"seen": "", "until": "2099-12-31"}
    ),
    "certification:case_criteria": Cell(
        get=CASE_STAFF,
        acts=LEAD,
        args=case("gathered"),
        data=lambda city: {
            "address": "見本町一丁目",
            "area_m2": "25",
            "monthly_rent_yen": "50000",
            "source": "見本の調べ",
        },
    ),
    "certification:case_rent_remove": Cell(get=CASE_STAFF, acts=LEAD, reads=False, args=rent),
    "certification:case_application": Cell(get=CASE_STAFF, args=case("under_review")),
    "certification:follow_ups": Cell(get=both(CASE_STAFF)),
    "certification:follow_up": Cell(
        get=CASE_STAFF,
        acts=REVIEWERS,
        args=follow_up,
        data=lambda city: {"seen": 0, "done_on": "2026-01-31", "note": "検査済証で確かめた"},
    ),
    "certification:settings": Cell(get=ANY_ADMIN, acts=ANY_ADMIN),
    "certification:contact_points": Cell(get=ANY_ADMIN),
    "certification:letter_templates": Cell(get=ANY_ADMIN),
    "certification:letter_template": Cell(get=ANY_ADMIN, acts=ANY_ADMIN, args=kind_of_letter),
    "certification:letter_template_publish": Cell(
        get=ANY_ADMIN, acts=ANY_ADMIN, reads=False, args=kind_of_letter
    ),
    "certification:letter_template_discard": Cell(
        get=ANY_ADMIN, acts=ANY_ADMIN, reads=False, args=kind_of_letter
    ),
    "certification:letter_template_preview": Cell(get=ANY_ADMIN, args=kind_of_letter),
    "certification:approval_routes": Cell(get=ANY_ADMIN, acts=ANY_ADMIN, query="?route=new"),
    "certification:review_table": Cell(get=ANY_ADMIN),
    "certification:review_table_draft": Cell(get=ANY_ADMIN, acts=ANY_ADMIN),
    "certification:review_item": Cell(get=ADMIN, acts=ADMIN, args=review_item),
    "certification:review_table_publish": Cell(get=ANY_ADMIN, acts=ANY_ADMIN),
}
