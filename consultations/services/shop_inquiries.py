"""物件の問合せ: ask shops with a card, take their answers, name the person to one of them, end the rest.

The trail holds ids of inquiries, never a word of the card or of an answer; a mail holds a reference and a link.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import audit
from accounts.models import Notice
from accounts.outbox import call_back, link_maker, notify, periodic
from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case, ShopInquiry, ShopInquiryEvent
from consultations.rules.asking import (
    HOPEFUL,
    LINK_DAYS,
    MOST_TRIES,
    OPEN,
    STAGE_DAYS,
    STAGES,
    WAITING,
    Closed,
    InquiryEvent,
    InquiryState,
    answer_problems,
    closed_because,
    may_name,
    naming_problem,
    stage_problems,
    state_on,
    token_digest,
)
from consultations.rules.cards import ConditionsCard, Wish, build, is_rare, to_json, wish_problems
from consultations.rules.consents import Scope
from consultations.rules.words import CaseState, Confidentiality, PhoneRule
from consultations.selectors.inquiries import facts_of, names_of, scope_for, traits_in
from consultations.selectors.links import inquiries_by_link
from consultations.services.errors import InputMissing, NotFound, Refused, Stale
from consultations.services.locking import locked_case
from consultations.services.shop_links import (
    KEY_PREFIX,
    can_remake,
    code_digest,
    code_of,
    link_of,
    new_reference,
    path_of,
    token_of,
)
from consultations.services.trail import CASE, record
from councils.models import Shop
from councils.rules.words import ShopState

RARE = (
    "同じような条件の相談が、この協議会にいま5件より少ないです。町の人には、だれのことか分かるかもしれません。"
    "地域を広げるか、世帯や年代を外してください。このまま送るときは、下の欄に印を付けます。"
)
UNKNOWN = "このリンクは見つかりません。"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would go out: each different card with the shops that would see it, and whether it is rare."""

    cards: tuple[tuple[ConditionsCard, tuple[Shop, ...]], ...]
    is_rare: bool


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Name and telephone, for one shop, once it may know them."""

    name: str
    phone: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a sheet on paper needs; made anew each time it is printed."""

    inquiry: ShopInquiry
    path: str


# --- Asking ---


def preview(case: Case, *, shop_ids: Sequence[uuid.UUID], wish: Wish, now: dt.datetime) -> Preview:
    """What shops would see. Nothing is written. Raises `InputMissing`: fields `area`, `note`, `month`, `shops`."""
    day = timezone.localdate(now)
    problems = wish_problems(wish, names=names_of(case))
    shops = list(
        Shop.objects.filter(
            council=case.council_id, state=ShopState.REGISTERED, public_id__in=shop_ids
        ).order_by("kana", "name", "pk")
    )
    if not shops or len(shops) != len(set(shop_ids)):
        problems["shops"] = "問い合わせる店を、一つ以上選んでください。"
    facts = facts_of(case, day=day)
    cards: dict[ConditionsCard, list[Shop]] = {}
    for shop in shops:
        scope = scope_for(case, shop.pk, day=day)
        if Scope.CONDITIONS not in scope:
            problems["shops"] = (
                f"{shop.name}に条件を渡す同意がありません。同意の画面で「不動産店への物件の問合せ」を記録してください。"
            )
        cards.setdefault(build(facts, wish, scope=scope), []).append(shop)
    if problems:
        raise InputMissing(problems)
    traits = traits_in(case.council_id, day=day)
    return Preview(
        cards=tuple((card, tuple(group)) for card, group in cards.items()),
        is_rare=any(is_rare(card, traits) for card in cards),
    )


