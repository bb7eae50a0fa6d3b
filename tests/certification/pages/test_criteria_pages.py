"""基準の確かめ, 申請書と別添, 基準の数値, 認定後の確認 as people meet them."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse

from accounts.models import User
from certification.demo import Walk
from certification.demo_criteria import add_follow_up
from certification.models import FollowUp, RentComparable, Threshold


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def test_every_check_is_told_by_article_and_a_rent_is_added(accepted: Walk) -> None:
    desk = client(accepted.office.desk)
    url = reverse("certification:case_criteria", args=[accepted.application.public_id])
    page = desk.get(url).content.decode()
    assert "101号 25.20㎡(既存住宅の基準 18㎡以上)" in page
    assert "法41条8号" in page

    wrong = desk.post(
        url, {"address": "見本町", "area_m2": "ひろい", "monthly_rent_yen": "", "source": "見本"}
    )
    assert wrong.status_code == 422
    assert "「ひろい」を面積として読めません" in wrong.content.decode()
    assert 'value="見本町"' in wrong.content.decode()

    typed = {"address": "見本町", "area_m2": "25㎡", "monthly_rent_yen": "50,000円", "source": "見本"}
    assert desk.post(url, typed).status_code == 302
    assert RentComparable.objects.get().monthly_rent_yen == 50_000
    assert "調べた1件の中央値 2,000円/㎡" in desk.get(url).content.decode()


def test_the_application_is_printed_with_its_sheets(accepted: Walk) -> None:
    url = reverse("certification:case_application", args=[accepted.application.public_id])
    page = client(accepted.office.viewer).get(url).content.decode()

    assert "別添1 賃貸人の役員等" in page
    assert "別添5 住宅の規模及び設備等" in page
    assert "別添6" not in page


def test_an_administrator_adds_and_ends_an_own_number(accepted: Walk) -> None:
    browser = client(accepted.office.administrator)
    url = reverse("certification:thresholds")
    typed = {
        "code": "floor_area_new_m2",
        "value": "２６",
        "effective_from": "2099-04-01",
        "basis": "見本の計画",
    }
    assert browser.post(url, typed).status_code == 302
    row = Threshold.objects.get(municipality=accepted.office.municipality)
    assert "強化" in browser.get(url).content.decode()

    end = reverse("certification:threshold_end", args=[row.pk])
    assert browser.post(end, {"seen": "2030-01-01", "until": "2099-12-31"}).status_code == 409
    assert browser.post(end, {"seen": "", "until": "2099-12-31"}).status_code == 302


def test_what_follows_is_listed_with_the_overdue_first_and_closed(proposed: Walk) -> None:
    case = proposed.decide().application
    add_follow_up(case, due_on=dt.date(2099, 3, 31))
    FollowUp.objects.create(
        plan=case.plan, application=case, kind="seismic_works", subject="別の棟", due_on=dt.date(2020, 3, 31)
    )
    desk = client(proposed.office.desk)
    page = desk.get(reverse("certification:follow_ups")).content.decode()
    assert page.index("別の棟") < page.index("見本荘")
    assert "期限を過ぎたものが1件あります" in page

    row = FollowUp.objects.get(subject="別の棟")
    url = reverse("certification:follow_up", args=[row.public_id])
    assert desk.post(url, {"seen": "0", "done_on": "2026-02-30", "note": "見た"}).status_code == 422
    assert desk.post(url, {"seen": "7", "done_on": "2026-02-01", "note": "見た"}).status_code == 409
    assert desk.post(url, {"seen": "0", "done_on": "2026-02-01", "note": "見た"}).status_code == 302
    assert "別の棟" in desk.get(f"{reverse('certification:follow_ups')}?done=1").content.decode()
