"""関係機関への紹介: send what a consent covers, take the answer, end it.

The trail holds ids of referrals, never a word of a packet or of an answer; a mail holds a reference and a link. The code that
opens the packet goes by telephone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import audit
from accounts.models import Notice
from accounts.outbox import call_back, link_maker, notify, periodic
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations import actions
from consultations.models import Agency, Case, ConsentEvent, Referral, ReferralEvent
from consultations.rules.asking import in_groups, token_digest
from consultations.rules.referring import (
    ACCEPTED_DAYS,
    LINK_DAYS,
    MOST_TRIES,
    OPEN,
    WAITING,
    AgencyKind,
    Closed,
    ReferralState,
    ReferralStep,
    answer_problems,
    packet_of,
    referral_problems,
    shown_packet,
    state_on,
)
from consultations.rules.words import Confidentiality
from consultations.selectors.inquiries import names_of
from consultations.selectors.links import referrals_by_link
from consultations.selectors.referrals import (
    closed_now,
    consent_for,
    covered_now,
    directory_of,
    facts_of,
    shut_because,
)
from consultations.services.errors import InputMissing, NotFound, Refused, Stale
from consultations.services.locking import locked_case
from consultations.services.shop_links import code_digest, code_of, new_reference, token_of
from consultations.services.trail import CASE, record, record_desk
from councils.models import Council
from japan.folding import fold

KEY_PREFIX = "referral:"
UNKNOWN = "このリンクは見つかりません。"
Packet = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would go out, to whom, under which consent."""

    agency: Agency
    consent: ConsentEvent
    packet: Packet


# --- The directory ---


@transaction.atomic
def save_agency(
    *,
    agency_id: uuid.UUID | None,
    values: Mapping[str, str],
    is_active: bool,
    actor: Actor,
    now: dt.datetime,
    council_id: uuid.UUID | None = None,
) -> Agency:
    """Add an agency (`None`) to a council's directory, or change it. Only its 相談責任者; `council_id`: as `directory_of`.

    Raises `NotFound`, `InputMissing`.
    """
    try:
        directory = directory_of(actor, council_id=council_id, day=timezone.localdate(now))
    except NotVisible as error:
        raise NotFound("この操作はできません。") from error
    if not directory.may_change:
        raise NotFound("この操作はできません。")
    council = directory.council
    list(Council.objects.select_for_update().filter(pk=council.pk).values_list("pk"))
    agency = Agency(council=council)
    if agency_id is not None:
        found = Agency.objects.select_for_update().filter(council=council, public_id=agency_id).first()
        if found is None:
            raise NotFound("この関係機関は見つかりません。")
        agency = found
    problems = _agency_problems(agency, values)
    if problems:
        raise InputMissing(problems)
    for field in ("kind", "name", "phone", "fax", "email"):
        setattr(agency, field, values.get(field, "").strip())
    agency.is_active = is_active
    agency.save()
    desk = council.desks.order_by("pk")[0]
    details = {"agency": str(agency.public_id), "is_active": is_active}
    record_desk(desk, action=actions.AGENCY_SAVED, actor=actor, now=now, details=details)
    return agency


def _agency_problems(agency: Agency, values: Mapping[str, str]) -> dict[str, str]:
    found = {}
    if values.get("kind") not in AgencyKind.values:
        found["kind"] = "種類を選んでください。"
    wanted = fold(values.get("name", ""))
    if not wanted:
        found["name"] = "名称を書いてください。"
        return found
    # Folded, as consents are read: otherwise one consent would name two agencies.
    others = Agency.objects.filter(council=agency.council_id).exclude(pk=agency.pk)
    if wanted in {fold(name) for name in others.values_list("name", flat=True)}:
        found["name"] = "この名称の関係機関は、もう登録されています。"
    return found


# --- Referring ---


