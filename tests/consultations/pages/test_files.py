"""資料: put with a case, opened on record, taken out, gone with the case. Nothing of it lies open or stays behind."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from consultations.demo import Team
from consultations.models import Case, CaseFile
from consultations.services import files as services
from tests.accounts.intake import samples
from tests.consultations.conftest import NOW, SignIn, TakeIn
from tests.consultations.services.test_retention import LONG_AGO, dispose, end, old_team

__all__ = ("old_team",)
MOST = 16
NAME = "例示三郎の立ち退き通知.pdf"


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=True) as traveller:
        yield traveller


def where(case: Case, kept: CaseFile | None = None) -> str:
    if kept is None:
        return reverse("consultations:case_files", args=[case.public_id])
    return reverse("consultations:case_file", args=[case.public_id, kept.public_id])


def put(client: Client, case: Case, content: bytes | None = None, *, name: str = NAME, **more: str) -> Any:
    file = SimpleUploadedFile(name, samples.pdf() if content is None else content)
    return client.post(where(case), {"label": "立ち退きの通知", "file": file, **more})


def stored() -> list[str]:
    return sorted(os.listdir(services.folder())) if services.folder().is_dir() else []


def test_a_paper_is_kept_apart_and_opened_on_record(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case, client = take_in(), sign_in(desk_team.counsellor)
    assert "資料はまだありません" in client.get(where(case)).content.decode()
    assert put(client, case).status_code == 302
    kept = case.files.get()
    assert (kept.label, kept.original_name, stored()) == ("立ち退きの通知", NAME, [kept.stored_name])
    assert where(case, kept) in client.get(where(case)).content.decode()
    opened = client.get(where(case, kept))
    assert opened.status_code == 200
    assert opened["Content-Disposition"].startswith("attachment")
    assert "no-store" in opened["Cache-Control"]
    assert b"".join(opened).startswith(b"%PDF-")
    trail = AuditEvent.objects.filter(action__startswith="consultations.file_")
    assert [row.action for row in trail.order_by("pk")] == [
        "consultations.file_added",
        "consultations.file_opened",
    ]
    assert "例示三郎" not in str(list(AuditEvent.objects.values()))


def test_what_is_no_paper_is_refused_and_nothing_is_kept(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case, client = take_in(), sign_in(desk_team.counsellor)
    refused = put(client, case, b"MZ not a paper", name="program.pdf")
    assert refused.status_code == 422
    assert "プログラム" in refused.content.decode()
    assert put(client, case, label="").status_code == 422
    assert client.post(where(case), {"label": "通知"}).status_code == 422
    assert put(client, case).status_code == 302
    again = put(client, case)
    assert again.status_code == 422
    assert "同じファイル" in again.content.decode()
    assert len(stored()) == CaseFile.objects.count() == 1


def test_a_case_has_room_for_so_many(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, client = take_in(), sign_in(desk_team.counsellor)
    monkeypatch.setattr(services, "MOST_FILES", 1)
    put(client, case)
    refused = put(client, case, samples.pdf(pages=2))
    assert "1件までです" in refused.content.decode()


def test_another_desk_and_who_is_not_named_open_nothing(
    take_in: TakeIn, desk_team: Team, other_team: Team, sign_in: SignIn
) -> None:
    case = take_in(is_protected=True)
    put(sign_in(desk_team.counsellor), case)
    kept = case.files.get()
    for stranger in (desk_team.colleague, desk_team.supervisor, other_team.counsellor):
        client = sign_in(stranger)
        for address in (where(case), where(case, kept)):
            assert client.get(address).status_code == 404
    mine = take_in()
    assert sign_in(desk_team.counsellor).get(where(mine, kept)).status_code == 404


def test_what_was_put_in_by_mistake_is_taken_out_for_good(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    case, client = take_in(), sign_in(desk_team.counsellor)
    put(client, case)
    kept = case.files.get()
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            sent = client.post(where(case), {"do": "remove", "file": str(kept.public_id)})
        assert sent.status_code == 302
    assert client.post(where(case), {"do": "remove", "file": "x"}).status_code == 404
    kept.refresh_from_db()
    assert (kept.original_name, kept.stored_name, stored()) == ("", "", [])
    assert client.get(where(case, kept)).status_code == 404
    assert "取り除いた資料: 立ち退きの通知" in client.get(where(case)).content.decode()
    assert put(client, case).status_code == 302, "the right case may get the same paper later"


def test_files_go_with_the_case(
    take_in: TakeIn, old_team: Team, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    case = take_in(now=LONG_AGO)
    put(sign_in(old_team.counsellor), case)
    end(case, old_team)
    with django_capture_on_commit_callbacks(execute=True):
        dispose(old_team)
    assert (stored(), CaseFile.objects.count()) == ([], 0)


def test_the_sweep_takes_what_no_row_knows_and_leaves_the_rest(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case = take_in()
    put(sign_in(desk_team.counsellor), case)
    (services.folder() / ("0" * 40)).write_bytes(b"x")
    for name in stored():
        os.utime(services.folder() / name, (0, 0))
    assert services.sweep_case_files(now=NOW) == 1
    assert stored() == [case.files.get().stored_name]


def test_the_number_of_queries_does_not_grow(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case, client = take_in(), sign_in(desk_team.counsellor)
    client.get(where(case))
    counts = []
    for size in (1, 3, 9):
        while case.files.count() < size:
            put(client, case, samples.pdf(pages=case.files.count() + 1))
        with CaptureQueriesContext(connection) as found:
            assert client.get(where(case)).status_code == 200
        counts.append(len(found))
    assert len(set(counts)) == 1
    assert counts[0] <= MOST
