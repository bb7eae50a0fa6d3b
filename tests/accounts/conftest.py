"""Two towns, a fixed clock, signed-in browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User

from .town import NOW, Town, found_town


@pytest.fixture
def town(db: None) -> Town:
    """The own municipality."""
    return found_town("132225", "東久留米市", "kurume.example.jp")


@pytest.fixture
def other_town(db: None) -> Town:
    """The municipality next door, whose things must stay invisible."""
    return found_town("261009", "京都市", "kyoto.example.jp")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock that pages read stands at NOW until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(clock: time_machine.Traveller) -> Callable[[User], Any]:
    """Signs a person in, at NOW."""

    def sign_in(user: User) -> Any:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
