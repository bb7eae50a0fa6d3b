"""What may be read here: who somebody is, who serves where, inboxes, mail that failed, and the audit trail."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.audit import action_label
from accounts.models import Appointment, AuditEvent, Department, Notice, Role, User
from accounts.rules.actor import Actor, Post
from japan.wareki import format_wareki

PAGE: Final = 50
INBOX_COUNT_CAP: Final = 99
#: How many events one step of the audit search looks through before it shows what it has.
SEARCH_WINDOW: Final = 20_000
EXPORT_LIMIT: Final = 100_000


class NotVisible(Exception):
    """There is no such thing, or the actor may not know of it: pages answer 404."""


# --- Who --------------------------------------------------------------------------------------------------------------


Holds = Callable[[OuterRef | int, dt.date], Exists]
_standings: dict[str, Holds] = {}
_guarded: set[str] = set()


def register_standing(name: str, holds: Holds, *, needs_second_factor: bool = False) -> None:
    """Let an app say what a person is beside the posts; `holds(user, day)` is true of the user. Costs no query of its own."""
    _standings[name] = holds
    if needs_second_factor:
        _guarded.add(name)


def needs_second_factor(actor: Actor) -> bool:
    """Whether what the person is asks for two factors: a post, or a standing that was registered so."""
    return bool(actor.posts) or not _guarded.isdisjoint(actor.standings)


def actor_of(user: User, *, day: dt.date) -> Actor:
    """The person with the posts in force on `day`: one query, two for people without a post. An inactive person has none.

    A person serves one municipality at a time (services refuse more); should there be two, the newest appointment
    decides and the others are left out, so that nobody ever sees two municipalities at once.
    """
    held = list(_posts_of(user, day)) if user.is_active else []
    home = held[0].department.municipality if held else None
    own = [each for each in held if home is not None and each.department.municipality_id == home.pk]
    return Actor(
        user_id=user.pk,
        public_id=user.public_id,
        name=user.name,
        municipality_id=home.pk if home else None,
        municipality_code=home.code if home else "",
        municipality_name=home.name if home else "",
        posts=tuple(_post(each) for each in own),
        is_superuser=user.is_superuser and user.is_active,
        standings=_standings_of(user, held, day),
    )


def _standings_of(user: User, held: list[Appointment], day: dt.date) -> frozenset[str]:
    """Read with the appointments where there are any."""
    if not _standings or not user.is_active:
        return frozenset()
    if held:
        return frozenset(name for name in _standings if getattr(held[0], f"stands_{name}"))
    found = User.objects.filter(pk=user.pk).values_list(
        *(holds(user.pk, day) for holds in _standings.values())
    )
    values = found.first() or ()
    return frozenset(name for name, stands in zip(_standings, values, strict=False) if stands)


def _posts_of(user: User, day: dt.date) -> QuerySet[Appointment]:
    held = Appointment.objects.in_force(day).filter(user=user)
    held = held.annotate(
        **{f"stands_{name}": holds(OuterRef("user"), day) for name, holds in _standings.items()}
    )
    return held.select_related("department__municipality").order_by("-from_on", "-pk")


def _post(appointment: Appointment) -> Post:
    return Post(
        department_id=appointment.department_id,
        department_name=appointment.department.name,
        department_short_name=appointment.department.short_name,
        role=appointment.role,
        role_label=Role(appointment.role).label,
    )


def holders(*, department_ids: Collection[int], roles: Collection[str], day: dt.date) -> QuerySet[User]:
    """Active people who hold one of `roles` in one of the departments on `day`, each once."""
    held = Appointment.objects.in_force(day).filter(department_id__in=department_ids, role__in=roles)
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("kana", "pk")


def departments_of(actor: Actor) -> QuerySet[Department]:
    """The departments in use of the actor's municipality."""
    return Department.objects.filter(municipality_id=actor.home_id, is_active=True).order_by("pk")