def preview(
    case: Case,
    *,
    agency_id: uuid.UUID,
    pieces: Sequence[str],
    request: str,
    is_sure: bool,
    now: dt.datetime,
) -> Preview:
    """What the agency would see. Nothing is written. Raises `InputMissing`: `agency`, `pieces`, `request`, `is_sure`."""
    day = timezone.localdate(now)
    agency = Agency.objects.filter(council=case.council_id, public_id=agency_id, is_active=True).first()
    if agency is None:
        raise InputMissing({"agency": "紹介する関係機関を選んでください。"})
    consent = consent_for(case, agency, pieces=pieces, day=day)
    if consent is None:
        raise InputMissing(
            {
                "agency": f"{agency.name}に伝える同意がありません。同意の画面で「関係機関との共有・紹介」を、渡す相手に「{agency.name}」と書いて記録してください。"
            }
        )
    problems = referral_problems(
        pieces=pieces,
        scope=consent.scope,
        request=request,
        is_protected=case.confidentiality == Confidentiality.PROTECTED,
        is_sure=is_sure,
        names=names_of(case),
    )
    if problems:
        raise InputMissing(problems)
    packet = packet_of(facts_of(case, day=day), request=request, scope=pieces)
    return Preview(agency=agency, consent=consent, packet=packet)


@transaction.atomic
def refer(
    *,
    case_id: uuid.UUID,
    agency_id: uuid.UUID,
    pieces: Sequence[str],
    request: str,
    is_sure: bool,
    key: uuid.UUID,
    seen: int,
    actor: Actor,
    now: dt.datetime,
) -> Referral:
    """Refer to the agency; with a mail address it gets the link. The same `key` again is the same referral.

    Raises `NotFound`, `Stale` where the case is not as it was previewed, `Refused`, `InputMissing`.
    """
    case = locked_case(case_id, actor=actor, now=now)
    if done := Referral.objects.filter(key=key, case=case).first():
        return done
    if case.revision != seen:
        raise Stale
    _expire(case, now=now)
    found = preview(case, agency_id=agency_id, pieces=pieces, request=request, is_sure=is_sure, now=now)
    agency = found.agency
    if case.referrals.filter(agency=agency, state__in=OPEN).exists():
        raise InputMissing({"agency": f"{agency.name}には、いま紹介しています。先にそちらを終えてください。"})
    public_id = uuid.uuid4()
    referral = Referral.objects.create(
        public_id=public_id,
        key=key,
        case=case,
        agency=agency,
        consent=found.consent,
        reference=new_reference(),
        pieces=list(pieces),
        packet=[list(row) for row in found.packet],
        is_sure=is_sure,
        token_hash=token_digest(token_of(public_id)),
        code_hash=code_digest(public_id, code_of(public_id)),
        sent_at=now,
        sent_by_id=actor.user_id,
        expires_at=now + dt.timedelta(days=LINK_DAYS),
    )
    _step(referral, ReferralStep.SENT, now=now, actor=actor)
    _record(referral, actions.REFERRED, actor=actor, now=now)
    _mail(
        referral, f"ご相談の紹介があります(紹介番号 {referral.reference})", what="", now=now, with_link=True
    )
    return referral


# --- By link and code ---


@transaction.atomic
def read_packet(*, token: str, code: str, now: dt.datetime) -> tuple[Packet | None, str]:
    """What was sent, for who holds link and code, or a sentence why not. A wrong code is counted; each reading is on record.

    Raises `NotFound`.
    """
    referral = _locked_by_link(token)
    why = _opens(referral, code, now=now)
    if why:
        return None, why
    if referral.state == ReferralState.SENT:
        _move(referral, ReferralState.SEEN, ReferralStep.SEEN, now=now)
    else:
        _step(referral, ReferralStep.READ, now=now)
    _record(referral, actions.REFERRAL_READ, actor=None, now=now)
    return shown_packet(referral.packet, phone_rule=referral.case.phone_rule), ""


@transaction.atomic
def answer_by_link(
    *, token: str, code: str, is_accepted: bool, reason: str, reply: str, now: dt.datetime
) -> str:
    """Keep what the agency answers, once. Returns a sentence why it was not taken, or "". Raises `NotFound`, `InputMissing`."""
    referral = _locked_by_link(token)
    why = _opens(referral, code, now=now)
    if why:
        return why
    if referral.state not in WAITING:
        return str(Closed.DECLINED.label)
    _answer(referral, is_accepted=is_accepted, reason=reason, reply=reply, actor=None, now=now)
    return ""


