"""What import contracts cannot see: small walks over the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = [name for name in ("accounts", "councils", "certification", "consultations") if (ROOT / name).is_dir()]
LAYERS = {"accounts": 1, "councils": 2, "certification": 3, "consultations": 3}


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def rules_modules() -> list[tuple[Path, ast.Module]]:
    return [(path, tree) for path, tree in modules(*APPS) if "rules" in path.parts]


def test_rules_use_of_django_is_choices_only() -> None:
    allowed = {"TextChoices", "IntegerChoices"}
    found = [
        f"{path}: {node.module} {alias.name}"
        for path, tree in rules_modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django")
        for alias in node.names
        if alias.name not in allowed
    ]
    assert len(rules_modules()) >= 8
    assert found == []


def test_rules_and_japan_have_no_clock() -> None:
    clocks = {"now", "today", "utcnow", "localdate", "localtime", "monotonic"}
    found = [
        f"{path}:{node.lineno} {node.func.attr}"
        for path, tree in [*rules_modules(), *modules("japan")]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in clocks
    ]
    assert found == []


def test_only_the_workflow_service_writes_state() -> None:
    found = {
        str(path)
        for path, tree in modules("certification")
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "state"
    }
    assert found == {"certification/services/workflow.py"}


def test_state_is_not_written_by_update_calls() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules("certification", "accounts")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("update", "bulk_update", "create")
        for keyword in node.keywords
        if keyword.arg == "state"
    ]
    assert found == []


def test_models_have_no_save_override_and_no_signals_are_received() -> None:
    overridden = [
        f"{path}:{node.lineno}"
        for path, tree in modules(*APPS)
        if "models" in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete")
    ]
    receivers = [
        f"{path}:{node.lineno}"
        for path, tree in modules(*APPS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("signals")
    ]
    assert overridden == []
    assert receivers == []


def test_string_foreign_keys_point_downwards() -> None:
    found = [
        f"{path}:{node.lineno} {node.value}"
        for path, tree in modules(*APPS)
        if "models" in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for app, layer in LAYERS.items()
        if node.value.startswith(f"{app}.") and layer > LAYERS[path.parts[0]]
    ]
    assert found == []


def test_views_hold_no_queries() -> None:
    banned = {"objects", "_default_manager"}
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules(*APPS)
        if "views" in path.parts or path.name == "views.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in banned
    ]
    assert found == []


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "core"])
def test_no_room_for_anything(word: str) -> None:
    assert [path for path, _ in modules(*APPS, "japan", "config") if path.stem == word] == []


def test_every_component_starts_with_its_arguments() -> None:
    components = sorted((ROOT / "templates" / "components").glob("*.html"))
    silent = [
        path.name
        for path in components
        if not path.read_text(encoding="utf-8").lstrip().startswith(("{#", "{% comment"))
    ]
    assert len(components) > 10
    assert silent == []


def test_templates_carry_no_inline_style_or_script() -> None:
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8").lower()
        found += [
            f"{path.name}: {mark}"
            for mark in (" style=", "<style", "onclick=", "javascript:")
            if mark in text
        ]
    assert found == []
