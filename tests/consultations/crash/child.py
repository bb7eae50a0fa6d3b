"""A process that does one act of a desk and dies by SIGKILL at the moment it was told. Run by the test beside it.

Its argument is JSON: `act`, `given` (the keyword arguments of the service), `user` (or null), `now`, and `after`: the number
of writing statements after which it dies, or -1 to die when all is committed and nothing was answered yet. `is_bare` takes
the transaction away, for the control.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import sys
import uuid
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402 -- the applications must be loaded first
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.selectors import actor_of  # noqa: E402
from consultations.services import bookings, referrals, shop_inquiries, transfers  # noqa: E402

ACTS: dict[str, Callable[..., Any]] = {
    "book": bookings.book_online,
    "refer": referrals.refer,
    "answer": referrals.answer_by_link,
    "ask_shops": shop_inquiries.send,
    "take_over": transfers.accept,
}
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


def die() -> None:
    """As the kernel or an operator ends a process: no handler runs, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


class Countdown:
    """Dies after so many writing statements, with the last of them done and the next not begun."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if _WRITES.match(sql):
            self.left -= 1
            if self.left == 0:
                die()
        return answer


def arguments(wanted: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments as the service takes them."""
    now = dt.datetime.fromisoformat(wanted["now"])
    given: dict[str, Any] = {
        name: uuid.UUID(value) if name in wanted["ids"] else value for name, value in wanted["given"].items()
    }
    given["now"] = now
    if "wish" in given:
        made = bookings.Wish if wanted["act"] == "book" else shop_inquiries.Wish
        given["wish"] = made(**given["wish"])
    if "shop_ids" in given:
        given["shop_ids"] = [uuid.UUID(each) for each in given["shop_ids"]]
    if wanted["user"]:
        given["actor"] = actor_of(User.objects.get(pk=wanted["user"]), day=timezone.localdate(now))
    return given


def main() -> None:
    wanted = json.loads(sys.argv[1])
    given = arguments(wanted)
    act = ACTS[wanted["act"]]
    if wanted["is_bare"]:
        act = act.__wrapped__  # type: ignore[attr-defined]
        QuerySet.select_for_update = lambda rows, **options: rows  # type: ignore[method-assign]
    with connection.execute_wrapper(Countdown(wanted["after"])):
        act(**given)
    if wanted["after"] == -1:
        die()


if __name__ == "__main__":
    main()