# --- Who serves where -------------------------------------------------------------------------------------------------


NOW: Final = "now"
PLANNED: Final = "planned"
ENDED: Final = "ended"


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of appointments, and whether there is another."""

    rows: list[Appointment]
    number: int
    has_next: bool


def appointments_of(actor: Actor) -> QuerySet[Appointment]:
    """Every appointment of the municipality that the actor administers; nobody else's."""
    if not actor.has(Role.ADMINISTRATOR):
        return Appointment.objects.none()
    own = Appointment.objects.filter(department__municipality_id=actor.home_id)
    return own.select_related("user", "department")


def appointment_board(
    actor: Actor, *, day: dt.date, when: str, department_id: int | None = None, number: int = 1
) -> BoardPage:
    """Who serves where: now, planned, or ended; the page `number` counts from 1, at most 200."""
    rows = appointments_of(actor)
    if department_id is not None:
        rows = rows.filter(department_id=department_id)
    if when == PLANNED:
        rows = rows.filter(from_on__gt=day).order_by("from_on", "department_id", "pk")
    elif when == ENDED:
        rows = rows.filter(until__lt=day).order_by("-until", "-pk")
    else:
        rows = rows.in_force(day).order_by("department_id", "role", "user__kana", "pk")  # type: ignore[attr-defined]
    number = min(max(number, 1), 200)
    found = list(rows[(number - 1) * PAGE : number * PAGE + 1])
    return BoardPage(found[:PAGE], number, has_next=len(found) > PAGE)