@transaction.atomic
def finish_by_link(*, token: str, code: str, now: dt.datetime) -> str:
    """The agency says that it is done; its access ends. Returns a sentence why it was not taken, or "". Raises `NotFound`."""
    referral = _locked_by_link(token)
    why = _opens(referral, code, now=now)
    if why:
        return why
    if referral.state != ReferralState.ACCEPTED:
        return "先に、引き受けるか断るかを選んでください。"
    _move(referral, ReferralState.DONE, ReferralStep.DONE, now=now)
    _record(referral, actions.REFERRAL_ENDED, actor=None, now=now)
    _tell_desk(referral, "関係機関が済んだと知らせました", what="done", now=now)
    return ""


def _opens(referral: Referral, code: str, *, now: dt.datetime) -> str:
    """Why link and code open nothing; "" when they do. A wrong code is counted."""
    closed = closed_now(referral, now=now)
    if closed is not None:
        return str(closed.label)
    if constant_time_compare(referral.code_hash, code_digest(referral.public_id, code)):
        return ""
    referral.tries += 1
    referral.save(update_fields=["tries"])
    _step(referral, ReferralStep.CODE_WRONG, now=now)
    left = MOST_TRIES - referral.tries
    if left:
        return f"番号が合いません。あと{left}回まちがえると、開けなくなります。"
    return f"{Closed.LOCKED.label}相談窓口に電話してください。"


# --- At the desk ---


@transaction.atomic
def answer_for_agency(
    *,
    case_id: uuid.UUID,
    referral_id: uuid.UUID,
    is_accepted: bool,
    reason: str,
    reply: str,
    seen: int,
    actor: Actor,
    now: dt.datetime,
) -> Referral:
    """What an agency told by telephone. Raises `NotFound`, `Stale`, `Refused`, `InputMissing`."""
    referral = _locked(case_id, referral_id, seen=seen, actor=actor, now=now)
    if referral.state not in WAITING:
        raise Refused("この紹介には、もう回答があるか、終わっています。")
    _answer(referral, is_accepted=is_accepted, reason=reason, reply=reply, actor=actor, now=now)
    return referral


@transaction.atomic
def finish(
    *, case_id: uuid.UUID, referral_id: uuid.UUID, seen: int, actor: Actor, now: dt.datetime
) -> Referral:
    """It is done; the agency's access ends. Raises `NotFound`, `Stale`, `Refused`."""
    referral = _locked(case_id, referral_id, seen=seen, actor=actor, now=now)
    if referral.state != ReferralState.ACCEPTED:
        raise Refused("済みにできるのは、引き受けた紹介だけです。")
    _move(referral, ReferralState.DONE, ReferralStep.DONE, now=now, actor=actor)
    _record(referral, actions.REFERRAL_ENDED, actor=actor, now=now)
    return referral


@transaction.atomic
def revoke(
    *, case_id: uuid.UUID, referral_id: uuid.UUID, seen: int, actor: Actor, now: dt.datetime
) -> Referral:
    """No more of this agency; it is told by reference. Raises `NotFound`, `Stale`, `Refused`."""
    referral = _locked(case_id, referral_id, seen=seen, actor=actor, now=now)
    if referral.state not in OPEN:
        raise Refused("この紹介は、もう終わっています。")
    _end(referral, actor=actor, now=now)
    return referral


def end_open_referrals(case: Case, *, actor: Actor, now: dt.datetime) -> None:
    """End whatever is still open of a case, under the caller's lock."""
    _expire(case, now=now)
    for referral in case.referrals.filter(state__in=OPEN).select_related("agency"):
        referral.case = case
        _end(referral, actor=actor, now=now)


