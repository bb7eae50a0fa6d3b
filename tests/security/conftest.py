"""The world of the security tests is built once a module; every test rolls back to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.world import World, build_world


@pytest.fixture(scope="module")
def world_and_files(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Path]]:
    """The world, in a transaction that ends with the module, and the folder of its files."""
    files = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=files):
            world = build_world()
        yield world, files
        transaction.set_rollback(True)


@pytest.fixture
def world(world_and_files: tuple[World, Path], db: None, settings: Any) -> World:
    """Both cities as built; the documents can be opened."""
    world, settings.MEDIA_ROOT = world_and_files
    return world
