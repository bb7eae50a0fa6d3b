"""Takes the pictures of the manuals: `make manual-pictures`.

A demo of its own in a temporary folder, a server on a free port of this machine, a Chromium without moving parts: so the
pictures can be made again after every change of a page. Days in them follow the day they are taken.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from certification.models import Application

ROOT: Final = Path(__file__).resolve().parents[2]
PICTURES: Final = Path(__file__).with_name("pictures")
ALL_TOGETHER_MAX: Final = 3_000_000
DEMO: Final = ("load_reference", "load_ring", "load_demo", "load_case_demo")

DESK, REVIEWER, DECIDER, APPLICANT = (
    "madoguchi@city1.example.jp",
    "shinsa1@city1.example.jp",
    "kacho@city1.example.jp",
    "mihon@sumai.example.jp",
)
ROUTE_CHIEF: Final = "kacho@city2.example.jp"
COUNSELLOR: Final = "soudan@wa-desk.example.jp"
SUPERVISOR: Final = "sekinin@wa-desk.example.jp"

WIDE: Final = 1280

ROOMS: Final = "部屋番号\t広さ\t家賃\n201\t25.2\t52000\n202\t二十五\t53000"


def as_it_is(page: Page) -> None:
    """Nothing to do before the picture."""


def ask_for_a_correction(page: Page) -> None:
    """Judge an item 要補正 with a remark, as a reviewer does; it becomes a draft of a point of return."""
    item = page.locator("[data-item]").nth(3)
    if not item.locator("textarea").is_visible():
        item.get_by_text("所見", exact=True).click()
    item.locator("textarea").fill("異常に気づいた後、だれが何時間のうちに訪ねるかを書いてください。")
    with page.expect_response(lambda response: "/judge/" in response.url):
        item.get_by_label("要補正").check()
    page.reload()
    page.locator("[data-item]").nth(3).evaluate("item => item.scrollIntoView({block: 'center'})")


def paste_rooms(page: Page) -> None:
    """Paste two rooms as from Excel, one cell of which cannot be read."""
    page.get_by_label("部屋の一覧", exact=True).fill(ROOMS)
    page.get_by_role("button", name="読み取って確かめる").click()


def open_first_person(page: Page) -> None:
    page.locator("main table a").first.click()
    page.wait_for_load_state()


def to_first_item(page: Page) -> None:
    page.keyboard.press("j")


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture: who looks at which page, and what is done before.

    `page`: name of the address in `app`. `housing`: whose page it is; `of`: what of it (see `FIND`); `person`: whose
    consultation it is, by name, and `of` what of it (see `_of_talk`); `query`: what follows the address.
    """

    name: str
    who: str
    page: str
    app: str = "certification"
    housing: str = ""
    person: str = ""
    query: str = ""
    of: str = "case"
    more: tuple[tuple[str, str], ...] = ()
    city: str = "輪野市"
    height: int = 720
    before: Callable[[Page], None] = as_it_is


def talk(name: str, page: str, *, who: str = COUNSELLOR, **more: Any) -> Shot:
    """A page of the consultation desk."""
    return Shot(name=name, who=who, page=page, app="consultations", **more)


def act(name: str, who: str, action: str, housing: str, *, height: int = 720) -> Shot:
    """The page on which one act on an application is done."""
    return Shot(
        name=name, who=who, page="case_act", housing=housing, more=(("action", action),), height=height
    )


