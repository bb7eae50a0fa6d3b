"""Appointing people, ending appointments, inviting. Every change holds the municipality's row: one at a time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.audit import Subject, record
from accounts.models import Appointment, Department, Municipality, Notice, Role, User
from accounts.outbox import notify
from accounts.rules import appointments as rules
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, appointment_for, colleagues
from japan.wareki import format_wareki

STALE = "ほかの担当者が先に変更しました。今の内容を確かめて、もう一度お試しください。"
EMAIL_TAKEN = "このメールアドレスは、すでに使われているため登録できません。別のアドレスを入力してください。"


class AppointmentRefused(Exception):
    """The rules forbid it. The text is a Japanese sentence; `field` names the input at fault, if one is."""

    def __init__(self, text: str, *, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who has no account yet. Names stay exactly as typed."""

    name: str
    kana: str
    email: str


@transaction.atomic
def appoint(
    *,
    actor: Actor,
    now: dt.datetime,
    department_id: int,
    role: str,
    from_on: dt.date,
    until: dt.date | None = None,
    note: str = "",
    user_id: uuid.UUID | None = None,
    person: NewPerson | None = None,
) -> Appointment:
    """Appoint a colleague (`user_id`, the public id) or somebody new (`person`), who is invited by mail.

    Raises AppointmentRefused when a rule forbids it, NotVisible for a person or department of elsewhere.
    """
    lock_municipality(actor)
    if (user_id is None) == (person is None):
        raise AppointmentRefused("任命する人を選ぶか、新しい人の氏名とメールアドレスを入力してください。")
    today = timezone.localdate(now)
    department = own_department(actor, department_id)
    user = _colleague(actor, user_id) if user_id is not None else None
    _refuse(rules.appointing_problem(actor, user_id=user.pk if user else None, role=role), field="role")
    _refuse(rules.period_problem(from_on=from_on, until=until, today=today), field="from_on")
    if user is None:
        assert person is not None  # one of the two, checked above
        user = _add_person(actor, person, now=now)
    return begin(
        actor=actor,
        user=user,
        department=department,
        role=role,
        from_on=from_on,
        until=until,
        note=note,
        now=now,
    )


@transaction.atomic
def end_appointment(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: uuid.UUID,
    until: dt.date,
    seen_until: dt.date | None,
    reason: str = "",
) -> Appointment:
    """Let an appointment end on `until`, its last day. `seen_until` is the end that the person saw on the page.

    Raises AppointmentRefused for a stale page, a wrong day, or when it would leave no administrator; NotVisible.
    """
    lock_municipality(actor)
    appointment = appointment_for(actor, public_id=public_id)
    if appointment.until != seen_until:
        raise AppointmentRefused(STALE)
    today = timezone.localdate(now)
    if appointment.until is not None and appointment.until < today:
        raise AppointmentRefused("この辞令は、すでに終わっています。")
    _refuse(rules.ending_problem(from_on=appointment.from_on, until=until, today=today), field="until")
    with keeping_an_administrator(actor, today=today):
        finish(actor=actor, appointment=appointment, until=until, now=now, reason=reason)
    return appointment


@transaction.atomic
def invite_again(*, actor: Actor, now: dt.datetime, user_id: uuid.UUID) -> User:
    """Send the invitation once more to a colleague who has not set a password yet. Raises AppointmentRefused."""
    lock_municipality(actor)
    if not actor.has(Role.ADMINISTRATOR):
        raise NotVisible
    user = _colleague(actor, user_id)
    if user.has_usable_password():
        raise AppointmentRefused(
            "この方は、すでにパスワードを設定しています。忘れたときは、ログイン画面の「パスワードを再設定」から設定し直せます。"
        )
    _invite(actor, user, now=now)
    return user


def password_path(user: User) -> str:
    """The path of the page to set a password: works once, for settings.PASSWORD_RESET_TIMEOUT seconds.

    Made only at the moment of sending; never keep it, log it or show it.
    """
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


# --- Shared with the sitting of transfers -----------------------------------------------------------------------------


def lock_municipality(actor: Actor) -> Municipality:
    """Hold the municipality until the end of the transaction. Raises NotVisible for people who administer none."""
    if not actor.has(Role.ADMINISTRATOR) or actor.municipality_id is None:
        raise NotVisible
    return Municipality.objects.select_for_update().get(pk=actor.municipality_id)


def own_department(actor: Actor, department_id: int | None) -> Department:
    """A department in use of the own municipality. Raises NotVisible."""
    own = Department.objects.filter(municipality_id=actor.home_id, is_active=True)
    found = own.filter(pk=department_id or 0).first()
    if found is None:
        raise NotVisible
    return found


