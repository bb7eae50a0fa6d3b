"""The link and the code of an inquiry. Both are computed from a key of the site, so neither stands in the database."""

from __future__ import annotations

import base64
import secrets
import uuid
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import Notice
from consultations.models import ShopInquiry
from consultations.rules.asking import CODE_DIGITS, in_groups, token_digest

_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O: a reference is read out on the telephone."""
KEY_PREFIX: Final = "shop-inquiry:"


def new_reference() -> str:
    """Drawn anew for each inquiry: ABCD-EFGH."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


def token_of(public_id: uuid.UUID) -> str:
    """120 bits in 24 signs that can be typed from a fax."""
    return base64.b32encode(_digest("token", public_id)[:15]).decode().lower()


def code_of(public_id: uuid.UUID) -> str:
    """The six digits that are told beside the link."""
    return f"{int.from_bytes(_digest('code', public_id)[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def code_digest(public_id: uuid.UUID, code: str) -> str:
    """What is kept of a code. Keyed: six digits alone could be tried out by who has a copy of the database."""
    return _digest("kept", public_id, code).hex()


def path_of(public_id: uuid.UUID) -> str:
    """The page of the link."""
    return reverse("consultations:shop_answer", args=[in_groups(token_of(public_id))])


def can_remake(inquiry: ShopInquiry) -> bool:
    """Whether the link can still be computed: not when the key of the site was changed since it was sent."""
    return token_digest(token_of(inquiry.public_id)) == inquiry.token_hash


def link_of(notice: Notice) -> str:
    """The link of a mail, made when it is sent."""
    return path_of(uuid.UUID(notice.key.removeprefix(KEY_PREFIX).partition(":")[0]))


def _digest(what: str, public_id: uuid.UUID, more: str = "") -> bytes:
    value = f"{public_id}:{more}"
    salt = f"consultations.shop_{what}"
    return salted_hmac(salt, value, secret=settings.SECRET_KEY, algorithm="sha256").digest()
