"""Pages of 引き継ぎ: asking another desk, and saying yes or no when one is asked."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.demo import Team
from consultations.models import Case, CaseTransfer
from tests.consultations.conftest import NOW, SignIn, TakeIn
from tests.consultations.services.test_transfers import KNOWN, agree, next_door, offer

__all__ = ("next_door",)
MOST = 18


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=True) as traveller:
        yield traveller


def of_case(case: Case) -> str:
    return reverse("consultations:case_transfer", args=[case.public_id])


def of_offer(transfer: CaseTransfer) -> str:
    return reverse("consultations:transfer", args=[transfer.public_id])


def test_a_case_is_offered_and_taken_over(
    take_in: TakeIn, desk_team: Team, next_door: Team, sign_in: SignIn
) -> None:
    case = take_in(**KNOWN)
    giver, taker = sign_in(desk_team.counsellor), sign_in(next_door.counsellor)
    typed = {"desk": str(next_door.desk.public_id), "request": "引っ越し先が近いため", "key": str(case.key)}
    refused = giver.post(of_case(case), typed)
    assert refused.status_code == 422
    assert "となりの相談室に" in refused.content.decode()
    assert "引っ越し先が近いため</textarea>" in refused.content.decode()
    agree(case, desk_team, next_door.desk)
    assert "となりの相談室・この協議会・同意あり" in giver.get(of_case(case)).content.decode()
    assert giver.post(of_case(case), typed).status_code == 302
    assert "返事待ち" in giver.get(of_case(case)).content.decode()
    offered = case.transfers.get()
    assert "引き継ぎの依頼(1件)" in taker.get(reverse("consultations:cases")).content.decode()
    assert of_offer(offered) in taker.get(reverse("consultations:transfers")).content.decode()
    page = taker.get(of_offer(offered)).content.decode()
    assert "引っ越し先が近いため" in page
    assert "例示" not in page
    assert taker.get(reverse("consultations:case", args=[case.public_id])).status_code == 404
    assert taker.post(of_offer(offered), {"do": "decline"}).status_code == 422
    assert taker.post(of_offer(offered), {"do": "accept"}).status_code == 302
    assert "例示" in taker.get(reverse("consultations:case", args=[case.public_id])).content.decode()
    assert giver.get(of_case(case)).status_code == 404
    assert taker.post(of_offer(offered), {"do": "accept"}).status_code == 404


def test_an_offer_is_refused_or_taken_back(
    take_in: TakeIn, desk_team: Team, next_door: Team, sign_in: SignIn
) -> None:
    case = take_in(**KNOWN)
    giver, taker = sign_in(desk_team.counsellor), sign_in(next_door.counsellor)
    agree(case, desk_team, next_door.desk)
    first = offer(case, desk_team, next_door.desk)
    assert taker.post(of_offer(first), {"do": "decline", "not_taken": "busy"}).status_code == 302
    assert "いま手いっぱい" in giver.get(of_case(case)).content.decode()
    second = offer(case, desk_team, next_door.desk)
    for wrong in ("", "nobody"):
        assert giver.post(of_case(case), {"do": "withdraw", "transfer": wrong}).status_code == 404
    sent = {"do": "withdraw", "transfer": str(second.public_id)}
    assert giver.post(of_case(case), sent).status_code == 302
    assert taker.get(of_offer(second)).status_code == 404


def test_the_number_of_queries_does_not_grow(
    take_in: TakeIn, desk_team: Team, next_door: Team, sign_in: SignIn
) -> None:
    client = sign_in(next_door.supervisor)
    client.get(reverse("consultations:cases"))
    counts: dict[str, list[int]] = {}
    giver, first = sign_in(desk_team.supervisor), take_in(**KNOWN)
    giver.get(of_case(first))
    for size in (1, 3, 20):
        while CaseTransfer.objects.count() < size:
            case = first if not CaseTransfer.objects.exists() else take_in(**KNOWN)
            agree(case, desk_team, next_door.desk)
            offered = offer(case, desk_team, next_door.desk)
        for who, address in (
            (client, reverse("consultations:transfers")),
            (client, of_offer(offered)),
            (giver, of_case(first)),
        ):
            with CaptureQueriesContext(connection) as found:
                assert who.get(address).status_code == 200
            name = "one" if address == of_offer(offered) else address
            counts.setdefault(name, []).append(len(found))
    assert [name for name, found in counts.items() if len(set(found)) > 1] == []
    assert max(found[0] for found in counts.values()) <= MOST, counts
