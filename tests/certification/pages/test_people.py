"""The pages of people and invitations: one click for the signed-in, clear words for links that are over, no enumeration."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.selectors import actor_of
from certification.demo import Office, person
from certification.models import InvitationLink, Operator, OperatorInvitation, OperatorUser
from certification.rules.operators import OperatorRole
from certification.services.invitations import hash_of
from certification.services.operators import invite_member, invite_operator

Pair = tuple[Operator, User]


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


def invitation_to(owner: Pair, email: str) -> OperatorInvitation:
    made = invite_member(
        operator_id=owner[0].public_id,
        email=email,
        role=OperatorRole.VIEWER,
        actor=actor_of(owner[1], day=timezone.localdate()),
        now=timezone.now(),
    )
    InvitationLink.objects.create(invitation=made, token_hash=hash_of(f"token-{email}"))
    return made


def opened(client: Client, email: str) -> str:
    """The page after the link of the mail."""
    answer = client.get(reverse("certification:invitation_link", args=[f"token-{email}"]))
    assert answer.status_code == 302
    assert "token" not in answer.headers["Location"]
    return client.get(answer.headers["Location"]).content.decode()


def test_a_stranger_registers_and_is_signed_in(owner: Pair) -> None:
    invitation_to(owner, "new@example.jp")
    client = Client()
    assert "登録して、招待を受ける" in opened(client, "new@example.jp")
    page = reverse("certification:invitation_open")
    weak = client.post(page, {"name": "新 人", "password1": "new@example.jp", "password2": "new@example.jp"})
    assert weak.status_code == 422
    good = {"name": "新 人", "password1": "harukaze-no-uta-22", "password2": "harukaze-no-uta-22"}
    assert client.post(page, good).status_code == 302
    assert OperatorUser.objects.filter(user__email="new@example.jp", operator=owner[0]).exists()
    assert owner[0].name in client.get(reverse("certification:operators"), follow=True).content.decode()
    assert "もう済んでいます" in opened(Client(), "new@example.jp")


def test_who_has_an_account_logs_in_and_clicks_once(owner: Pair, sign_in: Callable[[User], Client]) -> None:
    known = person("known@example.jp", "既知 人")
    invitation = invitation_to(owner, "known@example.jp")
    assert "ログインして続ける" in opened(Client(), "known@example.jp")
    client = sign_in(known)
    assert "招待を受ける" in opened(client, "known@example.jp")
    mine = reverse("certification:invitation_mine", args=[invitation.public_id])
    assert client.post(mine).status_code == 302
    assert owner[0].members.get(user=known).role == OperatorRole.VIEWER


def test_somebody_else_cannot_take_it(owner: Pair, outsider: Pair, sign_in: Callable[[User], Client]) -> None:
    invitation_to(owner, "new@example.jp")
    client = sign_in(outsider[1])
    assert "別の利用者としてログインしています" in opened(client, "new@example.jp")
    assert client.post(reverse("certification:invitation_open"), {"name": "横取"}).status_code == 409
    assert not owner[0].members.filter(user=outsider[1]).exists()


def test_an_unknown_link_says_so(db: None) -> None:
    answer = Client().get(reverse("certification:invitation_link", args=["nothing"]))
    assert answer.status_code == 404
    assert "このリンクは使えません" in answer.content.decode()


def test_inviting_tells_nothing_about_accounts(owner: Pair, sign_in: Callable[[User], Client]) -> None:
    person("known@example.jp", "既知 人")
    client, page = sign_in(owner[1]), reverse("certification:operator", args=[owner[0].public_id])
    answers = [
        client.post(page, {"email": email, "role": "writer"}, follow=True).content.decode()
        for email in ("known@example.jp", "other@example.jp")
    ]
    assert "known@example.jpに招待を送りました" in answers[0]
    assert "other@example.jpに招待を送りました" in answers[1]


def test_the_way_to_begin_is_open_to_everybody(office: Office) -> None:
    assert office.municipality.name in Client().get(reverse("certification:begin")).content.decode()
    assert (
        reverse("certification:begin")
        in Client().get(reverse("certification:plans"), follow=True).content.decode()
    )


def test_lists_cost_the_same_for_one_and_for_fifty(
    office: Office, owner: Pair, sign_in: Callable[[User], Client]
) -> None:
    pages = (
        (sign_in(owner[1]), reverse("certification:operator", args=[owner[0].public_id])),
        (sign_in(office.desk), reverse("certification:operator_invitations")),
    )
    desk, filing = (actor_of(user, day=timezone.localdate()) for user in (office.desk, owner[1]))
    counts = []
    for size in (1, 3, 15):
        for number in range(OperatorInvitation.objects.filter(kind="member").count(), size):
            user = person(f"p{number}@example.jp", f"見本 {number}")
            OperatorUser.objects.create(operator=owner[0], user=user, role="viewer")
            now = timezone.now()
            invite_operator(name=f"会社{number}", email=f"o{number}@example.jp", actor=desk, now=now)
            invite_member(
                operator_id=owner[0].public_id,
                email=f"m{number}@example.jp",
                role=OperatorRole.VIEWER,
                actor=filing,
                now=now,
            )
        found = []
        for client, page in pages:
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(page).status_code == 200
            found.append(len(asked))
        counts.append(found)
    assert counts[0] == counts[1] == counts[2]
