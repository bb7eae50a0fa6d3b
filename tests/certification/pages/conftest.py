"""Signed-in browsers without JavaScript, and the way from page to page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from certification.models import Operator

SignIn = Callable[[User], Client]


@pytest.fixture
def sign_in() -> SignIn:
    """A client signed in as this person."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def applicant_client(owner: tuple[Operator, User], sign_in: SignIn) -> Client:
    return sign_in(owner[1])


@pytest.fixture
def outsider_client(outsider: tuple[Operator, User], sign_in: SignIn) -> Client:
    return sign_in(outsider[1])
