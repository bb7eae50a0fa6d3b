"""Tables into councils: everything a row says, the same again, a changed year, half a failure, two people at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command

from accounts.audit import action_label
from accounts.models import AuditEvent
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from councils import actions
from councils.models import (
    Council,
    CouncilProfile,
    Desk,
    DirectoryEntry,
    Organisation,
    OrganisationAlias,
    Seat,
    Session,
    TableImport,
    TableImportRow,
)
from councils.rules.import_row import RowContent
from councils.rules.schedule import Frequency
from councils.selectors import importing as selectors
from councils.services import accepting, importing
from councils.services.accepting import Typed
from japan.folding import fold
from tests.councils.officers import NOW, Officers, officers
from tests.councils.tables import FIRST_ROW, row, table

AS_OF = dt.date(2024, 3, 31)
NEXT_YEAR = "都内居住支援協議会の状況一覧(令和7年3月末時点)"


@pytest.fixture
def people(db: None) -> Officers:
    call_command("load_reference", verbosity=0)
    return officers()


@pytest.fixture
def actor(people: Officers) -> Actor:
    return people.actor()


def read(people: Officers, *rows: dict[str, str], title: str = "", **options: Any) -> importing.Imported:
    content = options.pop("content", None) or (table(rows, title=title) if title else table(rows))
    values = {"file_name": "一覧.tsv", "as_of": None, "actor": people.actor(), **options}
    return importing.import_file(content=content, prefecture=people.prefecture, now=NOW, **values)


def page_of(table_: TableImport, actor: Actor, position: int = FIRST_ROW) -> selectors.RowPage:
    return selectors.one_row(actor, table_.public_id, position).page


def accept(table_: TableImport, actor: Actor, position: int = FIRST_ROW) -> tuple[Council, bool]:
    seen = page_of(table_, actor, position).seen
    return accepting.accept_row(
        public_id=table_.public_id, position=position, actor=actor, now=NOW, seen=seen
    )


def accept_all(table_: TableImport, actor: Actor) -> accepting.Outcome:
    page = selectors.table_page(actor, table_.public_id)
    return accepting.accept_rows(
        public_id=table_.public_id,
        positions=[each.row.position for each in page.rows],
        actor=actor,
        now=NOW,
        seen=accepting.seen_of(page.rows),
    )


def everything() -> dict[str, list[Any]]:
    """All that an acceptance may write, with what it says."""
    kinds = (Council, Seat, Organisation, OrganisationAlias, CouncilProfile, Desk, Session)
    left_out = {"id", "updated_at"}
    return {
        kind.__name__: [
            {name: value for name, value in values.items() if name not in left_out}
            for values in kind._default_manager.order_by("pk").values()
        ]
        for kind in kinds
    }


# --- Reading ---


def test_reading_keeps_the_file_and_registers_nothing(people: Officers, actor: Actor) -> None:
    content = table([row("千代田区"), row("武蔵野市")])
    imported = read(people, content=content)
    kept = TableImport.objects.get()
    assert imported.is_new
    assert bytes(kept.content) == content
    assert (kept.as_of, kept.uploaded_by_id) == (AS_OF, people.officer.pk)
    assert [each.position for each in kept.rows.all()] == [FIRST_ROW, FIRST_ROW + 1]
    cells = {each["address"]: each["text"] for each in kept.rows.all()[0].cells}
    assert cells[f"行{FIRST_ROW}・列9"] == "要綱設置"
    assert Council.objects.count() == 0
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.details["rows"]) == (actions.TABLE_READ, 2)
    assert action_label(event.action) == "協議会の一覧表を読み取る"


def test_a_day_that_nobody_says_is_asked_for(people: Officers) -> None:
    with pytest.raises(importing.DayMissing):
        read(people, row("千代田区"), title="状況一覧")
    read(people, row("千代田区"), title="状況一覧", as_of=dt.date(2025, 3, 31))
    assert TableImport.objects.get().as_of == dt.date(2025, 3, 31)


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "空.tsv"), (b"a\tb\n1\t2\n", "別の表.tsv"), (b"PK\x03\x04", "壊れた.xlsx")]
)
def test_a_file_that_is_no_table_is_refused_whole(people: Officers, content: bytes, name: str) -> None:
    with pytest.raises(importing.FileRefused) as refused:
        importing.import_file(
            content=content,
            file_name=name,
            prefecture=people.prefecture,
            actor=people.actor(),
            as_of=AS_OF,
            now=NOW,
        )
    assert str(refused.value).endswith("。")
    assert TableImport.objects.count() == 0


def test_the_same_file_at_once_is_found_again(people: Officers) -> None:
    first, second = read(people, row("千代田区")), read(people, row("千代田区"))
    assert (second.is_new, second.table.pk, second.row_count) == (False, first.table.pk, 1)
    assert TableImport.objects.count() == 1
    assert AuditEvent.objects.filter(action=actions.TABLE_READ).count() == 1


# --- One row ---


def test_a_row_becomes_a_council_with_all_it_says(people: Officers, actor: Actor) -> None:
    council, changed = accept(read(people, row("武蔵野市")).table, actor)
    assert changed
    council.refresh_from_db()
    assert (council.name, council.established_on, council.established_precision) == (
        "武蔵野市居住支援協議会",
        dt.date(2019, 5, 1),
        "month",
    )
    assert (council.basis, council.shop_count, council.shop_count_on) == ("要綱", 48, AS_OF)
    assert (council.published_at, council.confirmed_on) == (NOW, AS_OF)
    assert council.source == "一覧.tsv(令和6年3月31日時点)"
    assert [each.name for each in council.municipalities.all()] == ["武蔵野市"]
    assert [each.name for each in council.secretariat_offices.all()] == ["都市整備部 住宅課"]
    profile = council.profiles.get()
    assert (profile.version, profile.approved_at, profile.as_of) == (1, NOW, AS_OF)
    assert profile.consultation_publicity == "広報紙とホームページに掲載している。"


def test_seats_get_their_organisations_but_posts_get_none(people: Officers, actor: Actor) -> None:
    council, _ = accept(read(people, row("武蔵野市")).table, actor)
    seats = {each.name: each for each in council.seats.select_related("organisation")}
    assert seats["武蔵野市福祉部長"].organisation is None
    assert seats["みほん県住宅課"].category == "observer"
    body = seats["NPO法人みほん住まいの会"].organisation
    assert body is not None
    assert body.is_support_corporation
    assert body.aliases.get().key == fold("NPO法人みほん住まいの会")


def test_one_body_on_two_councils_is_one_and_other_writings_are_not_guessed(
    people: Officers, actor: Actor
) -> None:
    other = row(
        "武蔵野市", support_corporation="ＮＰＯ法人みほん住まいの会、特定非営利活動法人みほん住まいの会"
    )
    table_ = read(people, row("千代田区"), other).table
    assert accept_all(table_, actor).refused == []
    names = set(
        Organisation.objects.filter(seats__category="support_corporation").values_list("name", flat=True)
    )
    assert names == {"NPO法人みほん住まいの会", "特定非営利活動法人みほん住まいの会"}
    assert Organisation.objects.get(name="NPO法人みほん住まいの会").seats.count() == 2


def test_a_session_becomes_a_desk_that_residents_find(people: Officers, actor: Actor) -> None:
    council, _ = accept(read(people, row("武蔵野市")).table, actor)
    desk = council.desks.get()
    assert (desk.name, desk.municipality.name) == ("住まいの相談窓口", "武蔵野市")
    assert (desk.published_at, desk.confirmed_on) == (NOW, AS_OF)
    rule = desk.sessions.get().rule
    assert (rule.frequency, rule.weekdays, rule.nth) == (Frequency.MONTHLY, (1,), (1,))
    assert (rule.start, rule.end) == (dt.time(10), dt.time(12))
    found = DirectoryEntry.objects.filter(public_id__in=[council.public_id, desk.public_id])
    assert {each.kind for each in found} == {"council", "desk"}


def test_the_acceptance_is_in_the_trail(people: Officers, actor: Actor) -> None:
    council, _ = accept(read(people, row("武蔵野市")).table, actor)
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.subject_id) == ("councils.table_row_accepted", str(council.public_id))
    assert (event.from_state, event.to_state) == ("waiting", "accepted")
    assert (event.legal_basis, event.municipality_code) == ("法81条", people.prefecture.code)
    assert "name" in event.details["fields"]
    assert event.details["is_new"] is True


def test_the_table_closes_with_its_last_row(people: Officers, actor: Actor) -> None:
    table_ = read(people, row("千代田区"), row("武蔵野市")).table
    accept(table_, actor)
    table_.refresh_from_db()
    assert table_.closed_at is None
    page = page_of(table_, actor, FIRST_ROW + 1)
    accepting.leave_out(
        public_id=table_.public_id, position=FIRST_ROW + 1, actor=actor, now=NOW, seen=page.seen
    )
    table_.refresh_from_db()
    assert table_.closed_at == NOW
    page = page_of(table_, actor, FIRST_ROW + 1)
    accepting.reopen(public_id=table_.public_id, position=FIRST_ROW + 1, actor=actor, now=NOW, seen=page.seen)
    table_.refresh_from_db()
    assert table_.closed_at is None
    assert Council.objects.count() == 1


# --- Again, and another year ---


def test_the_same_table_again_changes_nothing(people: Officers, actor: Actor) -> None:
    rows = [row("千代田区"), row("武蔵野市")]
    accept_all(read(people, *rows).table, actor)
    before = everything()
    again = read(people, *rows, content=table(rows) + b"\n").table
    page = selectors.table_page(actor, again.public_id)
    assert [each.is_unchanged for each in page.rows] == [True, True]
    outcome = accept_all(again, actor)
    assert (outcome.changed, len(outcome.unchanged), outcome.refused) == ([], 2, [])
    assert everything() == before


def test_another_year_shows_and_makes_only_its_differences(people: Officers, actor: Actor) -> None:
    accept(read(people, row("武蔵野市")).table, actor)
    newer = row(
        "武蔵野市",
        local_government="武蔵野市福祉部長、武蔵野市こども部長",
        how="毎月第2火曜日の10時から12時に相談会を実施している。",
    )
    table_ = read(people, newer, title=NEXT_YEAR).table
    labels = [each.field for each in page_of(table_, actor).differences]
    assert labels == ["local_government", "sessions", "consultation_method"]
    kept = Seat.objects.get(name="武蔵野市福祉部長")
    council, changed = accept(table_, actor)
    assert changed
    assert Council.objects.count() == Desk.objects.count() == 1
    ended = Seat.objects.get(name="武蔵野市都市整備部長")
    began = Seat.objects.get(name="武蔵野市こども部長")
    assert ended.until == dt.date(2025, 3, 30)
    assert (began.since, began.until) == (dt.date(2025, 3, 31), None)
    assert Seat.objects.get(pk=kept.pk).until is None
    assert [each.rule.nth for each in Session.objects.all()] == [(2,)]
    assert list(council.profiles.values_list("version", flat=True)) == [2, 1]
    council.refresh_from_db()
    assert council.confirmed_on == dt.date(2025, 3, 31)


def test_what_a_table_does_not_say_stays(people: Officers, actor: Actor) -> None:
    council, _ = accept(read(people, row("武蔵野市")).table, actor)
    silent = row("武蔵野市", sites="-", how="相談を受け付けている。")
    table_ = read(people, silent, title=NEXT_YEAR).table
    fields = {each.field for each in page_of(table_, actor).differences}
    assert "shop_count" not in fields
    assert "sessions" not in fields
    accept(table_, actor)
    council.refresh_from_db()
    assert council.shop_count == 48
    assert Session.objects.count() == 1
    # Nobody confirmed the desk with that table.
    assert Desk.objects.get().confirmed_on == AS_OF


def test_a_desk_under_another_name_is_found_by_its_days(people: Officers, actor: Actor) -> None:
    council, _ = accept(read(people, row("武蔵野市")).table, actor)
    Desk.objects.update(name="みほん相談室", venue="市役所2階")
    table_ = read(people, row("武蔵野市"), title=NEXT_YEAR).table
    page = page_of(table_, actor)
    assert page.is_unchanged
    accept(table_, actor)
    assert [(each.name, each.venue) for each in council.desks.all()] == [("みほん相談室", "市役所2階")]


# --- Mending ---


def mended(page: selectors.RowPage, **changes: Any) -> Typed:
    return Typed(dataclasses.replace(page.content, **changes), frozenset())


def test_a_mended_row_is_kept_shown_and_registered(people: Officers, actor: Actor) -> None:
    table_ = read(people, row("武蔵野市", secretariat="-")).table
    page = page_of(table_, actor)
    assert page.blockers
    with pytest.raises(accepting.RowRefused):
        accept(table_, actor)
    accepting.mend_row(
        public_id=table_.public_id,
        position=FIRST_ROW,
        typed=mended(page, secretariat=("住宅課",)),
        actor=actor,
        now=NOW,
        seen=page.seen,
    )
    page = page_of(table_, actor)
    assert page.row.mended["fields"] == {"secretariat": ["住宅課"]}
    assert page.row.reading["fields"]["secretariat"] == []
    assert page.is_ready
    council, _ = accept(table_, actor)
    assert council.secretariat_offices.get().name == "住宅課"


def test_a_mending_holds_for_the_next_table_while_the_cell_says_the_same(
    people: Officers, actor: Actor
) -> None:
    first = row("武蔵野市", secretariat="-")
    table_ = read(people, first).table
    page = page_of(table_, actor)
    accepting.accept_row(
        public_id=table_.public_id,
        position=FIRST_ROW,
        typed=mended(page, secretariat=("住宅課",), basis="会則"),
        actor=actor,
        now=NOW,
        seen=page.seen,
    )
    again = page_of(read(people, {**first, "basis": "要領設置"}, title=NEXT_YEAR).table, actor)
    assert again.row.mended["is_carried_over"]
    assert again.row.mended["fields"] == {"secretariat": ["住宅課"]}
    assert [each.field for each in again.differences] == ["basis"]


def test_a_refused_row_keeps_nothing_of_what_was_typed_with_it(people: Officers, actor: Actor) -> None:
    table_ = read(people, row("武蔵野市", secretariat="-")).table
    page = page_of(table_, actor)
    with pytest.raises(accepting.RowRefused):
        accepting.accept_row(
            public_id=table_.public_id,
            position=FIRST_ROW,
            typed=mended(page, basis="会則"),
            actor=actor,
            now=NOW,
            seen=page.seen,
        )
    assert TableImportRow.objects.get().mended == {}
    assert Council.objects.count() == 0


# --- Many rows, two people ---


def test_one_row_that_fails_is_reported_and_the_rest_accepted(people: Officers, actor: Actor) -> None:
    table_ = read(people, row("千代田区"), row("武蔵野市"), row("府中市")).table
    bad = TableImportRow.objects.get(name="武蔵野市居住支援協議会")
    bad.mended = {"fields": {"municipalities": ["どこにもない市"]}, "settled": []}
    bad.save()
    outcome = accept_all(table_, actor)
    assert outcome.changed == ["千代田区居住支援協議会", "府中市居住支援協議会"]
    assert [name for name, _ in outcome.refused] == ["武蔵野市居住支援協議会"]
    assert "どこにもない市" in outcome.refused[0][1]
    assert not Council.objects.filter(name__startswith="武蔵野市").exists()
    bad.refresh_from_db()
    assert (bad.state, bad.council_id) == ("waiting", None)


def test_a_row_that_the_database_refuses_leaves_nothing_half_written(people: Officers, actor: Actor) -> None:
    """The same seat twice breaks a constraint after the council and its offices were written."""
    table_ = read(people, row("武蔵野市"), row("千代田区")).table
    bad = TableImportRow.objects.get(name="武蔵野市居住支援協議会")
    bad.mended = {"fields": {"other": ["同じ団体", "同じ団体"]}, "settled": []}
    bad.save()
    outcome = accept_all(table_, actor)
    assert [name for name, _ in outcome.refused] == ["武蔵野市居住支援協議会"]
    assert [each.name for each in Council.objects.all()] == ["千代田区居住支援協議会"]
    assert not Organisation.objects.filter(name="同じ団体").exists()
    assert not Seat.objects.filter(name__startswith="武蔵野市").exists()
    bad.refresh_from_db()
    assert bad.state == "waiting"
    assert not AuditEvent.objects.filter(action=actions.ROW_ACCEPTED, details__row=FIRST_ROW).exists()


def test_a_second_click_is_answered_as_the_first(people: Officers, actor: Actor) -> None:
    table_ = read(people, row("武蔵野市")).table
    seen = page_of(table_, actor).seen
    values: dict[str, Any] = {"public_id": table_.public_id, "position": FIRST_ROW, "now": NOW, "seen": seen}
    council, changed = accepting.accept_row(actor=actor, **values)
    events = AuditEvent.objects.count()
    assert accepting.accept_row(actor=actor, **values) == (council, False)
    assert AuditEvent.objects.count() == events
    with pytest.raises(accepting.Stale):
        accepting.accept_row(actor=people.actor(people.colleague), **values)
    assert changed


def test_many_rows_twice_and_by_a_slower_colleague(people: Officers, actor: Actor) -> None:
    table_ = read(people, row("千代田区"), row("武蔵野市")).table
    page = selectors.table_page(actor, table_.public_id)
    values: dict[str, Any] = {
        "public_id": table_.public_id,
        "positions": [FIRST_ROW, FIRST_ROW + 1],
        "now": NOW,
        "seen": accepting.seen_of(page.rows),
    }
    assert len(accepting.accept_rows(actor=actor, **values).changed) == 2
    events = AuditEvent.objects.count()
    assert len(accepting.accept_rows(actor=actor, **values).unchanged) == 2
    with pytest.raises(accepting.Stale):
        accepting.accept_rows(actor=people.actor(people.colleague), **values)
    assert AuditEvent.objects.count() == events


def test_a_council_that_changed_meanwhile_makes_the_page_stale(people: Officers, actor: Actor) -> None:
    council, _ = accept(read(people, row("武蔵野市")).table, actor)
    table_ = read(people, row("武蔵野市", basis="会則設置"), title=NEXT_YEAR).table
    seen = page_of(table_, actor).seen
    Council.objects.filter(pk=council.pk).update(basis="要領")
    with pytest.raises(accepting.Stale):
        accepting.accept_row(public_id=table_.public_id, position=FIRST_ROW, actor=actor, now=NOW, seen=seen)


def test_two_rows_of_one_council_are_not_both_taken(people: Officers, actor: Actor) -> None:
    table_ = read(people, row("武蔵野市"), row("武蔵野市", basis="会則設置")).table
    outcome = accept_all(table_, actor)
    assert (len(outcome.changed), len(outcome.refused)) == (1, 1)
    assert Council.objects.get().basis == "要綱"


def test_nobody_else_may(people: Officers, actor: Actor) -> None:
    table_ = read(people, row("武蔵野市")).table
    seen = page_of(table_, actor).seen
    for user in (people.elsewhere, people.in_city, people.auditor):
        with pytest.raises(NotVisible):
            accepting.accept_row(
                public_id=table_.public_id,
                position=FIRST_ROW,
                actor=people.actor(user),
                now=NOW,
                seen=seen,
            )
    assert Council.objects.count() == 0


def test_an_empty_content_is_refused_with_reasons() -> None:
    from councils.rules.import_row import faults

    assert {field for field, _ in faults(RowContent())} >= {"name", "municipalities"}
