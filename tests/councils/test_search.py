"""The index of the public search, against a plain substring search; the same on both databases."""

from __future__ import annotations

import random
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given, settings
from hypothesis import strategies as st

from councils import search
from councils.models import DirectoryEntry
from councils.search import KINDS, Hits, Query, find, page
from japan.folding import fold
from tests.councils import ring

pytestmark = pytest.mark.django_db

Kind = DirectoryEntry.Kind


def entry(*fields: str, kind: Kind = Kind.DESK, facets: str = "area:139912", rank: int = 0) -> DirectoryEntry:
    made = DirectoryEntry(
        kind=kind,
        public_id=uuid.uuid4(),
        municipality=ring.city(),
        name="名",
        text="\n".join(map(fold, fields)),
        facets=facets,
        card={},
        rank=rank,
    )
    made.save()
    search.index([made])
    return made


def found(*words: str, kind: str = "", **facets: tuple[str, ...]) -> set[int]:
    return set(find(Query(words=words, facets=facets, kind=kind)).ids)


# --- Words ---


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("住", "すまいの相談(住宅)"),
        ("住宅", "高齢者の住宅の相談"),
        ("相談", "すまい相談"),
        ("居住支援", "輪野市居住支援協議会"),
        ("ﾌﾄﾞｳｻﾝ", "みほんふどうさん"),
        ("髙田", "高田不動産"),
        ("3丁目", "太子堂三丁目"),
        ("太子堂3-1", "世田谷区太子堂３ー１"),
        ("WA", "NPO法人wa"),
        ("𠮷", "𠮷野不動産"),
        ("𠮷野", "𠮷野不動産"),
        ("の𠮷野", "輪の𠮷野不動産"),
        ("🏠", "すまい🏠"),
        ("(有)", "㈲みほん"),
    ],
)
def test_a_word_finds_what_a_person_would_call_the_same(word: str, text: str) -> None:
    wanted = entry(text)
    entry("まったくべつの窓口")
    assert found(word) == {wanted.pk}


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("宅住", "住宅"),
        ("住宅住宅", "住宅宅住"),  # every pair is there, the word is not
        ("111", "11"),
        ("𠮷田", "𠮷野"),
        ("名前", "名\n前"),
        ("がっこう", "かっこう"),
    ],
)
def test_a_word_that_is_not_in_the_text_is_not_found(word: str, text: str) -> None:
    entry(*text.split("\n"))
    assert found(word) == set()


def test_each_word_must_occur_in_some_field() -> None:
    both = entry("すまい相談室", "輪野市")
    entry("すまい相談室", "見本市")
    assert found("輪野", "相談") == {both.pk}


@pytest.mark.parametrize("signs", ["", " ", "ー", "--", "・・・", "\u200b", "\ud800", "\x00"])
def test_a_word_of_signs_alone_is_no_condition(signs: str) -> None:
    one, other = entry("相談"), entry("住宅")
    assert found(signs) == {one.pk, other.pk}
    assert found(signs, "住宅") == {other.pk}


def test_only_so_many_words_and_characters_are_looked_at() -> None:
    one = entry("あ" * search.LONGEST_WORD)
    assert found("あ" * 10_000) == {one.pk}
    assert found(*["あ"] * search.MOST_WORDS, "ん") == {one.pk}