def end_uncovered_referrals(case: Case, *, actor: Actor, now: dt.datetime) -> None:
    """End what no consent covers any longer, under the caller's lock."""
    _expire(case, now=now)
    day = timezone.localdate(now)
    for referral in case.referrals.filter(state__in=OPEN).select_related("agency"):
        referral.case = case
        if not set(referral.pieces) <= covered_now(referral, day=day):
            _end(referral, actor=actor, now=now)


def code_to_tell(referral: Referral) -> str:
    """The code for the telephone, 123 456; never on the way the link takes. "" when it cannot be made any more."""
    code = code_of(referral.public_id)
    return f"{code[:3]} {code[3:]}" if _can_remake(referral) else ""


@transaction.atomic
def print_sheet(*, case_id: uuid.UUID, referral_id: uuid.UUID, actor: Actor, now: dt.datetime) -> str:
    """The path of the link for paper; each printing is on record. Raises `NotFound`, `Refused`."""
    case = locked_case(case_id, actor=actor, now=now)
    referral = _of_case(case, referral_id)
    if state_on(referral.state, expires_at=referral.expires_at, now=now) not in OPEN:
        raise Refused("この紹介は終わっているので、紹介票は刷れません。")
    if shut := shut_because(referral, now=now):
        raise Refused(shut)
    if not _can_remake(referral):
        raise Refused("このリンクは作り直せません。この紹介を取りやめて、もう一度紹介してください。")
    _record(referral, actions.REFERRAL_PRINTED, actor=actor, now=now)
    return path_of(referral.public_id)


def path_of(public_id: uuid.UUID) -> str:
    """The page of the link."""
    return reverse("consultations:referral_link", args=[in_groups(token_of(public_id))])


def link_of(notice: Notice) -> str:
    """The link of a mail, made when it is sent."""
    return path_of(uuid.UUID(notice.key.removeprefix(KEY_PREFIX).partition(":")[0]))


def expire_referrals(*, now: dt.datetime) -> str:
    """Write down what ran out. Pages judge by the day itself and do not wait for this."""
    due = Referral.objects.filter(state__in=OPEN, expires_at__lte=now)
    count = 0
    for case_id in sorted(set(due.values_list("case", flat=True))):
        with transaction.atomic():
            list(Case.objects.select_for_update().filter(pk=case_id).values_list("pk"))
            count += _expire(Case.objects.get(pk=case_id), now=now)
    return f"{count}件が期限切れ"


def register() -> None:
    """Tell the outbox how the link is made, and the worker what to do each hour."""
    link_maker(Notice.Link.REFERRAL)(link_of)
    periodic("expire_referrals", every=dt.timedelta(hours=1))(expire_referrals)


# --- Steps ---


def _answer(
    referral: Referral, *, is_accepted: bool, reason: str, reply: str, actor: Actor | None, now: dt.datetime
) -> None:
    problems = answer_problems(is_accepted=is_accepted, reason=reason, reply=reply)
    if problems:
        raise InputMissing(problems)
    referral.answered_at = now
    referral.reply = reply.strip()
    referral.decline_reason = "" if is_accepted else reason
    if is_accepted:
        referral.expires_at = now + dt.timedelta(days=ACCEPTED_DAYS)
        _move(referral, ReferralState.ACCEPTED, ReferralStep.ACCEPTED, now=now, actor=actor)
    else:
        _move(referral, ReferralState.DECLINED, ReferralStep.DECLINED, now=now, actor=actor)
    _record(referral, actions.REFERRAL_ANSWERED, actor=actor, now=now)
    if actor is None:
        _tell_desk(referral, "関係機関から回答がありました", what="answered", now=now)


def _locked(
    case_id: uuid.UUID, referral_id: uuid.UUID, *, seen: int, actor: Actor, now: dt.datetime
) -> Referral:
    case = locked_case(case_id, actor=actor, now=now)
    _expire(case, now=now)
    referral = _of_case(case, referral_id)
    if referral.revision != seen:
        raise Stale
    return referral


def _of_case(case: Case, referral_id: uuid.UUID) -> Referral:
    referral = case.referrals.select_related("agency").filter(public_id=referral_id).first()
    if referral is None:
        raise NotFound("この紹介は見つかりません。")
    referral.case = case
    return referral