def appointment_for(actor: Actor, *, public_id: uuid.UUID) -> Appointment:
    """One appointment of the own municipality. Raises NotVisible."""
    found = appointments_of(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def colleagues(actor: Actor) -> QuerySet[User]:
    """People who serve, served or will serve in the administrator's municipality, by reading."""
    served = appointments_of(actor).values("user_id")
    return User.objects.filter(pk__in=served, is_active=True).order_by("kana", "name", "pk")


def sitting_rows(actor: Actor, *, on: dt.date) -> list[Appointment]:
    """Who serves on the eve of `on` and would still serve on it: the table of the transfers of that day."""
    rows = appointments_of(actor).filter(Q(until__isnull=True) | Q(until__gte=on), from_on__lt=on)
    return list(rows.order_by("department_id", "role", "user__kana", "pk"))


def successors(actor: Actor) -> list[User]:
    """Whom open cases can go to: active people with a post now or planned. Checked again when the sitting is done."""
    return list(colleagues(actor).filter(appointments__until__isnull=True).distinct())


# --- Inbox and outbox -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Newest first; `older_than` is the key of the next page, None at the end."""

    rows: list[Notice]
    older_than: int | None


def _notice_page(rows: QuerySet[Notice], before: int | None) -> NoticePage:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return NoticePage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def inbox(actor: Actor, *, before: int | None = None) -> NoticePage:
    """The actor's own notices."""
    return _notice_page(Notice.objects.filter(recipient_id=actor.user_id), before)


def unread_count(actor: Actor) -> int:
    """Unread notices, counted up to one above the cap."""
    unread = Notice.objects.filter(recipient_id=actor.user_id, read_at__isnull=True).order_by()
    return unread[: INBOX_COUNT_CAP + 1].count()


def outbox_failures(actor: Actor, *, before: int | None = None) -> NoticePage:
    """Mail of the administrator's municipality that could not be sent."""
    if not actor.has(Role.ADMINISTRATOR):
        return NoticePage([], None)
    failed = Notice.objects.filter(municipality_id=actor.home_id, mail_state=Notice.MailState.FAILED)
    return _notice_page(failed.select_related("recipient"), before)


# --- The audit trail --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the auditor asks for. Days include both ends, in Japanese time; texts match anywhere."""

    first: dt.datetime
    until: dt.datetime
    person: str = ""
    action: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of events ended: time and id, so that events of one moment are neither lost nor doubled."""

    recorded_at: dt.datetime
    pk: int


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Newest first. `after` continues; `is_window` says that it stopped to look no further, not for want of room."""

    rows: list[AuditEvent]
    after: Cursor | None
    is_window: bool = False


def _audit_range(actor: Actor, wanted: AuditFilter, after: Cursor | None) -> QuerySet[AuditEvent]:
    """By the index audit_of_municipality: the own municipality, the period, newest first."""
    if not actor.has(Role.AUDITOR) or not actor.municipality_code:
        return AuditEvent.objects.none()
    rows = AuditEvent.objects.filter(
        municipality_code=actor.municipality_code, recorded_at__gte=wanted.first, recorded_at__lt=wanted.until
    )
    if after is not None:
        earlier = Q(recorded_at__lt=after.recorded_at) | Q(recorded_at=after.recorded_at, pk__lt=after.pk)
        rows = rows.filter(earlier, recorded_at__lte=after.recorded_at)
    return rows.order_by("-recorded_at", "-pk")


def _matching(rows: QuerySet[AuditEvent], wanted: AuditFilter) -> QuerySet[AuditEvent]:
    if wanted.person:
        rows = rows.filter(actor_name__icontains=wanted.person)
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.subject:
        rows = rows.filter(subject_label__icontains=wanted.subject)
    return rows


def search_audit(actor: Actor, wanted: AuditFilter, *, after: Cursor | None = None) -> AuditPage:
    """One page of the own municipality's events; nothing for anybody but an auditor.

    Looks through at most SEARCH_WINDOW events a step, however rare the text is: the work of a page has a bound.
    """
    rows = _audit_range(actor, wanted, after)
    edge = rows.values_list("recorded_at", "pk")[SEARCH_WINDOW - 1 : SEARCH_WINDOW].first()
    if edge is not None:
        rows = rows.filter(Q(recorded_at__gt=edge[0]) | Q(recorded_at=edge[0], pk__gte=edge[1]))
    found = list(_matching(rows, wanted)[: PAGE + 1])
    if len(found) > PAGE:
        last = found[PAGE - 1]
        return AuditPage(found[:PAGE], Cursor(last.recorded_at, last.pk))
    return AuditPage(found, Cursor(*edge), is_window=True) if edge is not None else AuditPage(found, None)


def count_audit(actor: Actor, wanted: AuditFilter) -> int:
    """How many events an export would hold, counted up to one above its limit."""
    return _matching(_audit_range(actor, wanted, None), wanted)[: EXPORT_LIMIT + 1].count()


def each_audit_event(actor: Actor, wanted: AuditFilter, *, limit: int) -> Iterator[AuditEvent]:
    """The events of an export, in pages."""
    return _matching(_audit_range(actor, wanted, None), wanted)[:limit].iterator(chunk_size=1_000)


def timeline_of(
    subject_type: str, subject_id: str, *, actions: Collection[str] = (), limit: int = 50
) -> list[dict[str, str]]:
    """The newest events about one thing, as the timeline component takes them; of `actions` only where given.

    The caller must have shown that the reader may see the thing.
    """
    events = AuditEvent.objects.filter(subject_type=subject_type, subject_id=str(subject_id)).order_by("-pk")
    if actions:
        events = events.filter(action__in=actions)
    return [timeline_item(event) for event in events[:limit]]


def timeline_item(event: AuditEvent) -> dict[str, str]:
    """One event in words."""
    who = " ".join(part for part in (event.actor_organisation, event.actor_role, event.actor_name) if part)
    return {
        "title": action_label(event.action),
        "actor": who,
        "when": moment_text(event.recorded_at),
        "text": event.reason,
    }


def moment_text(moment: dt.datetime) -> str:
    """令和8年11月22日(日) 13:30, in Japanese time."""
    local = timezone.localtime(moment)
    return f"{format_wareki(local.date(), weekday=True)} {local:%H:%M}"
