"""The ring in the admin: lists open, what is saved stands in the public directory at once and on record, rules are checked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from councils.models import Council, Desk, DirectoryEntry, Organisation, OrganisationAlias, Session, Shop
from tests.councils import ring

pytestmark = pytest.mark.django_db

MODELS = ("category", "organisation", "council", "councilprofile", "desk", "shop")


@pytest.fixture
def root() -> Client:
    user = User.objects.create_user("root@example.jp", name="管理 花子", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def desk() -> Desk:
    """A published desk of a published council, with a shop beside it, shown in the directory."""
    council = ring.council()
    elderly = ring.category()
    made = ring.desk(council, who=(elderly,), languages=["en"], features={"elevator": True})
    ring.shop(council, who=(elderly,))
    ring.show(council)
    return made


def address(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def filled(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back when nothing on the page is changed."""
    context = client.get(url).context
    sent: dict[str, Any] = {}
    for each in [context["adminform"].form, *_inline_forms(context)]:
        for field in each:
            sent |= _sent(field)
    return sent


def _inline_forms(context: Any) -> list[forms.BaseForm]:
    formsets = [each.formset for each in context["inline_admin_formsets"]]
    return [form for formset in formsets for form in (formset.management_form, *formset.forms)]


def _sent(field: forms.BoundField) -> dict[str, Any]:
    value = field.value()
    if isinstance(field.field.widget, forms.MultiWidget):
        parts = (field.field.widget.decompress(value) or []) if value else []
        return {f"{field.html_name}_{number}": str(part or "") for number, part in enumerate(parts)}
    if isinstance(field.field, forms.BooleanField):
        return {field.html_name: "on"} if value else {}
    names = [field.html_name, *([field.html_initial_name] if field.field.show_hidden_initial else [])]
    return dict.fromkeys(names, "" if value is None else value)


def entry(obj: Council | Desk | Shop) -> DirectoryEntry:
    return DirectoryEntry.objects.get(public_id=obj.public_id)


@pytest.mark.parametrize("model", MODELS)
def test_lists_are_open_and_delete_nothing(root: Client, desk: Desk, model: str) -> None:
    page = root.get(reverse(f"admin:councils_{model}_changelist"))

    assert page.status_code == 200
    assert "delete_selected" not in page.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_a_search_in_the_lists_works(root: Client, desk: Desk, model: str) -> None:
    assert root.get(reverse(f"admin:councils_{model}_changelist"), {"q": "みほん"}).status_code == 200


def test_saving_a_page_unchanged_changes_nothing(root: Client, desk: Desk) -> None:
    before = Desk.objects.values().get(pk=desk.pk), list(Session.objects.values())
    sent = filled(root, address(desk))

    assert root.post(address(desk), sent).status_code == 302
    after = Desk.objects.values().get(pk=desk.pk), list(Session.objects.values())
    assert {**after[0], "updated_at": None} == {**before[0], "updated_at": None}
    assert after[1] == before[1]
    assert AuditEvent.objects.get().details == {"new": False, "fields": [], "rows": {}}


def test_a_desk_saved_here_stands_in_the_directory_at_once(root: Client, desk: Desk) -> None:
    sent = filled(root, address(desk)) | {"name": "あおぞら相談室", "languages": ["vi", "en"]}
    sent |= {"sessions-0-weekdays": ["1"]}

    assert root.post(address(desk), sent).status_code == 302
    shown = entry(desk)
    assert shown.name == "あおぞら相談室"
    assert shown.sessions[0]["weekdays"] == [1]
    assert "lang:vi" in shown.facets.split()
    assert Desk.objects.get().languages == ["en", "vi"]


def test_a_desk_hidden_here_leaves_the_directory_at_once(root: Client, desk: Desk) -> None:
    sent = filled(root, address(desk)) | {"published_at_0": "", "published_at_1": ""}

    assert root.post(address(desk), sent).status_code == 302
    assert not DirectoryEntry.objects.filter(public_id=desk.public_id).exists()


def test_the_name_of_a_council_reaches_its_desks_and_shops(root: Client, desk: Desk) -> None:
    sent = filled(root, address(desk.council)) | {"name": "わのすまい会議"}

    assert root.post(address(desk.council), sent).status_code == 302
    for obj in (desk.council, desk, Shop.objects.get()):
        assert "わのすまい会議" in entry(obj).text, obj


