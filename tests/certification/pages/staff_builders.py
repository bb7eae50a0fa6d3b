"""How the offices' pages are used without JavaScript: read the form of the page, type, send it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from certification.demo import Walk
from certification.models import Application, Judgement
from certification.rules.workflow import Action
from tests.certification.pages.forms_on_page import PageForm, _Reader


def page_url(name: str, walk: Walk, **more: Any) -> str:
    """The address of one of the pages of a case."""
    return reverse(f"certification:{name}", kwargs={"case_id": walk.application.public_id, **more})


def forms_of(response: Any) -> list[PageForm]:
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.forms


def fields_to(response: Any, address: str) -> dict[str, Any]:
    """The fields of the form on the page that posts to this address."""
    found = [form for form in forms_of(response) if form.action == address]
    assert len(found) == 1, (address, [form.action for form in forms_of(response)])
    return dict(found[0].fields)


def own_fields(response: Any) -> dict[str, Any]:
    """The fields of the page's own form: posted, without an address of its own."""
    found = [form for form in forms_of(response) if form.method == "post" and not form.action]
    assert len(found) == 1, [form.action for form in forms_of(response)]
    return dict(found[0].fields)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def judgement_of(walk: Walk, number: int, department_id: int) -> Judgement:
    return Judgement.objects.get(
        application=walk.application.pk, item__number=number, department=department_id
    )


def judge(client: Client, walk: Walk, row: Judgement, verdict: str, note: str = "", **headers: str) -> Any:
    """Open the case, pick the verdict in the form of the item, and save it."""
    address = page_url("case_judge", walk, judgement_id=row.pk)
    fields = fields_to(client.get(page_url("case", walk)), address)
    return client.post(address, {**fields, "verdict": verdict, "note": note}, headers=headers or None)


def judge_open(client: Client, walk: Walk, user: User, department_id: int, **special: tuple[str, str]) -> None:
    """Judge by the page what `special` names (item10=(verdict, note)), the rest 適 by the service."""
    for name, (verdict, note) in special.items():
        row = judgement_of(walk, int(name.removeprefix("item")), department_id)
        assert judge(client, walk, row, verdict, note).status_code == 302
    walk.judge(user, department_id)


def act(client: Client, walk: Walk, action: Action, **typed: Any) -> Any:
    """Open the page of the act, fill its form in, send it."""
    address = page_url("case_act", walk, action=action.value)
    page = client.get(address)
    assert page.status_code == 200
    return client.post(address, {**own_fields(page), **typed})


def state_of(walk: Walk) -> str:
    return Application.objects.values_list("state", flat=True).get(pk=walk.application.pk)