@transaction.atomic
def send(
    *,
    case_id: uuid.UUID,
    shop_ids: Sequence[uuid.UUID],
    wish: Wish,
    is_rare_accepted: bool,
    key: uuid.UUID,
    seen: int,
    actor: Actor,
    now: dt.datetime,
) -> list[ShopInquiry]:
    """Ask the shops; those with a mail address get the link. The same `key` again is the same sending.

    Raises `NotFound`, `Stale` where the case is not as it was previewed, `Refused`, `InputMissing`.
    """
    case = locked_case(case_id, actor=actor, now=now)
    if done := list(ShopInquiry.objects.filter(key=key, case=case).select_related("shop")):
        return done
    if case.revision != seen:
        raise Stale
    _expire(case, now=now)
    found = preview(case, shop_ids=shop_ids, wish=wish, now=now)
    if found.is_rare and not is_rare_accepted:
        raise InputMissing({"rare": RARE})
    running = case.inquiries.filter(state__in=OPEN, shop__public_id__in=shop_ids).select_related("shop")
    if asked := running.first():
        raise InputMissing(
            {"shops": f"{asked.shop.name}には、いま問い合わせています。回答を待つか、先に終えてください。"}
        )
    sent = [
        _ask(case, shop, card, rare=found.is_rare, key=key, actor=actor, now=now)
        for card, shops in found.cards
        for shop in shops
    ]
    return sent


