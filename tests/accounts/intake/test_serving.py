"""A kept file leaves as a download that runs nowhere."""

from __future__ import annotations

import hashlib

import pytest

from accounts.intake.serving import serve
from accounts.intake.uploads import Checked, StoredFileMissing, store

# Closing a response ends the request, and that looks at the connection.
pytestmark = pytest.mark.django_db

PDF, JPEG = "application/pdf", "image/jpeg"


@pytest.fixture
def stored(tmp_path) -> str:
    content = b"<script>alert(1)</script>"
    checked = Checked(
        name="a.pdf", content_type=PDF, extension="pdf", pages=1, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), content=content,
    )  # fmt: skip
    return store(checked, folder=tmp_path)


def test_headers_of_a_download(stored, tmp_path) -> None:
    response = serve(stored, content_type=PDF, original_name="間取図 1.pdf", folder=tmp_path)

    assert response.getvalue() == b"<script>alert(1)</script>"
    assert response["Content-Type"] == PDF
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E9%96%93%E5%8F%96%E5%9B%B3%201.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.parametrize(
    ("content_type", "shown"), [(JPEG, "inline"), ("image/png", "inline"), (PDF, "attachment")]
)
def test_only_pictures_are_shown_inline(content_type, shown, stored, tmp_path) -> None:
    response = serve(stored, content_type=content_type, original_name="a", inline=True, folder=tmp_path)
    assert response["Content-Disposition"].split(";")[0] == shown
    response.close()


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/pdf\r\nX-Evil: 1", ""])
def test_other_types_go_out_as_plain_bytes(content_type, stored, tmp_path) -> None:
    response = serve(stored, content_type=content_type, original_name="a.html", inline=True, folder=tmp_path)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    response.close()


@pytest.mark.parametrize(
    "name", ['a"; filename="evil.exe', "a\r\nX-Evil: 1.pdf", "../../a.pdf", "\u202efdp.exe"]
)
def test_odd_names_cannot_leave_their_header(name, stored, tmp_path) -> None:
    response = serve(stored, content_type=PDF, original_name=name, folder=tmp_path)
    header = response["Content-Disposition"]
    assert "\r" not in header
    assert "\n" not in header
    assert "X-Evil" not in response.headers
    assert ".." not in header
    assert "%E2%80%AE" not in header
    # One parameter only: a quote inside the name is escaped.
    assert header.replace('\\"', "").count('"') in {0, 2}
    response.close()


def test_missing_file(tmp_path) -> None:
    with pytest.raises(StoredFileMissing):
        serve("0" * 40, content_type=PDF, original_name="a.pdf", folder=tmp_path)