def test_every_word_finds_exactly_what_a_substring_search_finds() -> None:
    """Words cut from the texts, words made of their letters, and anything at all, against Python's `in`."""
    letters = "住宅相談支援不動産高齢障害区市1234-あいうアイウがカ𠮷🏠（、.\"'*:^%_\\"
    chance = random.Random(7)
    texts = ["".join(chance.choices(letters, k=chance.randrange(1, 30))) for _ in range(80)]
    entries = {(made := entry(text, "住宅相談")).pk: made.text for text in texts}
    cuts = st.sampled_from(texts).flatmap(
        lambda text: st.tuples(st.integers(0, len(text)), st.integers(1, 8)).map(
            lambda cut: text[cut[0] : cut[0] + cut[1]]
        )
    )

    @settings(max_examples=300)
    @given(words=st.lists(cuts | st.text(letters, max_size=5) | st.text(max_size=5), max_size=3))
    @example(words=["住宅住"])
    def check(words: list[str]) -> None:
        folded = [fold(word.translate(dict.fromkeys(range(0xD800, 0xE000)))) for word in words]
        expected = {pk for pk, text in entries.items() if all(word in text for word in folded)}
        assert found(*words) == expected

    check()


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        '"" OR ""',
        "住宅 AND NOT",
        "住*",
        "^住",
        "grams:住宅",
        "NEAR(住 宅, 5)",
        "{grams}: 住",
        "'; DROP TABLE councils_directoryentry; --",
        "%",
        "_",
        "%s",
        "\\",
        "\x00住宅\x00",
        "住\ud83d宅",
        "\udfff",
        "住宅" * 5_000,
        "﷽" * 10_000,
        "が" * 10_000,
        "\U0010ffff\U0010ffff",
    ],
)
def test_nothing_that_is_typed_is_an_error(typed: str) -> None:
    entry("住宅の相談")
    for query in (
        Query(words=(typed,)),
        Query(words=(typed,) * 1_000),
        Query(facets={typed: (typed,)}),
        Query(facets={"who": (typed,) * 1_000}),
        Query(facets={"who": tuple(f"{typed}{number}" for number in range(1_000))}),
        Query(kind=typed),
    ):
        assert isinstance(find(query), Hits)


# --- Facets and kinds ---


def test_facets_are_alternatives_within_a_group_and_conditions_between_groups() -> None:
    first = entry("一", facets="area:131041 who:elderly day:3")
    second = entry("二", facets="area:131130 who:elderly who:child day:0 day:3")
    entry("三", facets="area:131130 day:3")
    entry("四", facets="area:131211 who:elderly")
    assert found(area=("131041", "131130"), who=("elderly",), day=("3",)) == {first.pk, second.pk}
    assert found(area=("131041", "131130"), who=("child", "elderly"), day=("0", "1")) == {second.pk}
    assert found(area=("131041",), who=("child",)) == set()


def test_a_facet_is_found_whole() -> None:
    entry("一", facets="area:131041")
    assert found(area=("13104",)) == set()
    assert found(area=("131041 who:elderly",)) == set()


def test_a_facet_without_codes_is_no_condition() -> None:
    one = entry("一")
    assert found(area=()) == {one.pk}


def test_a_facet_is_no_word() -> None:
    entry("一", facets="area:131041")
    assert found("area") == set()


