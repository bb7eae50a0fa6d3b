"""R4: `kill -9` in the middle of transitions loses nothing that was acknowledged and leaves nothing half done."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection

from accounts import audit
from accounts.models import User
from benchmarks.population import cases_of, clone
from certification.demo import Walk, sample_plan
from certification.models import Application, Operator, PerformedAct
from certification.rules.workflow import Action
from certification.services import workflow
from certification.services.workflow import ActInput, perform
from tests.certification.crash.ledger import Traces, gaps, torn, traces_of
from tests.certification.crash.server import THREADS, Server, running_server

pytestmark = [pytest.mark.race, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

KILLS: Final = 20
CASES: Final = 400
"""Of each kind; far more than 20 kills leave time for."""
LONGEST_SECONDS: Final = 75.0


@pytest.fixture(autouse=True)
def _on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Kills are tried on PostgreSQL. Run this with DATABASE_URL=postgres://…")


@dataclass(frozen=True, kw_only=True)
class Step:
    action: Action
    user: User
    given: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One case and what is done to it, in order."""

    case: Application
    steps: tuple[Step, ...]

    @property
    def kind(self) -> Action:
        return self.steps[0].action


@dataclass
class Notebook:
    """What the clients were told. `kept` are acts a second try found done: their answer was lost, not the act."""

    acknowledged: dict[uuid.UUID, list[str]] = field(default_factory=dict)
    finished: list[Errand] = field(default_factory=list)
    in_flight: int = 0
    interrupted: int = 0
    kept: int = 0
    kills: int = 0
    kills_in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Client:
    """Acts as people do: with a key for each form, and once more with the same key when no answer came."""

    def __init__(self, server: Server, walk: Walk, notebook: Notebook, *, until: float) -> None:
        self.server, self.walk, self.notebook, self.until = server, walk, notebook, until

    def run(self, errand: Errand) -> None:
        seen = errand.case.lock_version
        for step in errand.steps:
            key = str(uuid.uuid4())
            answer = self._insist(errand, step, key=key, seen=seen)
            seen = answer["lock_version"]
            with self.notebook.lock:
                self.notebook.acknowledged.setdefault(errand.case.public_id, []).append(key)
        with self.notebook.lock:
            self.notebook.finished.append(errand)

    def _insist(self, errand: Errand, step: Step, *, key: str, seen: int) -> dict[str, Any]:
        wanted = {
            "case": str(errand.case.public_id),
            "user": step.user.pk,
            "action": step.action.value,
            "seen": seen,
            "key": key,
            "now": self.walk.at.isoformat(),
            "given": step.given,
        }
        tries = 0
        while time.monotonic() < self.until:
            tries += 1
            try:
                answer = self._send(wanted)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            with self.notebook.lock:
                self.notebook.interrupted += tries > 1
                self.notebook.kept += bool(answer["repeated"])
            return answer
        raise AssertionError("No answer in time.")

    def _send(self, wanted: dict[str, Any]) -> dict[str, Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=15)
        with self.notebook.lock:
            self.notebook.in_flight += 1
        try:
            line.request("POST", "/", json.dumps(wanted))
            response = line.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        finally:
            line.close()
            with self.notebook.lock:
                self.notebook.in_flight -= 1
        assert response.status == 200, answer
        return answer


def kill_at_random(server: Server, notebook: Notebook, stop: threading.Event) -> None:
    """A worker lives for a tenth of a second to one and a half; then it is killed, whatever it is doing."""
    chance = random.Random(20260601)
    while notebook.kills < KILLS and not stop.wait(chance.uniform(0.1, 1.5)):
        busy = notebook.in_flight
        killed = server.kill_worker()
        notebook.kills += killed
        notebook.kills_in_flight += killed and bool(busy)
    stop.set()


def drive(server: Server, walk: Walk, errands: deque[Errand]) -> Notebook:
    """People at work until enough kills have happened; whatever was begun is brought to its end."""
    notebook, stop = Notebook(), threading.Event()
    until = time.monotonic() + LONGEST_SECONDS
    client = Client(server, walk, notebook, until=until)

    def work() -> None:
        while not stop.is_set() and time.monotonic() < until:
            client.run(errands.popleft())

    with ThreadPoolExecutor(THREADS + 1) as threads:
        killer = threads.submit(kill_at_random, server, notebook, stop)
        people = [threads.submit(work) for _ in range(THREADS)]
        try:
            for person in people:
                person.result()
        finally:
            stop.set()
        killer.result()
    return notebook


