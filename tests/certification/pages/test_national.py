"""写す, and an export of the national system from the file to the recorded number."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from accounts.models import User
from certification import demo_national
from certification.demo import Walk
from certification.models import NationalImport, Plan
from tests.certification.conftest import MONDAY_MORNING

pytestmark = pytest.mark.django_db

IMPORTS = reverse("certification:national_imports")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def copy_url(walk: Walk) -> str:
    return reverse("certification:case_copy", args=[walk.application.public_id])


def csv_of(walk: Walk, number: str = "13-0001") -> SimpleUploadedFile:
    case = walk.application
    text = f"計画番号,認定番号,住宅名,所在地,備考\n{number},,{case.housing_name},{case.housing_address},ひみつ\n13-9,,知らない荘,別町1,\n"
    return SimpleUploadedFile("計画一覧.csv", text.encode("cp932"))


def test_the_copy_page_has_a_button_for_each_value_and_says_that_nothing_is_sent(accepted: Walk) -> None:
    page = signed_in(accepted.office.viewer).get(copy_url(accepted)).content.decode()
    assert "何も送られません" in page
    assert page.index("別紙 事業を行う者") < page.index("別紙 住宅と住戸") < page.index("誓約書")
    assert page.count("data-copy-name") > 50
    assert 'name="national_id"' not in page


def test_the_desk_records_the_number_and_what_was_typed_is_kept_when_refused(accepted: Walk) -> None:
    client, url = signed_in(accepted.office.desk), copy_url(accepted)
    wrong = client.post(url, {"national_id": "番号です", "seen": ""})
    assert wrong.status_code == 422
    assert "番号です" in wrong.content.decode()
    assert client.post(url, {"national_id": "13-1", "seen": ""}).status_code == 302
    stale = client.post(url, {"national_id": "13-2", "seen": ""})
    assert stale.status_code == 409
    assert 'value="13-2"' in stale.content.decode()
    assert "いまの記録: 13-1" in stale.content.decode()
    assert client.post(url, {"national_id": "13-2", "seen": "13-1"}).status_code == 302


def test_from_the_file_to_the_number(accepted: Walk) -> None:
    client = signed_in(accepted.office.desk)
    address = client.post(IMPORTS, {"file": csv_of(accepted)}).headers["Location"]
    mapping = client.get(address)
    assert "初めての見出しです" in mapping.content.decode()
    offered = {name: str(place) for name, place in mapping.context["form"].initial.items()}
    assert client.post(address, {**offered, "seen": "0"}).status_code == 302
    rows = client.get(address)
    assert [row["sets"] for row in rows.context["ready"]] == ["13-0001"]
    assert len(rows.context["unmatched"]) == 1
    assert "ひみつ" not in rows.content.decode()
    nothing = client.post(address, {"seen": "1"})
    assert nothing.status_code == 422
    mark = rows.context["ready"][0]["mark"]
    assert client.post(address, {"seen": "1", "rows": [mark]}).status_code == 302
    assert client.post(address, {"seen": "1", "rows": [mark]}).status_code == 409
    assert Plan.objects.get(pk=accepted.application.plan_id).national_id == "13-0001"
    assert len(client.get(address).context["taken"]) == 1


def test_the_same_header_is_offered_as_decided_before(accepted: Walk) -> None:
    client = signed_in(accepted.office.desk)
    first = client.post(IMPORTS, {"file": csv_of(accepted)}).headers["Location"]
    client.post(first, {"national_id": "0", "certified_number": "4", "seen": "0"})
    second = client.post(IMPORTS, {"file": csv_of(accepted)}).headers["Location"]
    page = client.get(second)
    assert "前に決めた割り当て" in page.content.decode()
    assert page.context["form"].initial == {"national_id": "0", "certified_number": "4"}


def test_a_mapping_that_does_not_do_says_so_beside_its_field(accepted: Walk) -> None:
    client = signed_in(accepted.office.desk)
    address = client.post(IMPORTS, {"file": csv_of(accepted)}).headers["Location"]
    answer = client.post(address, {"national_id": "", "certified_number": "99", "seen": "0"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"national_id", "certified_number"}


def test_a_workbook_is_read_like_a_csv_file(accepted: Walk) -> None:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["計画番号", "認定番号"])
    book.active.append([130001, "第1号"])
    book.save(out)
    client = signed_in(accepted.office.desk)
    answer = client.post(IMPORTS, {"file": SimpleUploadedFile("計画一覧.xlsx", out.getvalue())})
    assert answer.status_code == 302
    assert NationalImport.objects.get().rows.get().cells == ["130001", "第1号"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("計画一覧.pdf", b"%PDF-1.7", "表として読めない形式"),
        ("計画一覧.xlsx", b"not a book", "中身は"),
        ("計画一覧.csv", b"\xff\xfe\x81", "文字を読み取れません"),
        ("計画一覧.csv", "ただの文".encode(), "見出しが見つかりません"),
        ("計画一覧.csv", b"", "空(0バイト)"),
    ],
)
def test_a_bad_file_gets_a_sentence(accepted: Walk, name: str, content: bytes, says: str) -> None:
    answer = signed_in(accepted.office.desk).post(IMPORTS, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not NationalImport.objects.exists()


def test_markup_in_a_header_is_shown_as_text(accepted: Walk) -> None:
    client = signed_in(accepted.office.desk)
    file = SimpleUploadedFile("計画一覧.csv", b"<script>x</script>,=1+1\n<b>,2\n")
    page = client.get(client.post(IMPORTS, {"file": file}).headers["Location"]).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_pages_make_as_many_queries_for_one_row_as_for_fifty(accepted: Walk) -> None:
    """The list, the choice of columns, the rows beside our plans, and 写す."""
    office, client = accepted.office, signed_in(accepted.office.desk)
    client.get(IMPORTS)
    counts: dict[str, set[int]] = {}
    for size in (1, 3, 50):
        NationalImport.objects.all().delete()
        for _ in range(size):
            plain = demo_national.read_in([accepted.application] * size, office.desk, now=MONDAY_MORNING)
        found = demo_national.mapped(
            demo_national.read_in([accepted.application] * size, office.desk, now=MONDAY_MORNING),
            office.desk,
            now=MONDAY_MORNING,
        )
        pages = {
            "list": IMPORTS,
            "mapping": reverse("certification:national_import", args=[plain.public_id]),
            "rows": reverse("certification:national_import", args=[found.public_id]),
            "copy": copy_url(accepted),
        }
        for name, address in pages.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.setdefault(name, set()).add(len(queries))
    assert all(len(seen) == 1 and max(seen) <= 14 for seen in counts.values()), counts
