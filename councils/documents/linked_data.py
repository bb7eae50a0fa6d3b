"""What search engines and other machines read in a page: JSON-LD in the words of schema.org. Published facts only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from councils.models import Council, Desk, Shop
from councils.rules.schedule import SessionRule
from councils.rules.schedule_json import schema_org
from councils.rules.words import Language

_CONTEXT = "https://schema.org"


def desk_data(desk: Desk, *, rules: Iterable[SessionRule], url: str) -> dict[str, Any]:
    """A desk as a GovernmentService with its contact, languages and schedule."""
    contact = {
        "@type": "ContactPoint",
        "telephone": desk.phone,
        "faxNumber": desk.fax,
        "email": desk.email,
        "availableLanguage": _languages(desk.languages),
        "hoursAvailable": [schema_org(rule) for rule in rules],
    }
    return _filled(
        {
            "@context": _CONTEXT,
            "@type": "GovernmentService",
            "name": desk.name,
            "description": desk.summary,
            "url": url,
            "serviceType": "住まいの相談",
            "areaServed": {"@type": "AdministrativeArea", "name": desk.municipality.name},
            "audience": [{"@type": "Audience", "audienceType": each.plain} for each in desk.categories.all()],
            "provider": {"@type": "Organization", "name": desk.council.name},
            "availableChannel": {
                "@type": "ServiceChannel",
                "serviceLocation": _place(desk.venue or desk.name, desk.address),
                "servicePhone": contact,
            },
            "dateModified": _day(desk.confirmed_on),
        }
    )


def shop_data(shop: Shop, *, url: str) -> dict[str, Any]:
    """A shop as a RealEstateAgent; only the fields it agreed to publish."""
    return _filled(
        {
            "@context": _CONTEXT,
            "@type": "RealEstateAgent",
            "name": shop.name,
            "url": url,
            "address": _address(shop.shown("address")),
            "telephone": shop.shown("phone"),
            "faxNumber": shop.shown("fax"),
            "email": shop.shown("email"),
            "sameAs": shop.shown("website"),
            "areaServed": {"@type": "AdministrativeArea", "name": shop.municipality.name},
            "knowsLanguage": _languages(shop.languages),
            "memberOf": {"@type": "Organization", "name": shop.council.name},
        }
    )


def council_data(council: Council, *, areas: Iterable[str], url: str) -> dict[str, Any]:
    """A council as a GovernmentOrganization."""
    return _filled(
        {
            "@context": _CONTEXT,
            "@type": "GovernmentOrganization",
            "name": council.name,
            "url": url,
            "sameAs": council.website,
            "foundingDate": _founded(council),
            "areaServed": [{"@type": "AdministrativeArea", "name": name} for name in areas],
        }
    )


def _founded(council: Council) -> str:
    """As exactly as it is known: 2016, 2016-07 or 2016-07-01."""
    if council.established_on is None:
        return ""
    length = {"year": 4, "month": 7}.get(council.established_precision, 10)
    return council.established_on.isoformat()[:length]


def _place(name: str, address: str) -> dict[str, Any]:
    return {"@type": "Place", "name": name, "address": _address(address)} if address else {}


def _address(text: str) -> dict[str, str]:
    return {"@type": "PostalAddress", "addressCountry": "JP", "streetAddress": text} if text else {}


def _languages(codes: Iterable[str]) -> list[str]:
    """Tags that others know: やさしい日本語 has none of its own and is Japanese."""
    return sorted({"ja", *(code for code in codes if code != Language.EASY_JAPANESE)})


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, in every depth: a machine takes an empty telephone for a telephone."""
    kept: dict[str, Any] = {}
    for name, value in values.items():
        inner = _filled(value) if isinstance(value, dict) else value
        if isinstance(inner, dict) and set(inner) <= {"@type"}:
            continue
        if inner not in ("", None, [], {}):
            kept[name] = inner
    return kept
