"""The audit trail: the only writer of events, the seals over them, and the proof that nothing was touched.

Three steps keep the trail honest (docs/adr/0003-audit-seals.md):

1. `record` writes an event in the caller's transaction, with a keyed digest of its content. Triggers refuse changes.
2. `seal`, a periodic job, chains a keyed hash over the ids and digests of the events since the last seal.
3. `verify` reads all of it again and names the first thing that is not as it was written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Count, Max, Min, QuerySet

from accounts.logs import request_id
from accounts.models import AuditEvent, AuditSeal
from accounts.rules.actor import Actor

#: What stands before the first seal.
GENESIS: Final = "0" * 64
#: Who acted when nobody was signed in: the worker, a command.
SYSTEM: Final = "システム"
#: How long the sealer waits for writers that are in the middle of a transaction, in milliseconds (PostgreSQL).
WAIT_FOR_WRITERS_MS: Final = 2_000

_SIGNED: Final = (
    *("request_id", "municipality_code", "action", "subject_type", "subject_id", "subject_label"),
    *("from_state", "to_state", "actor_id", "actor_name", "actor_role", "actor_organisation"),
    *("reason", "legal_basis", "details", "nonce"),
)

_labels: dict[str, str] = {}


class AuditError(Exception):
    """An event that cannot be written as given: a mistake of the calling code."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about: a stable type (`certification.application`), its id as text, and how people call it."""

    type: str
    id: str
    label: str


def name_actions(labels: Mapping[str, str]) -> None:
    """Give action codes their Japanese names, for the timeline and the search. Each app calls this at its start."""
    _labels.update(labels)


def action_label(action: str) -> str:
    """The Japanese name of an action; the code itself where none was given."""
    return _labels.get(action, action)


def action_choices() -> list[tuple[str, str]]:
    """All named actions as (code, name), by code."""
    return sorted(_labels.items())


def record(
    *,
    action: str,
    subject: Subject,
    actor: Actor | None,
    now: dt.datetime,
    municipality_code: str = "",
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    legal_basis: str = "",
    details: Mapping[str, Any] | None = None,
    actor_role: str | None = None,
    actor_organisation: str | None = None,
) -> AuditEvent:
    """Write one event in the transaction of the caller; it stands or falls with the act.

    `municipality_code` is the actor's own when left out. `actor_role` and `actor_organisation` replace what the posts
    say, for people who act without a post (申請者). `details` is small JSON of texts, whole numbers, booleans, lists and
    dicts; it must hold no personal free text.

    Raises AuditError when a code is too long, `now` is naive, or `details` is not such JSON.
    """
    if now.tzinfo is None:
        raise AuditError("`now` must be aware.")
    event = AuditEvent(
        recorded_at=now,
        request_id=request_id.get()[:36],
        municipality_code=municipality_code or (actor.municipality_code if actor else ""),
        action=action,
        subject_type=subject.type,
        subject_id=str(subject.id),
        subject_label=_shortened("subject_label", subject.label),
        from_state=from_state,
        to_state=to_state,
        actor_id=str(actor.public_id) if actor else "",
        actor_name=_shortened("actor_name", actor.name if actor else SYSTEM),
        actor_role=_shortened("actor_role", actor_role if actor_role is not None else _role_of(actor)),
        actor_organisation=_shortened(
            "actor_organisation", actor_organisation if actor_organisation is not None else _place_of(actor)
        ),
        reason=_storable(reason),
        legal_basis=_shortened("legal_basis", legal_basis),
        details=_checked(details or {}),
        nonce=secrets.token_hex(8),
    )
    _refuse_long_codes(event)
    event.digest = digest_of(event)
    event.save(force_insert=True)
    return event


def digest_of(event: AuditEvent) -> str:
    """The keyed digest of all that the event says. Its id is not known before the insert: the seal binds it."""
    content = {name: getattr(event, name) for name in _SIGNED}
    return _keyed([_instant(event.recorded_at), content])


def _role_of(actor: Actor | None) -> str:
    return actor.role_label if actor else ""


def _place_of(actor: Actor | None) -> str:
    return actor.organisation if actor else ""


def _storable(text: str) -> str:
    """Without NUL, which PostgreSQL cannot keep in text."""
    return text.replace("\x00", "")


def _longest(name: str) -> int:
    field = AuditEvent._meta.get_field(name)
    assert isinstance(field, models.CharField)
    return field.max_length or 0


def _shortened(name: str, text: str) -> str:
    """Words for people may be cut to the width of the column; codes may not."""
    text, longest = _storable(text), _longest(name)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _refuse_long_codes(event: AuditEvent) -> None:
    for name in ("municipality_code", "action", "subject_type", "subject_id", "from_state", "to_state"):
        if len(getattr(event, name)) > _longest(name):
            raise AuditError(f"{name} is longer than {_longest(name)} characters.")


