"""SIGKILL after each write of a booking, a referral, its answer, a question to shops and a hand-over, one after the other.

Nothing half done is ever left, whoever asks again with the same form has it once, and no mail is written twice.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from accounts import audit
from accounts.models import Notice, User
from consultations.demo import Team
from consultations.models import Agency, Case
from consultations.services.referrals import refer, save_agency
from consultations.services.shop_links import code_of, token_of
from councils.models import Shop
from tests.certification.crash.server import environment
from tests.consultations.conftest import NOW, TakeIn, acting
from tests.consultations.services.test_overriding import agree as agree_to_agency
from tests.consultations.services.test_shops import agree as agree_to_shops
from tests.consultations.services.test_transfers import KNOWN, next_door, offer
from tests.consultations.services.test_transfers import agree as agree_to_transfer
from tests.councils import ring

__all__ = ("next_door",)
pytestmark = [pytest.mark.race, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

MOST_WRITES: Final = 40
SECONDS: Final = 60


@pytest.fixture(autouse=True)
def _on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Kills are tried on PostgreSQL. Run this with DATABASE_URL=postgres://…")


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One act by one form. `ids` names the arguments that are UUIDs; `can_repeat`: a second time is the same act."""

    act: str
    given: dict[str, Any]
    user: User | None = None
    ids: tuple[str, ...] = ("key",)
    can_repeat: bool = True
    mails: int = 0
    left: dict[str, int] = field(default_factory=dict)

    def run(self, *, after: int, is_bare: bool = False) -> int:
        """In a process of its own; how it ended."""
        wanted = {
            "act": self.act, "given": self.given, "ids": self.ids, "now": NOW.isoformat(), "after": after,
            "user": self.user.pk if self.user else None, "is_bare": is_bare,
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "tests.consultations.crash.child", json.dumps(wanted)],
            cwd=settings.BASE_DIR, env=dict(environment()), timeout=SECONDS, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-800:]
        return done.returncode


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of our tables."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ("accounts", "consultations", "councils"):
            found[model._meta.label] = sorted(model._default_manager.values_list(), key=repr)
    return found


def book(team: Team) -> Errand:
    wish = {"call_name": "みほん", "way": "email", "email": "mihon@sumai.example.jp"}
    given = {
        "desk_id": str(team.desk.public_id), "code": "2026-11-05T13:30", "wish": wish, "may_wait": False,
        "key": str(uuid.uuid4()),
    }  # fmt: skip
    return Errand(act="book", given=given, ids=("desk_id", "key"), mails=1, left={"DeskBooking": 1})


@dataclass(frozen=True, kw_only=True)
class Known:
    """A case that may be told to an agency, to shops and to another desk."""

    team: Team
    near: Team
    case: Case
    agency: Agency
    shops: list[Shop]


@pytest.fixture
def known(take_in: TakeIn, desk_team: Team, next_door: Team) -> Known:
    case = take_in(**KNOWN)
    actor, council = acting(desk_team.supervisor), desk_team.desk.council
    values = {"kind": "medical", "name": "見本病院", "email": "byoin@example.jp"}
    agency = save_agency(agency_id=None, values=values, is_active=True, actor=actor, now=NOW)
    agree_to_agency(case, desk_team.counsellor, agency.name, until=NOW.date())
    agree_to_shops(case, desk_team)
    agree_to_transfer(case, desk_team, next_door.desk)
    shops = [
        ring.shop(council, name, email=f"mise{at}@example.jp") for at, name in enumerate(("一の店", "二の店"))
    ]
    case.refresh_from_db()
    return Known(team=desk_team, near=next_door, case=case, agency=agency, shops=shops)


def to_agency(known: Known) -> Errand:
    given = {
        "case_id": str(known.case.public_id), "agency_id": str(known.agency.public_id), "pieces": ["household"],
        "request": "見守り", "is_sure": False, "key": str(uuid.uuid4()), "seen": known.case.revision,
    }  # fmt: skip
    ids = ("case_id", "agency_id", "key")
    left = {"Referral": 1, "ReferralEvent": 1}
    return Errand(act="refer", given=given, ids=ids, user=known.team.counsellor, mails=1, left=left)


