"""The rows and pages of 公開一覧 in ready words. Only what stands in the public row is read here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from certification.rules.register import is_fresh, span_text
from certification.selectors.register import PublicEntry
from japan.wareki import format_wareki


def title(entry: PublicEntry) -> str:
    """The housing by its name where that is shown, else by where and under which number it was certified."""
    return _text(entry, "housing_name") or (
        f"{entry.plan.municipality.name}の居住サポート住宅({entry.plan.certified_number})"
    )


def line(entry: PublicEntry, *, today: dt.date) -> dict[str, Any]:
    """One row of the list, for certification/register/_row.html."""
    card = entry.card
    return {
        "name": title(entry),
        "url": reverse("certification:register_entry", args=[entry.public_id]),
        "area": entry.plan.municipality.name,
        "address": _text(entry, "address"),
        "rent": span_text(entry.rent_low_yen, entry.rent_high_yen, unit="円"),
        "size": span_text(entry.floor_area_low_m2, entry.floor_area_high_m2, unit="㎡"),
        "everybody": card.get("acceptance", {}).get("everybody", False),
        "who": card.get("acceptance", {}).get("who", []),
        "vacancy": vacancy(entry, today=today),
        "certified": format_wareki(certified_on(entry)),
        "shows_nothing": not entry.published_fields,
        "is_sample": entry.is_sample,
    }


def vacancy(entry: PublicEntry, *, today: dt.date) -> dict[str, Any] | None:
    """How many rooms were free on which day; None where the operator does not say."""
    if entry.vacancies is None or entry.vacancies_on is None:
        return None
    return {
        "count": entry.vacancies,
        "text": f"{entry.vacancies}戸" if entry.vacancies else "空きなし",
        "day": format_wareki(entry.vacancies_on),
        "is_old": not is_fresh(entry.vacancies_on, today=today),
    }


def certified_on(entry: PublicEntry) -> dt.date:
    """The day of certification; what is on the list has one, the database sees to it."""
    assert entry.plan.certified_on is not None
    return entry.plan.certified_on


def sheet(entry: PublicEntry, *, today: dt.date) -> dict[str, Any]:
    """The page of one housing: blocks of terms and texts, each for what the operator agreed to show."""
    return {
        "title": title(entry),
        "area": entry.plan.municipality.name,
        "certified_number": entry.plan.certified_number,
        "certified_on": format_wareki(certified_on(entry)),
        "changed_on": format_wareki(timezone.localdate(entry.changed_at)),
        "vacancy": vacancy(entry, today=today),
        "address": _text(entry, "address"),
        "contact": entry.card.get("contact"),
        "blocks": [block for block in _blocks(entry) if block["rows"]],
        "acceptance": entry.card.get("acceptance"),
        "shows_nothing": not entry.published_fields,
        "is_sample": entry.is_sample,
    }


def _blocks(entry: PublicEntry) -> list[dict[str, Any]]:
    card = entry.card
    rent, size, support = card.get("rent", {}), card.get("floor_area", {}), card.get("support", {})
    facilities, units, price = card.get("facilities", {}), card.get("units", {}), card.get("price", {})
    return [
        {
            "title": "家賃と契約",
            "rows": _rows(
                ("家賃", _monthly(rent.get("rent"))),
                ("共益費", _monthly(rent.get("common_fee"))),
                ("敷金", rent.get("deposit")),
                ("礼金", rent.get("key_money")),
                ("契約", rent.get("lease")),
                ("家賃の保証", rent.get("guarantee")),
            ),
        },
        {
            "title": "部屋と建物",
            "rows": _rows(
                ("広さ", size.get("text")),
                ("間取り", size.get("layouts")),
                ("戸数", units.get("total")),
                ("うち専用の戸数", units.get("exclusive")),
                ("建物", facilities.get("building")),
                *((row["term"], row["text"]) for row in facilities.get("rooms", [])),
                ("共用の設備", facilities.get("shared")),
            ),
        },
        {
            "title": "入居したあとの支え",
            "rows": _rows(
                ("無事の確認", support.get("safety")),
                ("見守り", support.get("watch")),
                ("ほかの援助", support.get("other")),
                ("援助の料金", price.get("monthly")),
                ("別にかかる費用", price.get("extra_costs")),
            ),
        },
        {"title": "住宅を運営する人", "rows": _operators(card.get("operator", {}).get("parties", []))},
    ]


def _rows(*pairs: tuple[str, str | None]) -> list[dict[str, str]]:
    return [{"term": term, "text": text} for term, text in pairs if text]


def _monthly(amount: str | None) -> str:
    return f"月 {amount}" if amount else ""


def _operators(parties: list[dict[str, str]]) -> list[dict[str, str]]:
    return _rows(
        *(
            pair
            for party in parties
            for pair in (
                ("名称", party["name"]),
                ("住所", party["address"]),
                ("代表者", party["representative"]),
            )
        )
    )


def _text(entry: PublicEntry, field: str) -> str:
    return str(entry.card.get(field, {}).get("text", ""))


def file_row(entry: PublicEntry) -> dict[str, Any]:
    """One row of the files, by the columns of `documents.register_files`."""
    card = entry.card
    acceptance, contact = card.get("acceptance", {}), card.get("contact", {})
    units, support = card.get("units", {}), card.get("support", {})
    return {
        "認定番号": entry.plan.certified_number,
        "認定日": certified_on(entry).isoformat(),
        "市区町村コード": entry.plan.municipality.code,
        "市区町村": entry.plan.municipality.name,
        "住宅の名称": _text(entry, "housing_name"),
        "所在地": _text(entry, "address"),
        "家賃(円/月)下": entry.rent_low_yen,
        "家賃(円/月)上": entry.rent_high_yen,
        "広さ(㎡)下": _number(entry.floor_area_low_m2),
        "広さ(㎡)上": _number(entry.floor_area_high_m2),
        "間取り": card.get("floor_area", {}).get("layouts", ""),
        "戸数": units.get("total", ""),
        "専用戸数": units.get("exclusive", ""),
        "受け入れる方": "どなたでも" if acceptance.get("everybody") else "、".join(acceptance.get("who", [])),
        "安否確認": support.get("safety", ""),
        "見守り": support.get("watch", ""),
        "援助の対価": card.get("price", {}).get("monthly", ""),
        "事業者": "、".join(party["name"] for party in card.get("operator", {}).get("parties", [])),
        "問合せ先": contact.get("name", ""),
        "問合せ先の電話番号": contact.get("phone", ""),
        "空いている部屋の数": entry.vacancies,
        "空きを知らせた日": entry.vacancies_on.isoformat() if entry.vacancies_on else None,
        "更新日": timezone.localdate(entry.changed_at).isoformat(),
        "ページ": settings.SITE_URL + reverse("certification:register_entry", args=[entry.public_id]),
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