def _checked(details: Mapping[str, Any]) -> dict[str, Any]:
    """The same as plain JSON types. Fractions are refused: the databases write them differently, digests would break."""
    _refuse_unstable(details)
    plain: dict[str, Any] = json.loads(json.dumps(details, ensure_ascii=False))
    return plain


def _refuse_unstable(value: object) -> None:
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, str):
        if "\x00" in value:
            raise AuditError("details must not hold NUL.")
        return
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise AuditError("The keys of details must be text.")
        for each in (*value.keys(), *value.values()):
            _refuse_unstable(each)
        return
    if isinstance(value, list | tuple):
        for each in value:
            _refuse_unstable(each)
        return
    raise AuditError(f"details must not hold {type(value).__name__}; write it as text.")


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _keyed(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    key = settings.AUDIT_KEY.encode()
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


# --- Sealing ----------------------------------------------------------------------------------------------------------


def seal(*, now: dt.datetime, batch: int = 500) -> int:
    """Seal every event that is committed by now, at most `batch` to a seal; returns how many were sealed.

    Two sealers at once are safe: each seal is made under a lock that only one holds. Where writers keep a transaction
    open for longer than two seconds nothing is sealed this time and the database's error goes to the caller; the job
    comes again.
    """
    upto = _settled_id()
    sealed = 0
    while count := _seal_next(upto=upto, now=now, batch=batch):
        sealed += count
    return sealed


def _settled_id() -> int:
    """The highest event id below which nothing can appear any more.

    On PostgreSQL an id is drawn at the insert but seen at the commit, so a lower id may appear after a higher one. The
    insert takes ROW EXCLUSIVE before it draws the id and holds it to the end of its transaction; SHARE waits for all of
    those and lets no new one begin. Under it, every id drawn so far is either visible or rolled back for good, and
    later ones are higher. SQLite has one writer at a time: an immediate transaction is enough.
    """
    with transaction.atomic():
        if connection.features.has_select_for_update:
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {WAIT_FOR_WRITERS_MS}")
                cursor.execute(f"LOCK TABLE {AuditEvent._meta.db_table} IN SHARE MODE")
        return AuditEvent.objects.aggregate(last=Max("pk"))["last"] or 0


def _seal_next(*, upto: int, now: dt.datetime, batch: int) -> int:
    """Write one seal after the last one; returns how many events it holds, 0 when there is nothing to seal."""
    with transaction.atomic():
        if connection.features.has_select_for_update:
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {AuditSeal._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        last = AuditSeal.objects.order_by("pk").last()
        rows = _between(last.last_id if last else None, upto).values_list("pk", "digest")
        entries: list[tuple[int, str]] = [(pk, digest) for pk, digest in rows[:batch]]
        if not entries:
            return 0
        new = AuditSeal(
            sealed_at=now,
            first_id=entries[0][0],
            last_id=entries[-1][0],
            entries=entries,
            previous_hash=last.hash if last else GENESIS,
        )
        new.hash = _hash_of(new)
        new.save(force_insert=True)
        return len(entries)


def _hash_of(one: AuditSeal) -> str:
    return _keyed([one.previous_hash, _instant(one.sealed_at), one.first_id, one.last_id, one.entries])


# --- Verifying --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing found wrong. `kind`: altered, missing, inserted, reordered, copied (events); seal_altered,
    seal_broken, seal_missing (seals). `id` is that of the event, or of the seal."""

    kind: str
    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` read. `last_hash` is to be kept outside: only it shows that the newest seals were cut off."""

    problem: Problem | None
    sealed: int
    unsealed: int
    seals: int
    last_hash: str

    @property
    def is_sound(self) -> bool:
        return self.problem is None


@dataclass(slots=True)
class _Walk:
    """Where the reading stands: after the event `after`, under the seal with `hash`."""

    after: int | None = None  # None: no seal read yet; ids need not begin at 1 where somebody meddled
    hash: str = GENESIS
    sealed: int = 0
    unsealed: int = 0
    seals: int = 0
    expected_seen: bool = False


def verify(*, expect_seal: str = "", page: int = 500) -> Report:
    """Read the whole trail and stop at the first problem, in the order of ids.

    Memory is bounded by one seal and one page of events. `expect_seal` is the hash of a seal written down earlier:
    that it is gone shows that the end of the chain was cut off or all of it was written anew.
    """
    walk = _Walk(expected_seen=not expect_seal)
    problem = _walk_seals(walk, expect_seal=expect_seal, page=page)
    problem = problem or _walk_unsealed(walk, page=page) or _find_copy()
    if problem is None and not walk.expected_seen:
        problem = Problem(
            "seal_missing",
            walk.seals,
            "控えてあった封印が見つかりません。記録の終わりが切り取られたか、全体が作り直されています。",
        )
    return Report(problem, sealed=walk.sealed, unsealed=walk.unsealed, seals=walk.seals, last_hash=walk.hash)


def _walk_seals(walk: _Walk, *, expect_seal: str, page: int) -> Problem | None:
    for one in _each_seal():
        problem = _check_seal(one, walk) or _check_sealed(one, walk, page=page)
        if problem:
            return problem
        walk.after, walk.hash = one.last_id, one.hash
        walk.seals += 1
        walk.sealed += len(one.entries)
        walk.expected_seen = walk.expected_seen or _is_same(one.hash, expect_seal)
    return None


def _each_seal() -> Iterator[AuditSeal]:
    """One at a time: a seal is some forty kilobytes."""
    one = AuditSeal.objects.order_by("pk").first()
    while one is not None:
        yield one
        one = AuditSeal.objects.filter(pk__gt=one.pk).order_by("pk").first()


def _check_seal(one: AuditSeal, walk: _Walk) -> Problem | None:
    if not _is_same(one.hash, _hash_of(one)):
        return Problem("seal_altered", one.pk, f"封印 {one.pk} の内容が書き換えられています。")
    if one.previous_hash != walk.hash:
        return Problem(
            "seal_broken", one.pk, f"封印 {one.pk} の前にあった封印がないか、順番が変えられています。"
        )
    return None


def _check_sealed(one: AuditSeal, walk: _Walk, *, page: int) -> Problem | None:
    """Compare the events up to the seal's last id with its entries, both in the order of ids."""
    digests = {digest for _, digest in one.entries}
    events = _each_event(after=walk.after, upto=one.last_id, page=page)
    event = next(events, None)
    for pk, digest in one.entries:
        if event is not None and event.pk < pk:
            return _judge_unlisted(event, digests)
        if event is None or event.pk > pk:
            return Problem("missing", pk, f"記録 {pk} がありません。封印のあとで消されています。")
        problem = _judge_listed(event, digest)
        if problem:
            return problem
        event = next(events, None)
    return _judge_unlisted(event, digests) if event is not None else None


def _judge_listed(event: AuditEvent, sealed_digest: str) -> Problem | None:
    if not _is_genuine(event):
        return Problem("altered", event.pk, f"記録 {event.pk} の内容が書き換えられています。")
    if event.digest != sealed_digest:
        return Problem(
            "reordered",
            event.pk,
            f"記録 {event.pk} の位置に、別の記録が置かれています。順番が変えられています。",
        )
    return None


def _judge_unlisted(event: AuditEvent, digests: set[str]) -> Problem:
    if event.digest in digests and _is_genuine(event):
        return Problem(
            "reordered", event.pk, f"記録 {event.pk} は元の番号から移されています。順番が変えられています。"
        )
    return Problem("inserted", event.pk, f"記録 {event.pk} は封印のあとで差し込まれています。")


def _walk_unsealed(walk: _Walk, *, page: int) -> Problem | None:
    """Events that no seal holds yet: their content can be checked, their number and order cannot."""
    for event in _each_event(after=walk.after, upto=None, page=page):
        if not _is_genuine(event):
            return Problem("altered", event.pk, f"記録 {event.pk}(封印前)の内容が書き換えられています。")
        walk.unsealed += 1
    return None


def _find_copy() -> Problem | None:
    """A genuine event written a second time under another id: each holds a nonce, so no two digests are equal."""
    copies = (
        AuditEvent.objects.order_by()
        .values("digest")
        .annotate(rows=Count("pk"), newest=Max("pk"), first=Min("pk"))
    )
    copy = copies.filter(rows__gt=1).order_by("newest").first()
    if copy is None:
        return None
    return Problem("copied", copy["newest"], f"記録 {copy['newest']} は、記録 {copy['first']} の写しです。")


def _is_genuine(event: AuditEvent) -> bool:
    return _is_same(event.digest, digest_of(event))


def _is_same(found: str, right: str) -> bool:
    """As bytes: what was tampered with need not be ASCII, which `compare_digest` asks of texts."""
    return hmac.compare_digest(found.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def _each_event(*, after: int | None, upto: int | None, page: int) -> Iterator[AuditEvent]:
    while True:
        rows = list(_between(after, upto)[:page])
        yield from rows
        if len(rows) < page:
            return
        after = rows[-1].pk


def _between(after: int | None, upto: int | None) -> QuerySet[AuditEvent]:
    """Events by id, above `after` and up to `upto`; None is no bound."""
    events = AuditEvent.objects.order_by("pk")
    if after is not None:
        events = events.filter(pk__gt=after)
    return events if upto is None else events.filter(pk__lte=upto)