def begin(
    *,
    actor: Actor,
    user: User,
    department: Department,
    role: str,
    from_on: dt.date,
    until: dt.date | None,
    note: str,
    now: dt.datetime,
) -> Appointment:
    """Write a new appointment, its event and the person's notice. Raises AppointmentRefused."""
    _refuse(_overlap_problem(user, department, role, from_on=from_on, until=until))
    appointment = Appointment.objects.create(
        user=user, department=department, role=role, from_on=from_on, until=until, note=note
    )
    record(
        action=actions.APPOINTED,
        subject=subject_of(appointment),
        actor=actor,
        now=now,
        details=_days(appointment),
    )
    notify(
        recipient_id=user.pk,
        key=f"appointed:{appointment.public_id}",
        subject="新しい辞令が登録されました",
        body=f"{format_wareki(from_on)}から、{department.name} {appointment.get_role_display()}です。",
        path="/",
        municipality_id=actor.municipality_id,
        now=now,
        mail=False,
    )
    return appointment


def finish(
    *, actor: Actor, appointment: Appointment, until: dt.date, now: dt.datetime, reason: str = ""
) -> None:
    """Write the last day of an appointment and its event; the row stays as history."""
    appointment.until = until
    appointment.save(update_fields=["until"])
    record(
        action=actions.APPOINTMENT_ENDED,
        subject=subject_of(appointment),
        actor=actor,
        now=now,
        reason=reason,
        details=_days(appointment),
    )


@contextmanager
def keeping_an_administrator(actor: Actor, *, today: dt.date) -> Iterator[None]:
    """Refuse what happens inside when it opens a gap, from today on, in which nobody administers the municipality."""
    before = _uncovered(actor, today=today)
    yield
    after = _uncovered(actor, today=today)
    if after is not None and (before is None or after < before):
        raise AppointmentRefused(rules.LAST_ADMINISTRATOR)


def subject_of(appointment: Appointment) -> Subject:
    """The appointment as the trail names it."""
    label = f"{appointment.user.name} {appointment.department.name} {Role(appointment.role).label}"
    return Subject("accounts.appointment", str(appointment.public_id), label)


def _uncovered(actor: Actor, *, today: dt.date) -> dt.date | None:
    held = Appointment.objects.filter(
        department__municipality_id=actor.home_id, role=Role.ADMINISTRATOR, user__is_active=True
    )
    spans = [rules.Span(from_on, until) for from_on, until in held.values_list("from_on", "until")]
    return rules.first_uncovered_day(spans, since=today)


def _refuse(problem: str | None, *, field: str | None = None) -> None:
    if problem is not None:
        raise AppointmentRefused(problem, field=field)


def _days(appointment: Appointment) -> dict[str, str]:
    return {
        "from_on": appointment.from_on.isoformat(),
        "until": appointment.until.isoformat() if appointment.until else "",
    }


def _colleague(actor: Actor, user_id: uuid.UUID) -> User:
    found = colleagues(actor).filter(public_id=user_id).first()
    if found is None:
        raise NotVisible
    return found


def _overlap_problem(
    user: User, department: Department, role: str, *, from_on: dt.date, until: dt.date | None
) -> str | None:
    held = Appointment.objects.filter(Q(until__isnull=True) | Q(until__gte=from_on), user=user)
    if until is not None:
        held = held.filter(from_on__lte=until)
    if held.filter(department=department, role=role).exists():
        return f"{user.name}さんは、この期間にすでに{department.name}の{Role(role).label}です。"
    if held.exclude(department__municipality_id=department.municipality_id).exists():
        return f"{user.name}さんは、この期間にほかの自治体の辞令があるため任命できません。システムの管理者にお問い合わせください。"
    return None


def _add_person(actor: Actor, person: NewPerson, *, now: dt.datetime) -> User:
    if User.objects.filter(email__iexact=person.email).exists():
        raise AppointmentRefused(EMAIL_TAKEN, field="email")
    user = User.objects.create_user(person.email, None, name=person.name, kana=person.kana)
    record(action=actions.PERSON_ADDED, subject=_person(user), actor=actor, now=now)
    _invite(actor, user, now=now)
    return user


def _person(user: User) -> Subject:
    return Subject("accounts.user", str(user.public_id), user.name)


def _invite(actor: Actor, user: User, *, now: dt.datetime) -> None:
    """A notice whose mail carries a link made when it is sent. At most one a minute, however often it is asked."""
    sent = notify(
        recipient_id=user.pk,
        key=f"invitation:{user.public_id}:{now:%Y%m%d%H%M}",
        subject=f"{actor.municipality_name}から招待されました。パスワードを設定してください",
        body="住まいの輪の利用者として登録されました。メールのリンクからパスワードを設定してください。",
        path="",
        municipality_id=actor.municipality_id,
        now=now,
        link=Notice.Link.PASSWORD,
    )
    if sent is not None:
        record(action=actions.INVITED, subject=_person(user), actor=actor, now=now)