def _locked_by_link(token: str) -> Referral:
    """The referral under the lock of its case, the same order as everywhere."""
    found = Referral.objects.filter(token_hash=token_digest(token)).values_list("case", "pk").first()
    if found is None:
        raise NotFound(UNKNOWN)
    list(Case.objects.select_for_update().filter(pk=found[0]).values_list("pk"))
    return referrals_by_link().get(pk=found[1])


def _can_remake(referral: Referral) -> bool:
    """Whether the link can still be computed: not when the key of the site was changed since it was sent."""
    return token_digest(token_of(referral.public_id)) == referral.token_hash


def _expire(case: Case, *, now: dt.datetime) -> int:
    due = list(case.referrals.filter(state__in=OPEN, expires_at__lte=now))
    for referral in due:
        _move(referral, ReferralState.EXPIRED, ReferralStep.EXPIRED, now=now)
    return len(due)


def _end(referral: Referral, *, actor: Actor, now: dt.datetime) -> None:
    _move(referral, ReferralState.REVOKED, ReferralStep.REVOKED, now=now, actor=actor)
    _record(referral, actions.REFERRAL_ENDED, actor=actor, now=now)
    sent = Notice.objects.filter(key__startswith=f"{KEY_PREFIX}{referral.public_id}")
    for notice_id in sent.values_list("pk", flat=True):
        call_back(notice_id)
    subject = f"紹介は終わりました。お控えは処分してください(紹介番号 {referral.reference})"
    _mail(referral, subject, what="ended", now=now, with_link=False)


def _move(
    referral: Referral,
    state: ReferralState,
    step: ReferralStep,
    *,
    now: dt.datetime,
    actor: Actor | None = None,
) -> None:
    referral.state = state
    referral.revision += 1
    referral.save()
    _step(referral, step, now=now, actor=actor)


def _step(referral: Referral, kind: ReferralStep, *, now: dt.datetime, actor: Actor | None = None) -> None:
    ReferralEvent.objects.create(
        case_id=referral.case_id,
        referral=referral,
        kind=kind,
        at=now,
        user_id=actor.user_id if actor else None,
    )


def _mail(referral: Referral, subject: str, *, what: str, now: dt.datetime, with_link: bool) -> None:
    """To an agency that has a mail address: the reference, and the link that is made when it is sent."""
    if not referral.agency.email:
        return
    notify(
        recipient_id=None,
        address=referral.agency.email,
        key=f"{KEY_PREFIX}{referral.public_id}{f':{what}' if what else ''}",
        subject=subject,
        body="",
        path="",
        municipality_id=referral.case.desk.municipality_id,
        now=now,
        link=Notice.Link.REFERRAL if with_link else Notice.Link.PAGE,
    )


def _tell_desk(referral: Referral, words: str, *, what: str, now: dt.datetime) -> None:
    """Who is in charge, in the inbox, by the number of the case."""
    case = referral.case
    if case.assigned_to_id is None:
        return
    notify(
        recipient_id=case.assigned_to_id,
        key=f"referral-{what}:{referral.public_id}",
        subject=f"{words}({case.number})",
        body=f"{case.number}: {words}。紹介を開いて確かめてください。",
        path=reverse("consultations:referrals", args=[case.public_id]),
        municipality_id=case.desk.municipality_id,
        now=now,
        mail=False,
    )


def _record(referral: Referral, action: str, *, actor: Actor | None, now: dt.datetime) -> None:
    """By ids."""
    case, details = referral.case, {"referral": str(referral.public_id)}
    if actor is not None:
        record(case, action=action, actor=actor, now=now, details=details)
        return
    audit.record(
        action=action,
        subject=audit.Subject(type=CASE, id=str(case.public_id), label=case.number),
        actor=None,
        now=now,
        municipality_code=case.desk.municipality.code,
        details=details,
        actor_role="関係機関",
        actor_organisation=referral.agency.name,
    )
