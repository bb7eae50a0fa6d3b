"""公開一覧: the list, its conditions, one housing, both files, and the operator's page."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Municipality, User
from certification.demo import Walk
from certification.documents.register_files import as_text
from certification.models import Operator, Plan, PlanVersion, RegisterEntry
from certification.rules.plan import Category, to_content
from certification.rules.plan import Plan as PlanContent
from certification.rules.register import PublicField, public_row
from certification.selectors.register import PAGE
from tests.certification.pages.conftest import SignIn
from tests.certification.rules.test_register import MARKS, NEVER, marked_plan
from tests.world import recent

LIST: Final = reverse("certification:register")
MOST_QUERIES: Final = 5
pytestmark = pytest.mark.django_db


@pytest.fixture
def city(reference: None) -> Municipality:
    found = Municipality.objects.filter(certification_setting__isnull=False).order_by("code").first()
    assert found is not None
    return found


def listed(
    city: Municipality,
    *fields: str,
    number: int = 1,
    plan: PlanContent | None = None,
    vacancies: int | None = None,
    days: int = 0,
    status: str = Plan.Status.CERTIFIED,
) -> RegisterEntry:
    """A certified plan with its public row, as the service makes it."""
    plan = plan or marked_plan()
    operator, _ = Operator.objects.get_or_create(name="カナリア事業者")
    kept = Plan.objects.create(
        operator=operator,
        municipality=city,
        status=status,
        certified_number=f"R8-{number:04}",
        certified_on=recent(9).date(),
        created_at=recent(30),
    )
    version = PlanVersion.objects.create(plan=kept, number=1, content=to_content(plan), edited_at=recent(30))
    row = public_row(plan, fields)
    return RegisterEntry.objects.create(
        plan=kept,
        version=version,
        published_fields=list(fields),
        changed_at=recent(9),
        vacancies=vacancies,
        vacancies_on=recent(days).date() if vacancies is not None else None,
        **dataclasses.asdict(row),
    )


def body(address: str, **query: Any) -> str:
    answer = Client().get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(**query: Any) -> list[str]:
    answer = Client().get(LIST, query)
    assert answer.status_code == 200
    return sorted(row["name"] for row in answer.context["rows"])


def everywhere(entry: RegisterEntry) -> str:
    """Whatever the public can read of one housing."""
    page = reverse("certification:register_entry", args=[entry.public_id])
    files = [reverse(f"certification:register_{kind}") for kind in ("csv", "json")]
    return "".join(body(address) for address in (LIST, page, *files))


# --- What is shown ---


def test_without_agreement_only_place_number_and_day(city: Municipality) -> None:
    entry = listed(city)
    text = everywhere(entry)
    marks = {mark for own in MARKS.values() for mark in own} | set(NEVER)
    found = text.replace("高齢の方", "")  # stands among the conditions one may choose
    shown = {mark for mark in marks if mark in found and mark not in ("浴室", "洗濯室", "101")}
    assert shown == set()
    assert "カナリア事業者" not in text
    assert f"{city.name}の居住サポート住宅(R8-0001)" in text


@pytest.mark.parametrize("field", [field for field in PublicField if field != PublicField.VACANCY])
def test_each_field_shows_its_own_and_no_other_canary(city: Municipality, field: PublicField) -> None:
    text = everywhere(listed(city, field))
    others = {
        mark
        for other in PublicField
        if other != field
        for mark in MARKS[other]
        if mark.startswith(("印", "7"))
    }
    own = "".join(MARKS[field])
    assert [mark for mark in others if mark in text and mark not in own] == []
    assert [mark for mark in NEVER if mark.startswith("印") and mark in text] == []
    assert any(mark in text for mark in MARKS[field])


def test_only_what_is_certified_is_there(city: Municipality) -> None:
    gone = [
        listed(city, number=number, status=status)
        for number, status in enumerate((Plan.Status.ABOLISHED, Plan.Status.REVOKED), start=1)
    ]
    assert names() == []
    for entry in gone:
        address = reverse("certification:register_entry", args=[entry.public_id])
        assert Client().get(address).status_code == 404
    assert json.loads(body(reverse("certification:register_json")))["件数"] == 0


def test_the_page_has_its_address_and_a_code_to_scan(city: Municipality, settings: Any) -> None:
    settings.SITE_URL = "https://sumai.example.jp"
    entry = listed(city, "contact", "vacancy", vacancies=2)
    page = reverse("certification:register_entry", args=[entry.public_id])
    text = body(page)
    assert f"https://sumai.example.jp{page}" in text
    assert 'class="qr-dark"' in text
    assert "2戸" in text


def test_an_old_report_says_so(city: Municipality) -> None:
    entry = listed(city, "vacancy", vacancies=2, days=61)
    assert "古い情報かもしれません" in body(reverse("certification:register_entry", args=[entry.public_id]))


def test_reading_leaves_no_cookie(city: Municipality) -> None:
    assert not Client().get(LIST).cookies


# --- Conditions ---


def test_conditions(city: Municipality) -> None:
    other = Municipality.objects.filter(certification_setting__isnull=False).order_by("code")[1]
    plan = marked_plan()
    foreign = dataclasses.replace(plan.acceptance, categories=(Category.FOREIGN,))
    name = dataclasses.replace(plan.buildings[0], name="別の家")
    listed(city, *PublicField.values, plan=plan, vacancies=1)
    listed(
        other,
        *PublicField.values,
        number=2,
        plan=dataclasses.replace(plan, acceptance=foreign, buildings=(name,)),
        vacancies=0,
    )
    both = ["別の家", "印名称"]
    assert names() == sorted(both)
    assert names(area=other.code) == ["別の家"]
    assert names(area=[city.code, other.code]) == sorted(both)
    assert names(who="a3") == ["印名称"]
    assert names(who=["a3", "b1"]) == sorted(both)
    assert names(rent="71,717円") == sorted(both)
    assert names(rent="71716") == []
    assert names(size="25.2") == sorted(both)
    assert names(size="25.21") == []
    assert names(has="toilet") == sorted(both)
    assert names(has=["toilet", "bath"]) == []
    assert names(vacant="1") == ["印名称"]
    assert names(area=city.code, who="b1") == []


@pytest.mark.parametrize(
    "query", [{"rent": "999999"}, {"size": "1"}, {"who": "a3"}, {"has": "toilet"}, {"vacant": "1"}]
)
def test_what_is_not_shown_cannot_be_found_by(city: Municipality, query: dict[str, str]) -> None:
    listed(city, "housing_name")
    assert names(**query) == []


def test_an_old_vacancy_is_no_vacancy(city: Municipality) -> None:
    listed(city, "vacancy", vacancies=3, days=61)
    assert names(vacant="1") == []


def test_nonsense_is_left_out_and_said(city: Municipality) -> None:
    listed(city, "housing_name")
    for query in ({"rent": "たかい"}, {"area": "999999"}, {"who": "zz"}, {"size": "-1"}, {"vacant": "x"}):
        text = body(LIST, **query)
        assert "印名称" in text
        assert "読み取れない条件がありました" in text


def test_conditions_go_into_the_files(city: Municipality) -> None:
    listed(city, "housing_name", "rent")
    assert "rent=70000" in body(LIST, rent="70,000")
    address = reverse("certification:register_json")
    assert json.loads(body(address, rent="70000"))["件数"] == 0
    (found,) = json.loads(body(address, rent="80000"))["住宅"]
    assert (found["住宅の名称"], found["家賃(円/月)下"], found["所在地"]) == ("印名称", 71_717, None)


def test_the_empty_list_says_what_comes(city: Municipality) -> None:
    assert "認定された住宅は、まだありません" in body(LIST)
    listed(city)
    assert "あてはまる住宅は、見つかりませんでした" in body(LIST, vacant="1")


def test_pages_follow_each_other(city: Municipality) -> None:
    for number in range(1, PAGE + 4):
        listed(city, number=number)
    first = Client().get(LIST, {"area": city.code})
    assert len(first.context["rows"]) == PAGE
    second = Client().get(first.context["next_url"])
    assert (len(second.context["rows"]), second.context["next_url"]) == (3, None)
    both = [row["url"] for answer in (first, second) for row in answer.context["rows"]]
    assert len(set(both)) == PAGE + 3
    assert Client().get(LIST, {"after": "x"}).status_code == 404


# --- Files ---


def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing(city: Municipality) -> None:
    plan = marked_plan()
    building = dataclasses.replace(plan.buildings[0], name='=HYPERLINK("http://x.example")')
    listed(city, "housing_name", plan=dataclasses.replace(plan, buildings=(building,)))
    answer = Client().get(reverse("certification:register_csv"))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer["Content-Disposition"]
    header, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert dict(zip(header, row, strict=True))["住宅の名称"] == '\'=HYPERLINK("http://x.example")'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "\n=1", "\uff1d1", "\uff0b1"])
def test_no_cell_begins_a_formula(text: str) -> None:
    assert as_text(text) == f"'{text}"


def test_other_cells_stay() -> None:
    assert [as_text(value) for value in (None, 0, "みほん館", "042-000")] == ["", "0", "みほん館", "042-000"]


# --- Queries ---


@pytest.mark.parametrize("query", ["", "rent=90000&who=a3&vacant=1", "area=139912"])
def test_queries_do_not_grow_with_the_list(city: Municipality, query: str) -> None:
    counts: dict[str, set[int]] = {}
    addresses = [LIST, *(reverse(f"certification:register_{kind}") for kind in ("csv", "json"))]
    made = 0
    for size in (1, 3, 50):
        for number in range(made + 1, size + 1):
            entry = listed(city, *PublicField.values, number=number, vacancies=1)
        made = size
        page = reverse("certification:register_entry", args=[entry.public_id])
        for address in (*addresses, page):
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(f"{address}?{query}").status_code == 200
            counts.setdefault(address if address != page else "entry", set()).add(len(queries))
    assert all(len(found) == 1 and max(found) <= MOST_QUERIES for found in counts.values()), counts


# --- The operator's page ---


@pytest.fixture
def certified(proposed: Walk) -> Walk:
    return proposed.decide()


def own_page(walk: Walk) -> str:
    return reverse("certification:plan_register", args=[walk.application.public_id])


def send(client: Client, walk: Walk, **data: Any) -> Any:
    entry = RegisterEntry.objects.get(plan=walk.application.plan_id)
    return client.post(own_page(walk), {"seen": entry.revision, **data})


def test_nothing_is_ticked_by_itself(certified: Walk, applicant_client: Client) -> None:
    answer = applicant_client.get(own_page(certified))
    assert answer.status_code == 200
    assert " checked" not in answer.content.decode()


def test_the_plan_and_the_front_door_lead_there(certified: Walk, applicant_client: Client) -> None:
    plan = reverse("certification:plan", args=[certified.application.public_id])
    assert own_page(certified) in applicant_client.get(plan).content.decode()
    assert f'href="{LIST}"' in body("/")


def test_choosing_shows_it_at_once(certified: Walk, applicant_client: Client) -> None:
    answer = send(
        applicant_client, certified, notice=["rent"], more=["housing_name"], vacancy="on", vacancies="1戸"
    )
    assert answer.status_code == 302
    assert names(vacant="1") == ["見本荘"]
    assert "二丁目3番4号" not in body(LIST)
    assert "checked" in applicant_client.get(own_page(certified)).content.decode()


@pytest.mark.parametrize("vacancies", ["", "9", "たくさん"])
def test_a_wrong_number_is_said_and_what_was_ticked_stays(
    certified: Walk, applicant_client: Client, vacancies: str
) -> None:
    answer = send(applicant_client, certified, more=["address"], vacancy="on", vacancies=vacancies)
    assert answer.status_code == 422
    assert 'value="address"' in answer.content.decode()
    assert names() == [f"{certified.office.municipality.name}の居住サポート住宅(R8-0001)"]


def test_the_slower_of_two_is_told(certified: Walk, applicant_client: Client) -> None:
    entry = RegisterEntry.objects.get()
    send(applicant_client, certified, notice=["rent"])
    answer = applicant_client.post(own_page(certified), {"seen": entry.revision, "more": ["address"]})
    assert answer.status_code == 409
    assert "ほかの人が先に保存しました" in answer.content.decode()
    assert RegisterEntry.objects.get().published_fields == ["rent"]


def test_it_is_for_the_operator_of_a_certified_plan(
    certified: Walk, outsider_client: Client, sign_in: SignIn, owner: tuple[Operator, User]
) -> None:
    for client in (outsider_client, sign_in(certified.office.desk)):
        assert client.get(own_page(certified)).status_code == 404
        assert send(client, certified, notice=["rent"]).status_code == 404
    draft = Walk(office=certified.office, user=owner[1], at=certified.at).begin(owner[0], marked_plan())
    assert sign_in(owner[1]).get(own_page(draft)).status_code == 404
