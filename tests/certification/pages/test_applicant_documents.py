"""Attachments: several at once, a bad one does not hold up the good ones, and nothing is left of what was refused."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from certification.demo import Office, Walk, sample_pdf
from certification.models import Document, Operator
from certification.rules.plan import Plan
from tests.certification.pages.forms_on_page import post_form
from tests.certification.pages.test_applicant_files import begin, url


def pdf(name: str, title: str = "見本") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sample_pdf(title), content_type="application/pdf")


def stored(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "documents").rglob("*") if path.is_file())


@pytest.fixture
def case_id(office: Office, owner: tuple[Operator, User], applicant_client: Client) -> uuid.UUID:
    return begin(applicant_client)


def codes(client: Client, case_id: uuid.UUID) -> list[str]:
    page = client.get(url("plan_documents", case_id))
    return [need.code for need in page.context["missing"]]


def test_a_refused_file_does_not_hold_up_the_others(
    case_id: uuid.UUID, applicant_client: Client, settings: Any
) -> None:
    first, second, *_ = codes(applicant_client, case_id)
    bad = SimpleUploadedFile("間取り図.pdf", b"not a pdf at all", content_type="application/pdf")
    answer = applicant_client.post(
        url("plan_documents", case_id),
        {f"file-{first}": [bad, pdf("概要.pdf")], f"file-{second}": pdf("二.pdf", "二")},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "間取り図.pdf" in text
    assert "添付できなかったものがあります(1件)" in text
    names = set(Document.objects.values_list("code", "original_name"))
    assert names == {(first, "概要.pdf"), (second, "二.pdf")}
    assert stored(settings.MEDIA_ROOT) == sorted(Document.objects.values_list("stored_name", flat=True))


def test_the_same_file_twice_is_told_and_kept_once(
    case_id: uuid.UUID, applicant_client: Client, settings: Any
) -> None:
    code = codes(applicant_client, case_id)[0]
    content = sample_pdf("見本")
    for name in ("一.pdf", "また一.pdf"):
        file = SimpleUploadedFile(name, content, content_type="application/pdf")
        answer = applicant_client.post(url("plan_documents", case_id), {f"file-{code}": file})
    assert answer.status_code == 422
    assert "同じファイルが、すでに" in answer.content.decode()
    assert Document.objects.count() == 1
    assert len(stored(settings.MEDIA_ROOT)) == 1


def test_no_file_chosen_is_told(case_id: uuid.UUID, applicant_client: Client) -> None:
    answer = applicant_client.post(url("plan_documents", case_id), {})
    assert answer.status_code == 422
    assert "ファイルを選んでから" in answer.content.decode()


def test_a_kind_that_is_not_on_the_list_is_not_taken(case_id: uuid.UUID, applicant_client: Client) -> None:
    answer = applicant_client.post(url("plan_documents", case_id), {"file-no-such-kind": pdf("一.pdf")})
    assert answer.status_code == 422
    assert Document.objects.count() == 0


def test_more_than_ten_at_once_are_told(
    case_id: uuid.UUID, applicant_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from certification.views.applicant import documents

    monkeypatch.setattr(documents, "MOST_FILES", 1)
    code = codes(applicant_client, case_id)[0]
    files = [pdf("一.pdf", "一"), pdf("二.pdf", "二")]
    answer = applicant_client.post(url("plan_documents", case_id), {f"file-{code}": files})
    assert answer.status_code == 422
    assert "続けて添付してください" in answer.content.decode()
    assert list(Document.objects.values_list("original_name", flat=True)) == ["一.pdf"]


def test_a_document_is_removed_after_a_question(case_id: uuid.UUID, applicant_client: Client) -> None:
    code = codes(applicant_client, case_id)[0]
    applicant_client.post(url("plan_documents", case_id), {f"file-{code}": pdf("一.pdf")})
    address = url("plan_document_remove", case_id, Document.objects.get().public_id)
    question = applicant_client.get(address)
    assert "「一.pdf」を外しますか" in question.content.decode()
    assert Document.objects.count() == 1
    applicant_client.post(address, post_form(question).fields)
    assert Document.objects.count() == 0


def test_documents_of_a_filed_plan_stay(filed: Walk, applicant_client: Client) -> None:
    application = filed.application
    document = application.current_version.documents.first()
    assert document is not None
    count = Document.objects.count()
    applicant_client.post(
        url("plan_documents", application.public_id), {f"file-{document.code}": pdf("一.pdf")}
    )
    applicant_client.post(url("plan_document_remove", application.public_id, document.public_id))
    assert Document.objects.count() == count


def test_opening_a_document_is_recorded(
    filed: Walk, applicant_client: Client, outsider_client: Client
) -> None:
    document = filed.application.current_version.documents.first()
    assert document is not None
    address = reverse("certification:document", args=[document.public_id])
    assert outsider_client.get(address).status_code == 404
    assert not AuditEvent.objects.filter(action="certification.document_opened").exists()
    answer = applicant_client.get(address)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    event = AuditEvent.objects.get(action="certification.document_opened")
    assert event.subject_id == str(filed.application.public_id)
    assert event.actor_role == "申請者"
    assert event.details == {"document": str(document.public_id), "code": document.code}


def test_opening_a_letter_is_recorded(
    proposed: Walk, plan: Plan, applicant_client: Client, outsider_client: Client
) -> None:
    letter = proposed.decide().application.letters.get()
    address = reverse("certification:letter", args=[letter.public_id])
    assert outsider_client.get(address).status_code == 404
    answer = applicant_client.get(address)
    assert answer.content == bytes(letter.pdf)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''%E8%AA%8D")
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.filter(action="certification.letter_opened").count() == 1