@pytest.fixture
def proposed_steps(proposed: Walk) -> tuple[Step, ...]:
    office = proposed.office
    return (
        Step(action=Action.RETURN_PROPOSAL, user=office.decider, given={"reason": "書き足してください。"}),
        Step(action=Action.PROPOSE_CERTIFY, user=office.desk, given={"reason": "適合するため。"}),
        Step(action=Action.DECIDE, user=office.decider),
    )


@pytest.fixture
def draft(proposed: Walk, owner: tuple[Operator, User]) -> Walk:
    walk = Walk(office=proposed.office, user=owner[1], at=proposed.at)
    return walk.begin(owner[0], sample_plan("例の家"))


@pytest.fixture
def draft_steps(draft: Walk) -> tuple[Step, ...]:
    return (
        Step(action=Action.SUBMIT, user=draft.user),
        Step(action=Action.ACCEPT, user=draft.office.desk),
        Step(action=Action.WITHDRAW, user=draft.user),
    )


def errands_for(walk: Walk, steps: tuple[Step, ...]) -> Iterator[Errand]:
    for case in cases_of(clone(walk.application, CASES)):
        yield Errand(case=case, steps=steps)


def run_here(walk: Walk, errand: Errand) -> Traces:
    """The same errand in this process, undisturbed: the twin."""
    for step in errand.steps:
        perform(
            application_id=errand.case.public_id,
            action=step.action,
            actor=walk.actor(step.user),
            now=walk.at,
            seen=Application.objects.values_list("lock_version", flat=True).get(pk=errand.case.pk),
            key=uuid.uuid4(),
            given=ActInput(**step.given),
        )
    return traces_of(Application.objects.get(pk=errand.case.pk))


def test_kills_lose_nothing_and_leave_nothing_half_done(
    proposed: Walk,
    proposed_steps: tuple[Step, ...],
    draft: Walk,
    draft_steps: tuple[Step, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second = list(errands_for(proposed, proposed_steps)), list(errands_for(draft, draft_steps))
    twins = {errand.kind: run_here(draft, errand) for errand in (first.pop(), second.pop())}
    errands = deque(errand for pair in zip(first, second, strict=True) for errand in pair)
    with running_server(tmp_path / "server.log") as server:
        notebook = drive(server, draft, errands)
    acts = sum(len(keys) for keys in notebook.acknowledged.values())
    with capsys.disabled():
        print(  # noqa: T201 -- counts of what was killed belong to the result
            f"\ncrash: {notebook.kills} kills, {notebook.kills_in_flight} with requests under way, {acts} acts "
            f"acknowledged on {len(notebook.finished)} cases, {notebook.interrupted} asked again, "
            f"{notebook.kept} of them found done"
        )
    assert notebook.kills >= KILLS
    assert notebook.kills_in_flight >= KILLS // 2
    assert notebook.interrupted >= KILLS // 2
    for errand in notebook.finished:
        case = Application.objects.get(pk=errand.case.pk)
        kept = {
            str(key) for key in PerformedAct.objects.filter(application=case).values_list("key", flat=True)
        }
        assert kept == set(notebook.acknowledged[case.public_id])
        assert torn(case) == []
        assert traces_of(case) == twins[errand.kind]
    assert gaps() == {}
    assert audit.verify().is_sound


@pytest.mark.parametrize("last_step", ["accounts.audit.record", "certification.services.notices.tell"])
def test_the_ledger_sees_an_act_that_broke_off(
    draft: Walk, draft_steps: tuple[Step, ...], last_step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the transaction, what an act leaves behind that dies before its last step is found."""
    twin, broken = cases_of(clone(draft.application, 2))
    whole = run_here(draft, Errand(case=twin, steps=draft_steps[:2]))
    run_here(draft, Errand(case=broken, steps=draft_steps[:1]))
    monkeypatch.setattr(workflow, "lock_case", lambda pk, *, actor: Application.objects.get(public_id=pk))
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda rows, **options: rows)
    monkeypatch.setattr(last_step, _die)
    with pytest.raises(_Killed):
        without_transaction(draft, broken, draft_steps[1])
    case = Application.objects.get(pk=broken.pk)
    assert traces_of(case) != whole
    assert bool(torn(case)) == (last_step == "accounts.audit.record")


class _Killed(BaseException):
    """Nothing catches it, as nothing catches SIGKILL."""


def _die(*args: Any, **values: Any) -> None:
    raise _Killed


def without_transaction(walk: Walk, case: Application, step: Step) -> None:
    perform.__wrapped__(  # type: ignore[attr-defined]
        application_id=case.public_id,
        action=step.action,
        actor=walk.actor(step.user),
        now=walk.at,
        seen=Application.objects.values_list("lock_version", flat=True).get(pk=case.pk),
        key=uuid.uuid4(),
        given=ActInput(**step.given),
    )