def test_the_words_of_a_category_reach_its_desks_and_shops(root: Client, desk: Desk) -> None:
    category = desk.categories.get()
    sent = filled(root, address(category)) | {"kana": "コウレイ ごねんぱい"}

    assert root.post(address(category), sent).status_code == 302
    for obj in (desk, Shop.objects.get()):
        assert "ごねんぱい" in entry(obj).text, obj
    category.refresh_from_db()
    assert category.code == "elderly"


def test_the_name_of_an_operator_reaches_its_desks(root: Client, desk: Desk) -> None:
    operator = Organisation.objects.create(name="みほん福祉会")
    Desk.objects.filter(pk=desk.pk).update(operator=operator)
    sent = filled(root, address(operator)) | {"name": "かぜのたより"}

    assert root.post(address(operator), sent).status_code == 302
    assert "かぜのたより" in entry(desk).text


def test_a_shop_is_kept_true_here_and_no_more(root: Client, desk: Desk) -> None:
    shop = Shop.objects.get()
    Shop.objects.update(hours="9:00〜17:00")
    sent = filled(root, address(shop)) | {"published_fields": ["phone", "hours"], "phone": "000-0000-0099"}
    sent |= {"name": "べつの店", "state": "revoked", "licence_number": "1"}

    assert root.post(address(shop), sent).status_code == 302
    shop.refresh_from_db()
    assert (shop.phone, shop.published_fields) == ("000-0000-0099", ["phone", "hours"])
    assert (shop.name, shop.state) == ("みほん不動産", "registered")
    assert shop.licence_number != "1"
    assert "000-0000-0099" in str(entry(shop).card)
    assert root.get(reverse("admin:councils_shop_add")).status_code == 403


def test_a_rule_with_a_problem_is_told_and_not_saved(root: Client, desk: Desk) -> None:
    sent = filled(root, address(desk)) | {"sessions-0-start": "17:30"}

    page = root.post(address(desk), sent)
    assert page.status_code == 200
    assert "終了(16:30)が開始(17:30)より後になっていません" in page.content.decode()
    assert Session.objects.get().start == dt.time(13, 30)


@pytest.mark.parametrize("slots", ["[1]", '{"a": 1}', '[["10:00"]]', '[["25:00", null]]'])
def test_slots_that_are_none_are_told(root: Client, desk: Desk, slots: str) -> None:
    sent = filled(root, address(desk)) | {"sessions-0-slots": slots}

    page = root.post(address(desk), sent)
    assert page.status_code == 200
    assert "枠や日付の書き方を直してください" in page.content.decode()


@pytest.mark.parametrize("features", ['{"moat": true}', '["elevator"]', '{"elevator": "ある"}'])
def test_features_that_are_not_known_are_told(root: Client, desk: Desk, features: str) -> None:
    page = root.post(address(desk), filled(root, address(desk)) | {"features": features})

    assert page.status_code == 200
    assert Desk.objects.get().features == {"elevator": True}


def test_an_alias_gets_its_key_and_belongs_to_one_body(root: Client) -> None:
    body = Organisation.objects.create(name="架空宅地建物取引業協会")
    other = Organisation.objects.create(name="別の団体")
    extra = {
        "aliases-TOTAL_FORMS": "1",
        "aliases-0-name": "(公社)カクウ宅建",
        "aliases-0-organisation": "",
        "aliases-0-id": "",
    }

    assert root.post(address(body), filled(root, address(body)) | extra).status_code == 302
    assert OrganisationAlias.objects.get().key == "(公社)かくう宅建"
    extra["aliases-0-name"] = "（公社）かくう宅建"
    page = root.post(address(other), filled(root, address(other)) | extra)
    assert "「架空宅地建物取引業協会」の別名として登録されています" in page.content.decode()
    assert OrganisationAlias.objects.count() == 1


def test_a_change_is_on_record_with_its_rows_and_without_what_was_typed(root: Client, desk: Desk) -> None:
    sent = filled(root, address(desk)) | {"sessions-0-places": "2", "bring": "ひみつの持ち物"}
    root.post(address(desk), sent)

    event = AuditEvent.objects.get(action="accounts.admin_changed")
    assert (event.municipality_code, event.actor_role) == ("139912", "システム管理者")
    assert event.details["fields"] == ["bring"]
    assert event.details["rows"] == {"session": {"added": 0, "changed": 1, "removed": 0}}
    assert "ひみつ" not in str(event.details)
