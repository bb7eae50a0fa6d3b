"""ケース会議: what each of the three printings may say of a case.

Members of a council are under no secrecy of the Act (住宅セーフティネット法81条・82条), so a name is spoken only under a consent
for the council that covers it; a case under protection is never named on paper.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from consultations.rules.cards import CONDITIONS, age_label, conditions_of, household_band, rent_step
from consultations.rules.cards import Facts as CardFacts
from consultations.rules.consents import Scope
from consultations.rules.words import Obstacle

LONGEST_TEXT: Final = 2_000
MOST_ROLES: Final = 3


class ConferenceState(TextChoices):
    """会議の状態."""

    PLANNED = "planned", "これから"
    HELD = "held", "終えた"


class Secrecy(TextChoices):
    """守秘の確かめ方."""

    DUTY = "duty", "職務上の守秘義務(法令)"
    PLEDGE = "pledge", "誓約書"
    SPOKEN = "spoken", "その場で確かめた"


class Printing(TextChoices):
    """刷り方."""

    FULL = "full", "名前あり(同意した方だけ)"
    INITIALS = "initials", "イニシャル"
    CONDITIONS = "conditions", "条件だけ"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The only columns of a case a printing may look at."""

    name: str = ""
    kana: str = ""
    is_protected: bool = False
    rent_limit_yen: int | None = None
    wished_area: str = ""
    household: str = ""
    household_size: int | None = None
    age_band: str = ""
    obstacles: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One case on paper: by what it is called, and the rows below."""

    title: str
    rows: tuple[tuple[str, str], ...]


def sheet_of(facts: Facts, *, position: int, printing: str, scope: Collection[str]) -> Sheet:
    """What a printing says of the case. `scope`: what the consents for the council cover today, empty for none."""
    rows = [*_who(facts), *_needs(facts)]
    if printing == Printing.FULL:
        rows += _more(facts, scope)
    return Sheet(
        title=_title(facts, position=position, printing=printing, scope=scope),
        rows=tuple((term, text) for term, text in rows if text),
    )


def _title(facts: Facts, *, position: int, printing: str, scope: Collection[str]) -> str:
    if facts.is_protected or not scope or printing == Printing.CONDITIONS:
        return f"{position}番の方"
    if printing == Printing.FULL and Scope.CONTACT in scope and facts.name:
        return f"{facts.name}さん"
    return initials(facts.kana) or f"{position}番の方"


def initials(kana: str) -> str:
    """レイジ サブロウ is レ.サ.; "" where no reading is known."""
    parts = [part for part in re.split(r"[\s・]+", kana.strip()) if part]
    return "".join(f"{part[0]}." for part in parts)


def _who(facts: Facts) -> list[tuple[str, str]]:
    known = CardFacts(household=facts.household, household_size=facts.household_size)
    return [("世帯", household_band(known)), ("年代", age_label(facts.age_band))]


def _needs(facts: Facts) -> list[tuple[str, str]]:
    """As on a card for shops: conditions, never what would only tell about the person."""
    rent = rent_step(facts.rent_limit_yen)
    return [
        ("家賃", f"{rent:,}円くらいまで" if rent else ""),
        ("条件", "、".join(CONDITIONS[code] for code in conditions_of(facts.obstacles))),
    ]


def _more(facts: Facts, scope: Collection[str]) -> list[tuple[str, str]]:
    if facts.is_protected:
        return []
    rows = []
    if Scope.CONDITIONS in scope:
        rows.append(("希望する地域", facts.wished_area))
    if Scope.OBSTACLES in scope:
        labels = [str(Obstacle(code).label) for code in facts.obstacles if code in Obstacle.values]
        rows.append(("見つかりにくい事情", "、".join(labels)))
    # Words of one's own may bear a name: without leave to say the name they stay away as well.
    if {Scope.SITUATION, Scope.CONTACT} <= set(scope):
        rows.append(("相談の内容", facts.summary.strip()))
    return rows


@dataclass(frozen=True, kw_only=True)
class Role:
    """だれが・何を・いつまでに, as agreed at the meeting; it becomes a task of the case."""

    who: str
    what: str
    until: dt.date | None = None


def item_problems(
    *, decision: str, roles: Collection[Role], next_review_on: dt.date | None, today: dt.date
) -> dict[str, str]:
    """Field and sentence of what is wrong with the note of a case as it was typed."""
    found = {}
    if not decision.strip():
        found["decision"] = (
            "決まったことを書いてください。決まらなかったときは「継続して検討」などと書きます。"
        )
    for number, role in enumerate(roles, start=1):
        if not role.what.strip():
            found[f"what_{number}"] = "することを書いてください。"
        elif not role.who.strip():
            found[f"who_{number}"] = "だれがするかを書いてください。例: 社会福祉協議会、相談員"
        elif role.until is None or role.until < today:
            found[f"until_{number}"] = "いつまでにするかを、今日からあとの日で入れてください。"
        elif len(task_title(role)) > LONGEST_TITLE:
            found[f"what_{number}"] = f"「だれが」と合わせて{LONGEST_TITLE - 2}字までで書いてください。"
    if next_review_on is not None and next_review_on <= today:
        found["next_review_on"] = "次に話し合う日は、あしたからあとの日にしてください。"
    return found


LONGEST_TITLE: Final = 100


def task_title(role: Role) -> str:
    """How a role stands among the tasks."""
    return f"{role.who.strip()}: {role.what.strip()}"
