"""The desk takes a review sheet of one case and the ledger of all cases along, by the buttons of the pages."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from playwright.sync_api import Locator

from accounts.models import AuditEvent, User
from certification.demo import Office
from certification.models import Operator
from tests.certification.documents.test_letters import pages_of
from tests.journeys.acts import follow, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import look
from tests.journeys.town import build_town


def saved(button: Locator, folder: Path) -> Path:
    """What the browser saves when the button is pressed, under the name it was given."""
    with button.page.expect_download() as download:
        button.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_the_desk_takes_sheet_and_ledger(
    open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User], tmp_path: Path
) -> None:
    town = build_town(office, *owner)
    case = town.cases["認定"]
    page = open_browser(office.desk)
    page.goto(f"/cases/{case.public_id}/")
    sheet = saved(page.get_by_role("link", name="審査票(Excel)"), tmp_path)
    assert sheet.name == f"審査票_{case.receipt_number}.xlsx"
    assert openpyxl.load_workbook(sheet).active["C2"].value == case.receipt_number
    # The paper opens in the browser; its address is that of the link.
    address = page.get_by_role("link", name="審査票(PDF)").get_attribute("href")
    answer = page.request.get(address or "")
    assert answer.ok
    assert str(case.receipt_number) in "".join(pages_of(answer.body()))

    page.goto("/cases/?tab=all&state=certified")
    follow(page.get_by_role("link", name="認定台帳を書き出す"))
    look(page)
    said(page, "書き出す申請 1件")
    follow(page.get_by_role("button", name="Excelに書き出す"))
    look(page)
    page.get_by_label("何のために書き出しますか").select_option("進み具合の点検")
    ledger = saved(page.get_by_role("button", name="Excelに書き出す"), tmp_path)
    assert ledger.name.startswith(f"認定台帳_{office.municipality.name}_")
    head, *rows = openpyxl.load_workbook(ledger).active.iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["受付番号"], row["申請の状態"]) for row in found] == [(case.receipt_number, "認定")]
    taken = AuditEvent.objects.filter(
        action__in=("certification.sheet_opened", "certification.ledger_exported")
    ).order_by("pk")
    assert [event.details.get("kind") or event.details["rows"] for event in taken] == ["xlsx", "pdf", 1]
