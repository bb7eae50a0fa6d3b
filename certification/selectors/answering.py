"""What the holder of an answer link may see: the housing before the code was given, the questions after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.selectors import NotVisible
from certification.models import Inquiry, InquiryLink
from certification.rules.inquiries import LinkState, link_state, token_digest


@dataclass(frozen=True, kw_only=True)
class LinkPage:
    """One link as its holder meets it."""

    inquiry: Inquiry
    state: LinkState
    city: str
    department: str
    until: dt.datetime


def link_page(token: str, *, now: dt.datetime) -> LinkPage:
    """The link of this token. Raises `NotVisible` for a token nobody made."""
    related = ("inquiry__application__municipality__certification_setting__lead_department",)
    link = InquiryLink.objects.select_related(*related).filter(token_hash=token_digest(token)).first()
    if link is None:
        raise NotVisible
    municipality = link.inquiry.application.municipality
    return LinkPage(
        inquiry=link.inquiry,
        state=link_state(
            link.inquiry.known,
            used=link.used_at is not None,
            revoked=link.revoked_at is not None,
            tries=link.tries,
            expires_at=link.expires_at,
            now=now,
        ),
        city=municipality.name,
        department=municipality.certification_setting.lead_department.name,
        until=link.expires_at,
    )