def test_facets_that_share_a_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one number for all facets and kinds every hit is a coincidence, and none is believed."""
    for module in ("councils.rules.grams", "councils.search"):
        monkeypatch.setattr(f"{module}.hashed", lambda code: 0xD800_0000)
    desk = entry("相談", facets="who:elderly")
    shop = entry("𠮷野", facets="who:child", kind=Kind.SHOP)
    assert found(who=("elderly",)) == {desk.pk}
    assert found(kind=Kind.SHOP) == {shop.pk}
    assert found("𠮷田") == set()


def test_one_kind_alone() -> None:
    entry("相談", kind=Kind.DESK)
    shop = entry("相談", kind=Kind.SHOP)
    hits = find(Query(words=("相談",), kind=Kind.SHOP))
    assert hits.ids == hits.ids_of(Kind.SHOP) == [shop.pk]
    assert hits.counts == {"desk": 0, "council": 0, "shop": 1}
    assert find(Query(kind="nothing")).ids == []


# --- Order, limits, counts ---


def test_desks_come_first_then_councils_then_shops_each_by_rank() -> None:
    late, early = entry("相談", rank=9), entry("相談", rank=2)
    shop = entry("相談", rank=0, kind=Kind.SHOP)
    council = entry("相談", rank=5, kind=Kind.COUNCIL)
    same = entry("相談", rank=9)
    expected = [early.pk, late.pk, same.pk, council.pk, shop.pk]
    for query in (Query(), Query(words=("相",)), Query(words=("相談",)), Query(facets={"area": ("139912",)})):
        hits = find(query)
        assert hits.ids == expected
        assert hits.ids_of(Kind.DESK) == expected[:3]
        assert hits.ids_of(Kind.COUNCIL) == [council.pk]
        assert hits.ids_of("") == []


@pytest.mark.parametrize("words", [(), ("談",), ("相談",), ("相談室",)])
def test_a_kind_is_capped_at_its_first_ranks_and_says_so(words: tuple[str, ...]) -> None:
    desks = [entry("相談室", rank=10 - number) for number in range(5)]
    shop = entry("相談室", kind=Kind.SHOP)
    hits = find(Query(words=words), cap=4)
    assert hits.ids == [*(desk.pk for desk in reversed(desks[1:])), shop.pk]
    assert hits.counts == {"desk": 4, "council": 0, "shop": 1}
    assert hits.capped == {"desk": True, "council": False, "shop": False}
    assert not any(find(Query(words=words), cap=5).capped.values())


def test_it_says_so_too_where_more_candidates_were_left_than_could_be_compared() -> None:
    for _ in range(6):
        entry("住宅宅住")
    last = entry("住宅住", rank=1)
    assert find(Query(words=("住宅住",)), cap=1).capped["desk"] is True
    whole = find(Query(words=("住宅住",)), cap=2)
    assert (whole.ids, whole.capped["desk"]) == ([last.pk], False)


def test_facets_are_counted_over_the_hits() -> None:
    entry("相談", facets="area:131041 who:elderly")
    entry("相談", facets="area:131041 who:child", kind=Kind.SHOP)
    entry("住宅", facets="area:131041")
    counts = find(Query(words=("相談",))).facet_counts
    assert counts == {"area:131041": 2, "who:elderly": 1, "who:child": 1}


def test_an_entry_without_facets_counts_none() -> None:
    one = entry("相談", facets="")
    hits = find(Query())
    assert (hits.ids, hits.facet_counts) == ([one.pk], {})


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(words=("住",)),
        Query(words=("住宅", "居住支援協議会")),
        Query(words=("居住支援",), facets={"area": ("131041", "131130"), "who": ("elderly",)}, kind="desk"),
    ],
)
def test_finding_is_one_query_and_a_page_is_one(query: Query) -> None:
    entry("居住支援協議会の住宅相談")
    with CaptureQueriesContext(connection) as queries:
        hits = find(query)
        page(hits.ids)
    assert len(queries) == (2 if hits.ids else 1)


# --- The rows of the index ---


def test_an_entry_written_again_is_found_by_its_new_words_alone() -> None:
    one = entry("相談", facets="who:elderly")
    one.text, one.facets, one.rank = "住宅", "who:child", 3
    one.save()
    search.index([one])
    assert found("相談") == found(who=("elderly",)) == set()
    assert found("住宅", who=("child",)) == {one.pk}


def test_a_removed_entry_is_not_found_and_neither_is_one_whose_row_was_left_behind() -> None:
    first, second = entry("相談"), entry("相談")
    search.remove([first.pk])
    assert found("相談") == {second.pk}
    DirectoryEntry.objects.all().delete()
    assert found("相談") == set()
    search.tidy()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM councils_directoryindex")
        assert cursor.fetchone()[0] == 0


def test_a_page_has_the_order_that_was_asked_for_and_skips_what_is_gone() -> None:
    first, second = entry("相談"), entry("住宅")
    assert [each.pk for each in page([second.pk, 0, first.pk])] == [second.pk, first.pk]
    assert page([]) == []


def test_every_kind_has_its_place() -> None:
    assert sorted(KINDS) == sorted(Kind)