# In the order in which they are taken: a picture may show what was done for the one before.
SHOTS: Final = (
    Shot(name="desk-queue", who=DESK, page="queue"),
    Shot(name="desk-preliminary", who=DESK, page="preliminary", height=820),
    act("desk-accept", DESK, "accept", "例の家 南"),
    Shot(name="desk-correct", who=DESK, page="case", housing="見本荘", before=ask_for_a_correction),
    act("desk-return", DESK, "return", "見本荘", height=900),
    Shot(name="desk-inquiries", who=DESK, page="case_inquiries", housing="見本荘"),
    act("desk-propose", DESK, "propose_certify", "架空テラス", height=900),
    Shot(name="desk-letters", who=DESK, page="case_letters", housing="みほん館", height=560),
    Shot(
        name="desk-notification", who=DESK, page="notification", housing="例示荘 西", of="filed", height=900
    ),
    Shot(name="desk-reports", who=DESK, page="reports", height=760),
    Shot(name="desk-supervision", who=DESK, page="supervision"),
    Shot(name="desk-measure", who=DESK, page="measure", housing="みほん館", of="measure", height=900),
    Shot(name="desk-copy", who=DESK, page="case_copy", housing="みほん館", height=820),
    Shot(name="desk-hand-over", who=DESK, page="hand_over", height=900, before=open_first_person),
    Shot(name="desk-statistics", who=DESK, page="statistics"),
    Shot(name="reviewer-case", who=REVIEWER, page="case", housing="サンプルハイツ", before=to_first_item),
    Shot(name="reviewer-criteria", who=REVIEWER, page="case_criteria", housing="サンプルハイツ"),
    Shot(name="reviewer-changes", who=DESK, page="case_changes", housing="ひだまり見本館", height=560),
    act("decider-decide", DECIDER, "decide", "架空ハウス", height=900),
    Shot(
        name="decider-route",
        who=ROUTE_CHIEF,
        page="case_approval",
        housing="課長待ちの見本荘",
        city="古都見市",
    ),
    Shot(name="decider-absence", who=ROUTE_CHIEF, page="absences", height=820),
    Shot(name="applicant-plans", who=APPLICANT, page="plans"),
    Shot(
        name="applicant-write",
        who=APPLICANT,
        page="plan_section",
        housing="書きかけの家",
        more=(("section", "support"),),
        height=820,
    ),
    Shot(
        name="applicant-units",
        who=APPLICANT,
        page="plan_units",
        housing="書きかけの家",
        height=900,
        before=paste_rooms,
    ),
    Shot(name="applicant-submit", who=APPLICANT, page="plan_submit", housing="書きかけの家", height=1120),
    Shot(name="applicant-returns", who=APPLICANT, page="plan_returns", housing="コーポ見本", height=900),
    Shot(
        name="applicant-certified",
        who=APPLICANT,
        page="own_certified",
        housing="例示荘 西",
        of="plan",
        height=900,
    ),
    Shot(
        name="applicant-report",
        who=APPLICANT,
        page="own_notification",
        housing="例示荘 西",
        of="report",
        height=820,
    ),
    talk("counsellor-cases", "cases", query="?tab=open"),
    talk("counsellor-intake", "case_new", height=900),
    talk("counsellor-case", "case", person="例示 三郎", height=900),
    talk("counsellor-bookings", "bookings", height=760),
    talk("counsellor-consents", "case_consents", person="例示 三郎"),
    talk("counsellor-plan", "case_plans", person="例示 三郎", height=820),
    talk("counsellor-shops", "shop_inquiry", person="例示 三郎", of="answered", height=1040),
    talk("counsellor-referral", "referral", person="例示 三郎", of="referral", height=820),
    talk("counsellor-transfer", "transfer", of="offered", height=900),
    talk("counsellor-conference", "conference", of="conference", height=900),
    talk("counsellor-statistics", "statistics", query="?version=internal", height=900),
    talk("supervisor-records", "openings", who=SUPERVISOR, height=620),
    talk("supervisor-override", "override_review", who=SUPERVISOR, of="override", height=900),
    talk("supervisor-retention", "retention", who=SUPERVISOR, height=820),
)


