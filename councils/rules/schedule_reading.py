"""Sessions of a desk as a secretariat or a table says them in Japanese, read into rules.

第1〜第4火・金 午後1時〜4時 予約制 · 毎週木曜 45分×3回 年50日 · 令和6年度中の毎月第1火曜日 · 年8回程度 · 常設

Only what is said becomes a rule; times that may be two are left out and named as not understood. In running text the
days of meetings, seminars and papers are no sessions, and plans are none yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from councils.rules.schedule import Frequency, HolidayPolicy, Per, SessionRule
from councils.rules.schedule_reading_days import even
from councils.rules.schedule_reading_sentence import OfADesk, SentenceReading, read_sentence


@dataclass(frozen=True, slots=True)
class PhraseReading:
    """What a phrase says. `booking` is True for 予約制, False for 予約不要, None when nothing is said."""

    rules: tuple[SessionRule, ...] = ()
    not_understood: tuple[str, ...] = ()
    booking: bool | None = None


def read_phrase(phrase: str) -> PhraseReading:
    """Read what somebody typed for a desk: every day in it is one of the desk."""
    reading = _read(phrase, of_a_desk=lambda sentence, start, end: True, bare=True)
    if phrase.strip() and not reading.rules and not reading.not_understood:
        return replace(reading, not_understood=(phrase.strip(),))
    return reading


def read_running_text(text: str, *, about_consultation: bool) -> PhraseReading:
    """Read sessions out of prose.

    `about_consultation`: the text stands where consultation is described, so that a day alone counts; elsewhere the
    sentence itself must speak of consultation.
    """

    def of_a_desk(sentence: str, start: int, end: int) -> bool:
        return _speaks_of_consultation(sentence, start, end, unless_said=about_consultation)

    return _read(text, of_a_desk=of_a_desk, bare=False)


def joined(rules: Iterable[SessionRule]) -> tuple[SessionRule, ...]:
    """The same days said again are one rule with what each saying adds; other times on the same days stay apart.

    A count alone says nothing new beside weekdays that it fits (月2回 beside 第2・4火曜), and is left out.
    """
    kept: list[SessionRule] = []
    for rule in rules:
        at = next((at for at, other in enumerate(kept) if _is_same(other, rule)), None)
        if at is None:
            kept.append(rule)
        else:
            kept[at] = _both(kept[at], rule)
    return tuple(rule for rule in kept if not _says_nothing_new(rule, kept))


# --- Whose days: of a desk, of a meeting, of a plan ---

_DESK = re.compile(
    r"相談|窓口|面談|カウンセリング|部屋[探さが]|住まい[探さ]|住[みい]?替え?支援|あっせん|サポート事業|ブース"
)
_NOT_A_DESK = re.compile(
    r"会議|総会|部会|幹事会|連絡会|検討会|情報交換|定例会|打合せ|協議会(?:の開催|を|は?、?年)|セミナー|講演|研修|勉強会|講座"
    r"|フォーラム|シンポジウム|説明会|広報|市報|区報|会報|だより|発行|掲載|配布|配架|放送|更新|訪問|見守り"
    r"|清掃|募集|掲示板"
)
_PLANNED = re.compile(r"予定|検討中|検討(?:する|し)|目指|準備中|今後")
_IS_HELD = re.compile(r"て(?:いる|おり|います)|(?:実施|開催|設置|開設)(?:し、|。|した|済)")
_CLAUSE_END = re.compile(r"[。、,;※\n]")


def _speaks_of_consultation(sentence: str, start: int, end: int, *, unless_said: bool) -> bool:
    """Judge by the clause of the day, and where that is silent by the sentence around it."""
    if _is_planned(sentence, start, end):
        return False
    clause = _clause(sentence, start, end)
    if _DESK.search(clause):
        return True
    if _NOT_A_DESK.search(clause):
        return False
    if _DESK.search(sentence):
        return True
    return unless_said and not _NOT_A_DESK.search(sentence)


def _is_planned(sentence: str, start: int, end: int) -> bool:
    """Whether a plan is told of these days, and not of something else after they are said to be held."""
    before = sentence[max(0, start - 20) : start]
    planned = _PLANNED.search(sentence, end)
    held = _IS_HELD.search(sentence, end)
    if _PLANNED.search(before) and not _IS_HELD.search(before):
        return True
    return planned is not None and (held is None or planned.start() < held.start())


def _clause(sentence: str, start: int, end: int) -> str:
    ends = [match.end() for match in _CLAUSE_END.finditer(sentence)]
    first = max((at for at in ends if at <= start), default=0)
    last = min((at for at in ends if at > end), default=len(sentence))
    return sentence[first:last]


# --- Sentences ---

# Nobody writes hours in a longer one; what is longer is not read, so that no text can keep us busy.
_LONGEST_SENTENCE = 600

_SENTENCE_END = re.compile(r"(?<=[。\n])|(?=※)|(?<=[\s)])(?=[・●○■◆【])")
_NO_BOOKING = re.compile(
    r"予約(?:は|の必要は?)?\s*(?:不要|いりません|なし|必要ありません|必要なし)|予約なしで"
)
_BOOKING = re.compile(r"予約|事前受付|事前の受付|事前申込|事前に(?:申し?込|電話|連絡)|申込制")


def _read(text: str, *, of_a_desk: OfADesk, bare: bool) -> PhraseReading:
    rules: list[SessionRule] = []
    latest: list[int] = []
    not_understood: list[str] = []
    for sentence, raw in _sentences(text):
        reading = read_sentence(sentence, raw=raw, of_a_desk=of_a_desk, bare=bare)
        not_understood += [words for words in reading.not_understood if words not in not_understood]
        if reading.rules:
            latest = list(range(len(rules), len(rules) + len(reading.rules)))
            rules += reading.rules
        elif latest and not _NOT_A_DESK.search(sentence):
            rules[latest[0] :] = [_with_beside(rule, reading) for rule in rules[latest[0] :]]
        else:
            latest = []
    return PhraseReading(joined(rules), tuple(not_understood), _booking(even(text)))


def _sentences(text: str) -> list[tuple[str, str]]:
    """Each sentence even and as it came."""
    same_length = even(text)
    cuts = [0, *(match.start() for match in _SENTENCE_END.finditer(same_length)), len(text)]
    spans = pairwise(cuts)
    return [
        (same_length[start:end], text[start:end])
        for start, end in spans
        if same_length[start:end].strip() and end - start <= _LONGEST_SENTENCE
    ]


def _with_beside(rule: SessionRule, reading: SentenceReading) -> SessionRule:
    """The rule with times and holidays that the next sentence says without naming days."""
    times = reading.beside
    if times and not rule.start and not rule.slots:
        rule = replace(
            rule,
            start=times.start,
            end=times.end,
            slots=times.slots,
            slot_minutes=rule.slot_minutes or times.slot_minutes,
            places=rule.places or times.places,
        )
    if rule.holiday_policy is HolidayPolicy.UNSTATED and rule.frequency is not Frequency.OFFICE_DAYS:
        rule = replace(rule, holiday_policy=reading.holiday_policy)
    return rule


def _booking(text: str) -> bool | None:
    if _NO_BOOKING.search(text):
        return False
    return True if _BOOKING.search(text) else None


# --- The same rule said twice ---


def _is_same(rule: SessionRule, other: SessionRule) -> bool:
    if (rule.frequency, rule.weekdays, rule.nth) != (other.frequency, other.weekdays, other.nth):
        return False
    if rule.frequency is Frequency.COUNT_ONLY and (rule.count, rule.per) != (other.count, other.per):
        return False
    return rule.start is None or other.start is None or (rule.start, rule.slots) == (other.start, other.slots)


def _both(rule: SessionRule, other: SessionRule) -> SessionRule:
    timed = rule if rule.start else other
    return replace(
        rule,
        start=timed.start,
        end=rule.end or timed.end,
        slots=timed.slots,
        slot_minutes=rule.slot_minutes or other.slot_minutes,
        places=rule.places or other.places,
        valid_from=rule.valid_from or other.valid_from,
        valid_until=rule.valid_until or other.valid_until,
        count=rule.count if rule.count is not None else other.count,
        per=rule.per if rule.count is not None else other.per,
        holiday_policy=(
            other.holiday_policy if rule.holiday_policy is HolidayPolicy.UNSTATED else rule.holiday_policy
        ),
        raw=rule.raw if other.raw in rule.raw else f"{rule.raw} {other.raw}",
    )


def _says_nothing_new(rule: SessionRule, rules: list[SessionRule]) -> bool:
    if rule.frequency is not Frequency.COUNT_ONLY:
        return False
    weekly = sum(len(other.weekdays) for other in rules if other.frequency is Frequency.WEEKLY)
    monthly = sum(
        len(other.weekdays) * len(other.nth) for other in rules if other.frequency is Frequency.MONTHLY
    )
    return (rule.per is Per.MONTH and rule.count == monthly) or (
        rule.per is Per.WEEK and rule.count == weekly
    )
