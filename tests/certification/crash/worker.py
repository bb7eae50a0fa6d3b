"""The server of the crash test: acts of the state table over HTTP, without pages. Run by gunicorn, killed by the test.

A request is JSON: case, user, action, seen, key, now, given. The answer comes after the commit: 200 with the case's new
`lock_version`, 409 with the sentence of a refusal.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.urls import reverse  # noqa: E402 -- the applications must be loaded first
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.selectors import actor_of  # noqa: E402
from certification.rules.workflow import Action  # noqa: E402
from certification.services.errors import CaseError  # noqa: E402
from certification.services.workflow import ActInput, perform  # noqa: E402

reverse("home")  # reads all addresses once, before the workers are born


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    wanted = json.load(environ["wsgi.input"])
    try:
        status, answer = "200 OK", _act(wanted)
    except CaseError as error:
        status, answer = "409 Conflict", {"refused": str(error)}
    body = json.dumps(answer).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _act(wanted: dict[str, Any]) -> dict[str, Any]:
    now = dt.datetime.fromisoformat(wanted["now"])
    performed = perform(
        application_id=uuid.UUID(wanted["case"]),
        action=Action(wanted["action"]),
        actor=actor_of(User.objects.get(pk=wanted["user"]), day=timezone.localdate(now)),
        now=now,
        seen=wanted["seen"],
        key=uuid.UUID(wanted["key"]),
        given=ActInput(**wanted["given"]),
    )
    return {"repeated": performed.repeated, "lock_version": performed.application.lock_version}
