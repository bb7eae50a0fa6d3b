"""事前相談 on the pages: what each sees, what is kept when something is wrong, what is on record, how many queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.selectors import actor_of
from certification.demo import Office, Walk
from certification.models import ConsultationBooking, ContactPoint, Operator, PreliminaryConsultation
from certification.services.booking import book_for_caller
from certification.services.preliminary import record_consultation
from tests.certification.services.test_preliminary import (
    AT,
    NOW,
    TUESDAY,
    book,
    call,
    coming,
    opened,
    recorded,
    said,
)

SignIn = Callable[[User], Client]
LIST = "/preliminary/"
SIZES = (1, 3, 50)


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(office: Office, sign_in: SignIn) -> Client:
    return sign_in(office.desk)


def typed(office: Office, **values: Any) -> dict[str, Any]:
    """What the form of a record sends at least."""
    return {
        "received_on": "令和8年6月1日",
        "received_at": "９時半",
        "way": "phone",
        "topics": ["hard", "soft"],
        "department_id": office.setting.lead_department_id,
        "officer_id": office.desk.pk,
        "status": "open",
        "key": str(uuid.uuid4()),
        **values,
    }


def page_of(row: PreliminaryConsultation, name: str = "preliminary_one") -> str:
    return reverse(f"certification:{name}", args=[row.public_id])


def text(response: Any) -> str:
    return str(response.content.decode())


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_a_call_is_written_down(office: Office, desk: Client) -> None:
    more = {
        "construction_started": "昭和54年9月",
        "unit_count": "８戸",
        "documents_brought": "平面図\n\n付近見取図",
        "next_step": "折り返し電話する",
        "next_on": "R8.6.5",
    }
    answer = desk.post(f"{LIST}new/", typed(office, **more), follow=True)
    row = PreliminaryConsultation.objects.get()
    assert answer.redirect_chain[-1][0] == page_of(row)
    assert (row.received_on, row.received_at) == (dt.date(2026, 6, 1), dt.time(9, 30))
    assert (row.construction_started, row.unit_count) == ("1979-09", 8)
    assert row.documents_brought == ["平面図", "付近見取図"]
    assert row.topic_codes == ("hard", "soft")
    assert "折り返し電話する" in text(answer)


def test_what_was_typed_stays_when_something_is_wrong(office: Office, desk: Client) -> None:
    answer = desk.post(
        f"{LIST}new/", typed(office, received_at="朝", answer="長い回答", next_on="令和8年6月5日")
    )
    assert answer.status_code == 422
    assert "「朝」を時刻として読めません。13:30 のように入れてください。" in text(answer)
    assert "長い回答" in text(answer)
    assert not PreliminaryConsultation.objects.exists()


def test_a_day_without_a_step_is_told_at_the_step(office: Office, desk: Client) -> None:
    answer = desk.post(f"{LIST}new/", typed(office, next_on="令和8年6月5日"))
    assert answer.status_code == 422
    assert "何をするかも入れてください" in text(answer)


def test_an_older_page_keeps_what_was_typed_and_shows_what_stands(office: Office, desk: Client) -> None:
    row = recorded(office)
    url = page_of(row, "preliminary_edit")
    desk.post(url, typed(office, seen=row.revision, answer="先の回答"))
    answer = desk.post(url, typed(office, seen=row.revision, answer="後の回答"))
    assert answer.status_code == 409
    assert "先の回答" in text(answer)
    assert "後の回答" in text(answer)
    row.refresh_from_db()
    assert row.answer == "先の回答"
    again = typed(office, seen=answer.context["form"]["seen"].value(), answer="後の回答")
    assert desk.post(url, again).status_code == 302


def test_the_form_opens_with_what_is_written(office: Office, desk: Client) -> None:
    row = recorded(office, documents_brought=("平面図", "求積図"), next_step="電話", next_on=TUESDAY)
    page = text(desk.get(page_of(row, "preliminary_edit")))
    assert "平面図\n求積図" in page
    assert "令和8年6月2日" in page


def test_a_receipt_number_nobody_has_is_refused_in_words(office: Office, desk: Client) -> None:
    answer = desk.post(f"{LIST}new/", typed(office, receipt_number="R8-認-9999"))
    assert answer.status_code == 422
    assert "「R8-認-9999」の申請が見つかりません" in text(answer)


# --- Reading and access -----------------------------------------------------------------------------------------------


def test_reading_a_record_is_on_record(office: Office, sign_in: SignIn) -> None:
    row = recorded(office)
    sign_in(office.viewer).get(page_of(row))
    event = AuditEvent.objects.get(action="certification.preliminary_viewed")
    assert (event.subject_id, event.actor_name) == (str(row.public_id), office.viewer.name)


def test_the_list_shows_no_contact_and_other_departments_read_too(office: Office, sign_in: SignIn) -> None:
    recorded(office, asker_organisation="かめい住宅")
    for user in (office.decider, office.viewer, *office.reviewers.values()):
        assert "かめい住宅" in text(sign_in(user).get(LIST))


@pytest.mark.parametrize("who", ["decider", "viewer"])
def test_who_reads_is_offered_no_pen(office: Office, sign_in: SignIn, who: str) -> None:
    row = recorded(office)
    client = sign_in(getattr(office, who))
    assert "記録を直す" not in text(client.get(page_of(row)))
    assert client.get(page_of(row, "preliminary_edit")).status_code == 404
    assert client.get(f"{LIST}new/").status_code == 404
    assert client.get(f"{LIST}slots/").status_code == 404


def test_another_city_and_applicants_see_nothing(
    office: Office, other_office: Office, owner: tuple[Operator, User], sign_in: SignIn
) -> None:
    row = recorded(office, asker_organisation="かめい住宅")
    assert "かめい住宅" not in text(sign_in(other_office.desk).get(LIST))
    for user in (other_office.desk, owner[1]):
        assert sign_in(user).get(page_of(row)).status_code == 404
    assert sign_in(owner[1]).get(LIST).status_code == 404


def test_filters(office: Office, desk: Client) -> None:
    recorded(office, asker_organisation="ハード住宅", topics=("hard",))
    recorded(office, asker_organisation="ソフト住宅", status="done")

    def shown(query: str) -> list[str]:
        return [row["who"] for row in desk.get(f"{LIST}?{query}").context["rows"]]

    assert shown("") == ["ハード住宅"]
    assert shown("tab=all") == ["ソフト住宅", "ハード住宅"]
    assert shown("tab=all&topic=soft") == ["ソフト住宅"]
    assert shown("q=そふと") == ["ソフト住宅"]
    assert shown(f"tab=all&department={office.setting.lead_department_id}") == ["ソフト住宅", "ハード住宅"]
    assert shown("tab=zz&topic=zz&department=x&page=x") == ["ハード住宅"]


def test_what_is_late_says_so(office: Office, desk: Client) -> None:
    day = dt.timedelta(days=1)
    recorded(office, next_step="電話", next_on=NOW.date() - day, received_on=NOW.date() - 9 * day)
    assert "過ぎています" in text(desk.get(LIST))


def test_a_case_the_reader_takes_no_part_in_is_a_number_only(
    office: Office, accepted: Walk, sign_in: SignIn
) -> None:
    number = accepted.application.receipt_number
    row = recorded(office, receipt_number=number)
    on_case = set(accepted.application.department_reviews.values_list("department", flat=True))
    outside = next(user for pk, user in office.reviewers.items() if pk not in on_case)
    assert f"/cases/{accepted.application.public_id}/" in text(sign_in(office.desk).get(page_of(row)))
    page = text(sign_in(outside).get(page_of(row)))
    assert number in page
    assert f"/cases/{accepted.application.public_id}/" not in page


# --- Beside a case ----------------------------------------------------------------------------------------------------


def test_the_case_leads_to_its_consultations(office: Office, accepted: Walk, desk: Client) -> None:
    case = accepted.application
    url = reverse("certification:case_preliminary", args=[case.public_id])
    assert url in text(desk.get(f"/cases/{case.public_id}/"))
    row = recorded(office, housing_name=case.housing_name)
    assert [each["row"] for each in desk.get(url).context["rows"]] == [row]
    sent = {"act": "tie", "consultation": row.public_id, "seen": row.revision}
    assert desk.post(url, sent).status_code == 302
    assert [each["row"] for each in desk.get(url).context["linked"]] == [row]
    assert desk.post(url, sent).status_code == 409


def test_of_another_city_nothing_is_tied(
    office: Office, other_office: Office, accepted: Walk, desk: Client
) -> None:
    foreign = record_consultation(
        content=said(other_office),
        key=uuid.uuid4(),
        actor=actor_of(other_office.desk, day=NOW.date()),
        now=NOW,
    )
    url = reverse("certification:case_preliminary", args=[accepted.application.public_id])
    sent = {"act": "tie", "consultation": foreign.public_id, "seen": foreign.revision}
    assert desk.post(url, sent).status_code == 404


# --- Bookings ---------------------------------------------------------------------------------------------------------


def asked(point: ContactPoint, at: str = "2026-06-02T09:30") -> dict[str, Any]:
    return {"point": str(point.public_id), "at": at}


def test_an_applicant_books_and_gives_back(
    office: Office, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    point = opened(office)
    city = f"/preliminary-bookings/?city={office.municipality.code}"
    assert "9:30" in text(applicant_client.get(city))
    sent = {
        **asked(point),
        "topics": ["soft"],
        "operator": str(owner[0].public_id),
        "asker_name": "架空 太郎",
        "asker_contact": "042-000-0000",
    }
    answer = applicant_client.post("/preliminary-bookings/new/", sent, follow=True)
    assert "令和8年6月2日(火) 09:30〜10:30に予約しました。" in text(answer)
    assert "満席" in text(applicant_client.get(city))
    booking = ConsultationBooking.objects.get()
    assert booking.asker_organisation == owner[0].name
    cancel = reverse("certification:booking_cancel", args=[booking.public_id])
    assert "取り消しますか" in text(applicant_client.get(cancel))
    applicant_client.post(cancel)
    assert "満席" not in text(applicant_client.get(city))


def test_a_full_time_is_told_and_what_was_typed_stays(
    office: Office, owner: tuple[Operator, User], applicant_client: Client
) -> None:
    point = opened(office)
    call(point, office)
    sent = {
        **asked(point),
        "topics": ["soft"],
        "operator": str(owner[0].public_id),
        "asker_name": "架空 太郎",
        "asker_contact": "042-000-0000",
        "note": "広さのこと",
    }
    answer = applicant_client.post("/preliminary-bookings/new/", sent)
    assert answer.status_code == 409
    assert "まだ予約していません" in text(answer)
    assert "広さのこと" in text(answer)


def test_applicants_see_no_bookings_of_others(
    office: Office, owner: tuple[Operator, User], outsider_client: Client
) -> None:
    booking = book(opened(office), owner)
    page = text(outsider_client.get(f"/preliminary-bookings/?city={office.municipality.code}"))
    assert "仮名 花" not in page
    assert owner[0].name not in page
    cancel = reverse("certification:booking_cancel", args=[booking.public_id])
    assert outsider_client.get(cancel).status_code == 404
    assert outsider_client.post(cancel).status_code == 404


def test_who_acts_for_nobody_cannot_book(office: Office, desk: Client) -> None:
    point = opened(office)
    assert "登録されていません" in text(desk.get("/preliminary-bookings/"))
    assert desk.get("/preliminary-bookings/new/", asked(point)).status_code == 404


@pytest.mark.parametrize("at", ["", "x", "2026-06-02", "2026-06-02T09:30+09:00", "9999-99-99T00:00"])
def test_an_address_that_names_no_time_leads_back(office: Office, desk: Client, at: str) -> None:
    point = opened(office)
    answer = desk.get(f"{LIST}slots/book/", asked(point, at))
    assert answer.status_code in (200, 302)
    assert desk.post(f"{LIST}slots/book/", asked(point, at)).status_code in (302, 409, 422)


def test_the_office_books_for_a_caller_and_fills_the_record_in(
    office: Office, desk: Client, sign_in: SignIn
) -> None:
    point = opened(office)
    assert "point=" in text(desk.get(f"{LIST}slots/"))
    sent = {**asked(point), "topics": ["soft"], "asker_name": "電話の方", "asker_contact": "042-111-1111"}
    assert desk.post(f"{LIST}slots/book/", sent).status_code == 302
    booking = ConsultationBooking.objects.get()
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        desk = sign_in(office.desk)
        listed = text(desk.get(LIST))
        new = f"{LIST}new/?booking={booking.public_id}"
        assert new in listed
        first = desk.get(new).context["form"].initial
        assert (first["asker_name"], first["received_at"], first["way"]) == ("電話の方", AT, "visit")
        desk.post(new, typed(office, received_on="令和8年6月2日"))
        assert booking.consultation
        assert new not in text(desk.get(LIST))


def test_a_booking_of_another_city_fills_nothing(
    office: Office, other_office: Office, sign_in: SignIn
) -> None:
    booking = call(opened(office), office)
    other = sign_in(other_office.desk)
    assert other.get(f"{LIST}new/?booking={booking.public_id}").status_code == 404
    assert other.get(f"{LIST}new/?booking=x").status_code == 404


def test_the_last_question_names_the_caller_and_leaves_the_bar_alone(office: Office, desk: Client) -> None:
    booking = call(opened(office), office)
    cancel = reverse("certification:preliminary_cancel", args=[booking.public_id])
    page = text(desk.get(cancel))
    assert page.count("仮名 花") == 1
    assert office.desk.name in page
    assert desk.post(cancel).status_code == 302
    booking.refresh_from_db()
    assert booking.cancelled_by == office.desk


def test_the_sheet_of_a_day(office: Office, desk: Client) -> None:
    call(opened(office), office)
    recorded(office, received_on=NOW.date(), asker_organisation="かめい住宅")
    page = text(desk.get(f"{LIST}day/?on=2026-06-02"))
    assert "09:30〜10:30" in page
    assert "仮名 花" in page
    assert "かめい住宅" in text(desk.get(f"{LIST}day/?on=x"))
    event = AuditEvent.objects.filter(action="certification.preliminary_sheet_opened").order_by("pk")[0]
    assert event.details == {"bookings": 1, "received": 0}


# --- The administrator ------------------------------------------------------------------------------------------------


def rows(**values: str) -> dict[str, Any]:
    blank = {f"{name}_{n}": "" for n in range(6) for name in ("starts_at", "ends_at", "minutes", "places")}
    return {"topics": ["hard"], "seen": "0", **blank, **values}


def test_the_administrator_opens_a_contact_point(office: Office, sign_in: SignIn) -> None:
    client = sign_in(office.administrator)
    url = f"/certification/contact-points/?department={office.setting.lead_department_id}"
    sent = rows(
        weekday_0="1", starts_at_0="９:３０", ends_at_0="1130", minutes_0="60", places_0="1",
        closed_on="令和8年6月9日\n2026-06-16",
    )  # fmt: skip
    assert client.post(url, sent).status_code == 302
    point = ContactPoint.objects.get()
    assert [str(each) for each in point.hours.all()] == ["火 09:30〜11:30"]
    assert point.closed_on == ["2026-06-09", "2026-06-16"]
    assert "令和8年6月9日" in text(client.get(url))
    assert client.post(url, sent).status_code == 409


def test_half_a_row_is_refused_where_it_lacks(office: Office, sign_in: SignIn) -> None:
    client = sign_in(office.administrator)
    url = f"/certification/contact-points/?department={office.setting.lead_department_id}"
    answer = client.post(url, rows(weekday_1="2", starts_at_1="9:30"))
    assert answer.status_code == 422
    assert "2行目の終わりを入れるか、行の全部を空にしてください。" in text(answer)
    overlapping = rows(
        weekday_0="1", starts_at_0="9:00", ends_at_0="11:00", minutes_0="30", places_0="1",
        weekday_1="1", starts_at_1="10:00", ends_at_1="12:00", minutes_1="30", places_1="1",
    )  # fmt: skip
    answer = client.post(url, overlapping)
    assert answer.status_code == 422
    assert "時間が重なっています" in text(answer)


def test_a_department_of_another_city_is_not_there(
    office: Office, other_office: Office, sign_in: SignIn
) -> None:
    url = f"/certification/contact-points/?department={office.setting.lead_department_id}"
    assert sign_in(other_office.administrator).get(url).status_code == 404


# --- How many queries -------------------------------------------------------------------------------------------------


def fill(office: Office, point: ContactPoint, owner: tuple[Operator, User], case: Any, size: int) -> None:
    """As many records, tied ones and bookings as there are rows to show."""
    actor = actor_of(office.desk, day=NOW.date())
    for number in range(PreliminaryConsultation.objects.filter(application=None).count(), size):
        recorded(office, housing_name=case.housing_name, asker_name=f"仮名{number}")
        recorded(office, receipt_number=case.receipt_number)
    for number in range(ConsultationBooking.objects.filter(operator=None).count(), size):
        book_for_caller(
            point_id=point.public_id,
            day=TUESDAY,
            starts_at=dt.time(9, 30 + 10 * (number % 3)),
            content=coming(asker_name=f"仮名{number}"),
            actor=actor,
            now=NOW,
        )


def test_query_counts(office: Office, accepted: Walk, owner: tuple[Operator, User], sign_in: SignIn) -> None:
    """The same number of queries at 1, 3 and 50 rows."""
    point = opened(office)
    point.hours.update(minutes=10, places=20)
    book(point, owner, starts_at=dt.time(11, 20))
    case = accepted.application
    clients = {"desk": sign_in(office.desk), "owner": sign_in(owner[1])}
    pages = {
        f"{LIST}?tab=all": "desk",
        f"{LIST}day/?on={TUESDAY}": "desk",
        f"{LIST}day/": "desk",
        f"{LIST}slots/": "desk",
        reverse("certification:case_preliminary", args=[case.public_id]): "desk",
        f"/preliminary-bookings/?city={office.municipality.code}": "owner",
    }
    counts: dict[str, list[int]] = {page: [] for page in pages}
    for size in SIZES:
        fill(office, point, owner, case, size)
        for page, who in pages.items():
            clients[who].get(page)
            with CaptureQueriesContext(connection) as queries:
                assert clients[who].get(page).status_code == 200
            counts[page].append(sum("SAVEPOINT" not in query["sql"] for query in queries))
    assert {page: found for page, found in counts.items() if len(set(found)) > 1} == {}
    assert max(max(found) for found in counts.values()) <= 12
    assert timezone.localdate() == NOW.date()