def _ask(
    case: Case,
    shop: Shop,
    card: ConditionsCard,
    *,
    rare: bool,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> ShopInquiry:
    public_id = uuid.uuid4()
    inquiry = ShopInquiry.objects.create(
        public_id=public_id,
        key=key,
        case=case,
        shop=shop,
        reference=new_reference(),
        card=to_json(card),
        is_rare=rare,
        token_hash=token_digest(token_of(public_id)),
        code_hash=code_digest(public_id, code_of(public_id)),
        sent_at=now,
        sent_by_id=actor.user_id,
        expires_at=now + dt.timedelta(days=LINK_DAYS),
    )
    _step(inquiry, InquiryEvent.SENT, now=now, actor=actor)
    _record(inquiry, actions.SHOP_ASKED, actor=actor, now=now, rare=rare)
    _mail(inquiry, f"物件の問合せがあります(照会番号 {inquiry.reference})", what="", now=now, with_link=True)
    return inquiry


# --- By the link ---


@transaction.atomic
def mark_seen(*, token: str, now: dt.datetime) -> None:
    """The shop opened the link; once. Raises `NotFound`."""
    inquiry = _locked_by_link(token, now=now)
    if inquiry.state == InquiryState.SENT:
        _move(inquiry, InquiryState.SEEN, InquiryEvent.SEEN, now=now)


@transaction.atomic
def answer_by_link(
    *, token: str, has_home: bool, offer: str, rent_yen: int | None, reason: str, now: dt.datetime
) -> Closed | None:
    """Keep what the shop answers, once. Returns why it was not taken. Raises `NotFound`, `InputMissing`."""
    inquiry = _locked_by_link(token, now=now)
    if (closed := _closed(inquiry, now=now)) is not None:
        return closed
    if inquiry.state not in WAITING:
        return Closed.ANSWERED
    _answer(inquiry, has_home=has_home, offer=offer, rent_yen=rent_yen, reason=reason, actor=None, now=now)
    return None


@transaction.atomic
def read_contact(*, token: str, code: str, now: dt.datetime) -> tuple[Contact | None, str]:
    """Name and telephone for who holds link and code, or a sentence why not. A wrong code is counted; each reading is
    on record. Raises `NotFound`."""
    inquiry = _locked_by_link(token, now=now)
    if (closed := _closed(inquiry, now=now)) is not None:
        return None, str(closed.label)
    if not _may_name_now(inquiry, now=now):
        return None, "名前と電話番号は、いまはお伝えできません。相談窓口に電話してください。"
    if inquiry.tries >= MOST_TRIES:
        return None, str(Closed.LOCKED.label)
    if not constant_time_compare(inquiry.code_hash, code_digest(inquiry.public_id, code)):
        inquiry.tries += 1
        inquiry.save(update_fields=["tries"])
        _step(inquiry, InquiryEvent.CODE_WRONG, now=now)
        left = MOST_TRIES - inquiry.tries
        return None, f"番号が合いません。あと{left}回まちがえると、開けなくなります。" if left else str(
            Closed.LOCKED.label
        )
    _step(inquiry, InquiryEvent.CONTACT_READ, now=now)
    _record(inquiry, actions.SHOP_READ_NAME, actor=None, now=now)
    note = "留守番電話に残さないでください。" if inquiry.case.phone_rule == PhoneRule.NO_MESSAGE else ""
    name, call_name, phone = Case.objects.values_list("name", "call_name", "phone").get(pk=inquiry.case_id)
    return Contact(name=name or call_name, phone=phone, note=note), ""


def _may_name_now(inquiry: ShopInquiry, *, now: dt.datetime) -> bool:
    """Judged anew each time: a consent may be gone, the case under protection, the telephone dangerous since."""
    scope = scope_for(inquiry.case, inquiry.shop_id, day=timezone.localdate(now))
    return may_name(inquiry.state, scope=scope) and not _naming_problem(
        inquiry, is_sure=inquiry.is_named_protected, now=now
    )


# --- At the desk ---


@transaction.atomic
def answer_for_shop(
    *,
    case_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    has_home: bool,
    offer: str,
    rent_yen: int | None,
    reason: str,
    seen: int,
    actor: Actor,
    now: dt.datetime,
) -> ShopInquiry:
    """What a shop told by telephone or fax. Raises `NotFound`, `Stale`, `Refused`, `InputMissing`."""
    inquiry = _locked(case_id, inquiry_id, seen=seen, actor=actor, now=now)
    if inquiry.state not in WAITING:
        raise Refused("この問合せには、もう回答があるか、終わっています。")
    _answer(inquiry, has_home=has_home, offer=offer, rent_yen=rent_yen, reason=reason, actor=actor, now=now)
    return inquiry


@transaction.atomic
def disclose(
    *,
    case_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    is_sure: bool,
    seen: int,
    actor: Actor,
    now: dt.datetime,
) -> ShopInquiry:
    """Let one shop see name and telephone. One at a time. Raises `NotFound`, `Stale`, `Refused`, `InputMissing`."""
    inquiry = _locked(case_id, inquiry_id, seen=seen, actor=actor, now=now)
    if inquiry.state == InquiryState.DISCLOSED:
        return inquiry
    if inquiry.state != InquiryState.YES:
        raise Refused("名前を伝えられるのは、「心当たりあり」と答えた店だけです。")
    others = inquiry.case.inquiries.filter(state=InquiryState.DISCLOSED).exclude(pk=inquiry.pk)
    if other := others.select_related("shop").first():
        raise Refused(f"{other.shop.name}に名前を伝えています。先にその問合せを終えてください。")
    if problem := _naming_problem(inquiry, is_sure=is_sure, now=now):
        raise InputMissing({"is_sure": problem})
    inquiry.is_named_protected = inquiry.case.confidentiality == Confidentiality.PROTECTED
    inquiry.expires_at = now + dt.timedelta(days=LINK_DAYS)
    _move(inquiry, InquiryState.DISCLOSED, InquiryEvent.DISCLOSED, now=now, actor=actor)
    _record(inquiry, actions.SHOP_NAMED, actor=actor, now=now)
    subject = f"ご案内を進めてください(照会番号 {inquiry.reference})"
    _mail(inquiry, subject, what=f"named:{inquiry.revision}", now=now, with_link=True)
    return inquiry


@transaction.atomic
def tell_stage(
    *,
    case_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    stage: str,
    happened_on: dt.date,
    seen: int,
    actor: Actor,
    now: dt.datetime,
) -> ShopInquiry:
    """Keep that a room was seen, applied for, or what the screening said. The inquiry runs on from now.

    Raises `NotFound`, `Stale`, `Refused`, `InputMissing`: `stage`, `happened_on`.
    """
    inquiry = _locked(case_id, inquiry_id, seen=seen, actor=actor, now=now)
    if inquiry.state not in HOPEFUL:
        raise Refused("内見や申込を記録できるのは、「心当たりあり」と答えた店の問合せだけです。")
    told = list(inquiry.events.filter(kind__in=STAGES))
    answered_on = timezone.localdate(inquiry.answered_at or inquiry.sent_at)
    problems = stage_problems(
        stage,
        told=[row.kind for row in told],
        happened_on=happened_on,
        since=max((row.happened_on for row in told if row.happened_on), default=answered_on),
        today=timezone.localdate(now),
    )
    if problems:
        raise InputMissing(problems)
    inquiry.expires_at = max(inquiry.expires_at, now + dt.timedelta(days=STAGE_DAYS))
    inquiry.revision += 1
    inquiry.save(update_fields=["expires_at", "revision"])
    _step(inquiry, InquiryEvent(stage), now=now, actor=actor, happened_on=happened_on)
    _record(inquiry, actions.SHOP_STAGE, actor=actor, now=now)
    return inquiry


@transaction.atomic
def contract(
    *, case_id: uuid.UUID, inquiry_id: uuid.UUID, seen: int, actor: Actor, now: dt.datetime
) -> ShopInquiry:
    """This shop found the home: the others are told that it is over. Raises `NotFound`, `Stale`, `Refused`."""
    inquiry = _locked(case_id, inquiry_id, seen=seen, actor=actor, now=now)
    if inquiry.state == InquiryState.CONTRACTED:
        return inquiry
    if inquiry.state not in HOPEFUL:
        raise Refused("成約にできるのは、「心当たりあり」と答えた店の問合せだけです。")
    _move(inquiry, InquiryState.CONTRACTED, InquiryEvent.CONTRACTED, now=now, actor=actor)
    _record(inquiry, actions.SHOP_ENDED, actor=actor, now=now)
    end_open(inquiry.case, actor=actor, now=now)
    return inquiry


@transaction.atomic
def end(
    *, case_id: uuid.UUID, inquiry_id: uuid.UUID, seen: int, actor: Actor, now: dt.datetime
) -> ShopInquiry:
    """No more of this shop; it is told. Raises `NotFound`, `Stale`, `Refused`."""
    inquiry = _locked(case_id, inquiry_id, seen=seen, actor=actor, now=now)
    if inquiry.state not in OPEN:
        raise Refused("この問合せは、もう終わっています。")
    _end(inquiry, actor=actor, now=now)
    return inquiry


@transaction.atomic
def print_sheet(*, case_id: uuid.UUID, inquiry_id: uuid.UUID, actor: Actor, now: dt.datetime) -> Sheet:
    """The link for paper; each printing is on record. Raises `NotFound`, `Refused`."""
    case = locked_case(case_id, actor=actor, now=now)
    inquiry = _of_case(case, inquiry_id)
    if state_on(inquiry.state, expires_at=inquiry.expires_at, now=now) not in OPEN:
        raise Refused("この問合せは終わっているので、問合せ票は刷れません。")
    if not can_remake(inquiry):
        raise Refused("このリンクは作り直せません。この問合せを終えて、もう一度問い合わせてください。")
    _record(inquiry, actions.SHOP_SHEET_PRINTED, actor=actor, now=now)
    return Sheet(inquiry=inquiry, path=path_of(inquiry.public_id))


def code_to_tell(inquiry: ShopInquiry) -> str:
    """The code for the telephone, 123 456; never on the way the link takes. "" when it cannot be made any more."""
    code = code_of(inquiry.public_id)
    return f"{code[:3]} {code[3:]}" if can_remake(inquiry) else ""


def end_open(case: Case, *, actor: Actor, now: dt.datetime) -> None:
    """End whatever is still open of a case, under the caller's lock; the shops are told by reference."""
    _expire(case, now=now)
    for inquiry in case.inquiries.filter(state__in=OPEN).select_related("shop"):
        inquiry.case = case
        _end(inquiry, actor=actor, now=now)


def end_uncovered(case: Case, *, actor: Actor, now: dt.datetime) -> None:
    """End what no consent covers any longer, under the caller's lock."""
    day = timezone.localdate(now)
    for inquiry in case.inquiries.filter(state__in=OPEN).select_related("shop"):
        inquiry.case = case
        scope = scope_for(case, inquiry.shop_id, day=day)
        is_named = inquiry.state == InquiryState.DISCLOSED
        if Scope.CONDITIONS not in scope or (is_named and Scope.CONTACT not in scope):
            _end(inquiry, actor=actor, now=now)


def expire_inquiries(*, now: dt.datetime) -> str:
    """Write down what ran out. Pages judge by the day itself and do not wait for this."""
    due = ShopInquiry.objects.filter(state__in=OPEN, expires_at__lte=now)
    count = 0
    for case_id in sorted(set(due.values_list("case", flat=True))):
        with transaction.atomic():
            list(Case.objects.select_for_update().filter(pk=case_id).values_list("pk"))
            count += _expire(Case.objects.get(pk=case_id), now=now)
    return f"{count}件が期限切れ"


def register() -> None:
    """Tell the outbox how the link is made, and the worker what to do each hour."""
    link_maker(Notice.Link.SHOP)(link_of)
    periodic("expire_shop_inquiries", every=dt.timedelta(hours=1))(expire_inquiries)


# --- Steps ---


def _answer(
    inquiry: ShopInquiry,
    *,
    has_home: bool,
    offer: str,
    rent_yen: int | None,
    reason: str,
    actor: Actor | None,
    now: dt.datetime,
) -> None:
    problems = answer_problems(has_home=has_home, offer=offer, reason=reason)
    if problems:
        raise InputMissing(problems)
    inquiry.answered_at = now
    inquiry.offer = offer.strip() if has_home else ""
    inquiry.rent_offered_yen = rent_yen if has_home else None
    inquiry.no_reason = "" if has_home else reason
    state, event = (InquiryState.YES, InquiryEvent.YES) if has_home else (InquiryState.NO, InquiryEvent.NO)
    if has_home:
        inquiry.expires_at = now + dt.timedelta(days=LINK_DAYS)
    _move(inquiry, state, event, now=now, actor=actor)
    _record(inquiry, actions.SHOP_ANSWERED, actor=actor, now=now)
    if actor is None:
        _tell_desk(inquiry, now=now)


def _locked(
    case_id: uuid.UUID, inquiry_id: uuid.UUID, *, seen: int, actor: Actor, now: dt.datetime
) -> ShopInquiry:
    case = locked_case(case_id, actor=actor, now=now)
    _expire(case, now=now)
    inquiry = _of_case(case, inquiry_id)
    if inquiry.revision != seen:
        raise Stale
    return inquiry


def _of_case(case: Case, inquiry_id: uuid.UUID) -> ShopInquiry:
    inquiry = case.inquiries.select_related("shop").filter(public_id=inquiry_id).first()
    if inquiry is None:
        raise NotFound("この問合せは見つかりません。")
    inquiry.case = case
    return inquiry


def _locked_by_link(token: str, *, now: dt.datetime) -> ShopInquiry:
    """The inquiry under the lock of its case, the same order as everywhere."""
    found = ShopInquiry.objects.filter(token_hash=token_digest(token)).values_list("case", "pk").first()
    if found is None:
        raise NotFound(UNKNOWN)
    list(Case.objects.select_for_update().filter(pk=found[0]).values_list("pk"))
    inquiry = inquiries_by_link().get(pk=found[1])
    if state_on(inquiry.state, expires_at=inquiry.expires_at, now=now) == InquiryState.EXPIRED:
        inquiry.state = InquiryState.EXPIRED
    return inquiry


def _closed(inquiry: ShopInquiry, *, now: dt.datetime) -> Closed | None:
    scope = scope_for(inquiry.case, inquiry.shop_id, day=timezone.localdate(now))
    return closed_because(inquiry.state, is_case_open=inquiry.case.state == CaseState.OPEN, scope=scope)


def _naming_problem(inquiry: ShopInquiry, *, is_sure: bool, now: dt.datetime) -> str:
    case = inquiry.case
    return naming_problem(
        scope=scope_for(case, inquiry.shop_id, day=timezone.localdate(now)),
        has_phone=Case.objects.filter(pk=case.pk, phone__regex=r"\S").exists(),
        phone_rule=case.phone_rule,
        is_protected=case.confidentiality == Confidentiality.PROTECTED,
        is_sure=is_sure,
    )


def _expire(case: Case, *, now: dt.datetime) -> int:
    due = list(case.inquiries.filter(state__in=OPEN, expires_at__lte=now))
    for inquiry in due:
        _move(inquiry, InquiryState.EXPIRED, InquiryEvent.EXPIRED, now=now)
    return len(due)


def _end(inquiry: ShopInquiry, *, actor: Actor, now: dt.datetime) -> None:
    _move(inquiry, InquiryState.CLOSED, InquiryEvent.CLOSED, now=now, actor=actor)
    _record(inquiry, actions.SHOP_ENDED, actor=actor, now=now)
    for notice_id in Notice.objects.filter(key__startswith=f"{KEY_PREFIX}{inquiry.public_id}").values_list(
        "pk", flat=True
    ):
        call_back(notice_id)
    subject = f"問合せは終わりました。お控えは処分してください(照会番号 {inquiry.reference})"
    _mail(inquiry, subject, what="closed", now=now, with_link=False)


def _move(
    inquiry: ShopInquiry,
    state: InquiryState,
    event: InquiryEvent,
    *,
    now: dt.datetime,
    actor: Actor | None = None,
) -> None:
    inquiry.state = state
    inquiry.revision += 1
    inquiry.save()
    _step(inquiry, event, now=now, actor=actor)


def _step(
    inquiry: ShopInquiry,
    kind: InquiryEvent,
    *,
    now: dt.datetime,
    actor: Actor | None = None,
    happened_on: dt.date | None = None,
) -> None:
    ShopInquiryEvent.objects.create(
        case_id=inquiry.case_id,
        inquiry=inquiry,
        kind=kind,
        at=now,
        happened_on=happened_on,
        user_id=actor.user_id if actor else None,
    )


def _mail(inquiry: ShopInquiry, subject: str, *, what: str, now: dt.datetime, with_link: bool) -> None:
    """To a shop that has a mail address: the reference, and the link that is made when it is sent."""
    if not inquiry.shop.email:
        return
    notify(
        recipient_id=None,
        address=inquiry.shop.email,
        key=f"{KEY_PREFIX}{inquiry.public_id}{f':{what}' if what else ''}",
        subject=subject,
        body="",
        path="",
        municipality_id=inquiry.case.desk.municipality_id,
        now=now,
        link=Notice.Link.SHOP if with_link else Notice.Link.PAGE,
    )


def _tell_desk(inquiry: ShopInquiry, *, now: dt.datetime) -> None:
    """Who is in charge, in the inbox, by the number of the case."""
    case = inquiry.case
    if case.assigned_to_id is None:
        return
    notify(
        recipient_id=case.assigned_to_id,
        key=f"shop-answered:{inquiry.public_id}",
        subject=f"店から回答がありました({case.number})",
        body=f"{case.number}: 店から回答がありました。問合せを開いて確かめてください。",
        path=reverse("consultations:shop_inquiries", args=[case.public_id]),
        municipality_id=case.desk.municipality_id,
        now=now,
        mail=False,
    )


def _record(
    inquiry: ShopInquiry, action: str, *, actor: Actor | None, now: dt.datetime, rare: bool | None = None
) -> None:
    """By ids. `rare`: sent although few are alike."""
    case = inquiry.case
    details = {"inquiry": str(inquiry.public_id), **({} if rare is None else {"rare": rare})}
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
        actor_role="協力不動産店",
        actor_organisation=inquiry.shop.name,
    )