def answer(known: Known) -> Errand:
    sent = refer(
        case_id=known.case.public_id, agency_id=known.agency.public_id, pieces=["household"], request="見守り",
        is_sure=False, key=uuid.uuid4(), seen=known.case.revision, actor=acting(known.team.counsellor), now=NOW,
    )  # fmt: skip
    given = {
        "token": token_of(sent.public_id), "code": code_of(sent.public_id), "is_accepted": True, "reason": "",
        "reply": "引き受けます",
    }  # fmt: skip
    return Errand(act="answer", given=given, ids=(), mails=0, left={"ReferralEvent": 2}, can_repeat=False)


def to_shops(known: Known) -> Errand:
    given = {
        "case_id": str(known.case.public_id), "shop_ids": [str(each.public_id) for each in known.shops],
        "wish": {"area": "輪野駅の近く"}, "is_rare_accepted": True, "key": str(uuid.uuid4()),
        "seen": known.case.revision,
    }  # fmt: skip
    left = {"ShopInquiry": 2, "ShopInquiryEvent": 2}
    ids = ("case_id", "key")
    return Errand(act="ask_shops", given=given, ids=ids, user=known.team.counsellor, mails=2, left=left)


def take_over(known: Known) -> Errand:
    offered = offer(known.case, known.team, known.near.desk)
    given = {"transfer_id": str(offered.public_id)}
    return Errand(
        act="take_over", given=given, ids=("transfer_id",), user=known.near.counsellor, can_repeat=False,
        left={"CaseTransfer": 1, "Case": 1},
    )  # fmt: skip


def kill_after_each_write(errand: Errand) -> int:
    """One kill after another, a write later each time, until the act comes through; how many writes it has."""
    before = everything()
    for after in range(1, MOST_WRITES):
        if errand.run(after=after) == 0:
            return after - 1
        assert everything() == before, f"something was left after {after} writes"
    raise AssertionError("the act has more writes than were thought of")


def assert_done_once(errand: Errand, mails: int) -> None:
    for name, number in errand.left.items():
        assert apps.get_model("consultations", name)._default_manager.count() == number, name
    assert Notice.objects.exclude(address="").count() - mails == errand.mails
    assert audit.verify().is_sound


@pytest.mark.parametrize("make", [to_agency, answer, to_shops, take_over])
def test_a_kill_between_any_two_writes_leaves_nothing_half_done(
    known: Known, make: Callable[[Known], Errand], capsys: pytest.CaptureFixture[str]
) -> None:
    errand = make(known)
    mails = Notice.objects.exclude(address="").count()
    writes = kill_after_each_write(errand)
    assert writes >= 3
    assert_done_once(errand, mails)
    if errand.can_repeat:
        assert errand.run(after=MOST_WRITES) == 0
        assert_done_once(errand, mails)
    with capsys.disabled():
        print(f"\ncrash: {errand.act}: killed after each of {writes} writes")  # noqa: T201 -- belongs to the result


def test_control_without_its_transaction_an_act_is_left_half_done(known: Known) -> None:
    """The test above can fail."""
    errand, before = to_agency(known), everything()
    assert errand.run(after=2, is_bare=True) == -signal.SIGKILL
    assert everything() != before


def test_a_kill_between_any_two_writes_of_a_booking_leaves_nothing_half_done(
    desk_team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    errand = book(desk_team)
    writes = kill_after_each_write(errand)
    assert writes >= 3
    assert_done_once(errand, 0)
    with capsys.disabled():
        print(f"\ncrash: book: killed after each of {writes} writes")  # noqa: T201 -- belongs to the result


@pytest.mark.parametrize("make", [to_agency, to_shops])
def test_who_got_no_answer_asks_again_and_has_it_once(known: Known, make: Callable[[Known], Errand]) -> None:
    errand = make(known)
    assert errand.run(after=-1) == -signal.SIGKILL
    assert_done_once(errand, 0)
    assert errand.run(after=MOST_WRITES) == 0
    assert_done_once(errand, 0)


def test_who_got_no_answer_to_a_booking_books_again_and_has_one_place(desk_team: Team) -> None:
    errand = book(desk_team)
    assert errand.run(after=-1) == -signal.SIGKILL
    assert errand.run(after=MOST_WRITES) == 0
    assert_done_once(errand, 0)