# --- The demo ---------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(env: Mapping[str, str], *, port: int) -> Iterator[str]:
    """The site on this machine alone, until the pictures are taken."""
    command = [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"]
    with (Path(env["MEDIA_ROOT"]).parent / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/healthz")
            yield url
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(url: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The server of the demo did not answer within 30 seconds.")


def load_demo() -> None:
    """Set up Django for the environment of this process, and fill its database."""
    # Started as a file, Python looks beside it and not in the project's folder.
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    for command in DEMO:
        call_command(command, stdout=io.StringIO())


def session_of(email: str) -> str:
    """A session as after a login: the manuals show work, not passwords."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def address_of(shot: Shot) -> str:
    from django.urls import reverse

    from certification.models import Application

    given: dict[str, Any] = dict(shot.more)
    if shot.housing:
        # The first of a plan: later ones are about what was certified with it.
        case = Application.objects.filter(housing_name=shot.housing, municipality__name=shot.city).earliest(
            "pk"
        )
        argument, find = FIND[shot.of]
        given[argument] = find(case)
    if shot.app == "consultations":
        given |= _of_talk(shot)
    return reverse(f"{shot.app}:{shot.page}", kwargs=given) + shot.query


def _of_talk(shot: Shot) -> dict[str, Any]:
    """What of the first sample desk an address asks for."""
    from consultations import models

    desk = models.DeskPost.objects.get(user__email=COUNSELLOR).desk
    of_desk = {"case__desk": desk}
    found: dict[str, Any] = {}
    if shot.person:
        found["case_id"] = models.Case.objects.get(desk=desk, name=shot.person).public_id
    if shot.of == "answered":
        inquiry = models.ShopInquiry.objects.get(state="answered_yes", **of_desk)
        found["inquiry_id"] = inquiry.public_id
    elif shot.of == "referral":
        found["referral_id"] = models.Referral.objects.get(**of_desk).public_id
    elif shot.of == "offered":
        found["transfer_id"] = models.CaseTransfer.objects.get(to_desk=desk).public_id
    elif shot.of == "conference":
        found["conference_id"] = models.Conference.objects.get(desk=desk).public_id
    elif shot.of == "override":
        found["consent_id"] = models.ConsentEvent.objects.get(kind="override", **of_desk).public_id
    return found


def _measure(case: Application) -> uuid.UUID:
    from certification.models import Measure

    return Measure.objects.filter(plan=case.plan).earliest("pk").public_id


def _filed(case: Application) -> uuid.UUID:
    from certification.models import Notification
    from certification.rules.notifications import NotificationStatus

    return (
        Notification.objects.filter(plan=case.plan, status=NotificationStatus.FILED).earliest("pk").public_id
    )


def _report(case: Application) -> uuid.UUID:
    from certification.models import Notification
    from certification.rules.notifications import NotificationKind

    reports = Notification.objects.filter(plan=case.plan, kind=NotificationKind.ANNUAL_REPORT)
    return reports.earliest("pk").public_id


FIND: Final[Mapping[str, tuple[str, Callable[[Application], uuid.UUID]]]] = {
    "case": ("case_id", lambda case: case.public_id),
    "plan": ("plan_id", lambda case: case.plan.public_id),
    "measure": ("measure_id", _measure),
    "filed": ("public_id", _filed),
    "report": ("public_id", _report),
}
"""What of a housing an address asks for: the name it has there, and where it is found."""


# --- The pictures -----------------------------------------------------------------------------------------------------


def take(browser: Browser, shot: Shot, *, url: str, cookie: Any) -> bytes:
    context = browser.new_context(
        viewport={"width": WIDE, "height": shot.height},
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",
    )
    context.add_cookies([cookie])
    page = context.new_page()
    answer = page.goto(url)
    if answer is None or not answer.ok:
        raise SystemExit(f"{shot.name}: the page answered {answer.status if answer else 'nothing'}.")
    shot.before(page)
    page.evaluate("document.fonts.ready")
    data = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return data


def save(name: str, data: bytes) -> int:
    """With a palette: a page has few colours, and the file a fifth of the size."""
    path = PICTURES / f"{name}.png"
    with Image.open(io.BytesIO(data)) as picture:
        picture.convert("RGB").quantize(160, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise SystemExit("Chromium is needed for the pictures: install the package chromium.")
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SUMAI_MODE": "demo",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3",
            "MEDIA_ROOT": f"{folder}/media",
        }
        load_demo()
        take_all(chromium, port=port)


def take_all(chromium: str, *, port: int) -> None:
    from django.conf import settings

    # All of the database before the browser: Django refuses queries beside its event loop.
    addresses = {shot.name: address_of(shot) for shot in SHOTS}
    sessions = {who: session_of(who) for who in {shot.who for shot in SHOTS}}
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    total = 0
    with served(os.environ, port=port) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--lang=ja"],
            env={**os.environ, "LANGUAGE": "ja"},
        )
        for shot in SHOTS:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": sessions[shot.who], "url": url}
            total += save(shot.name, take(browser, shot, url=url + addresses[shot.name], cookie=cookie))
        browser.close()
    print(f"{len(SHOTS)} pictures, {total // 1000} KB, in docs/manuals/pictures")
    if total > ALL_TOGETHER_MAX:
        raise SystemExit("The pictures are larger than 3 MB together: crop or drop some.")


if __name__ == "__main__":
    main()
