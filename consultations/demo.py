"""Invented people at the desks of the sample cities, and invented cases. Nobody of them exists; all say 見本."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from consultations.models import Case, CaseEvent, DeskPost, OpenDesk
from consultations.rules.cards import Wish
from consultations.rules.consents import Scope
from consultations.rules.plans import Step
from consultations.rules.words import PostRole
from consultations.selectors.cases import categories_on
from consultations.services import (
    closing,
    conferences,
    consents,
    overriding,
    plans,
    protecting,
    referrals,
    retention,
    shop_inquiries,
    transfers,
    work,
)
from consultations.services.intake import Intake, receive
from consultations.services.numbers import case_number
from consultations.services.shop_links import code_of, token_of
from councils.models import Council, Desk, Shop
from councils.rules.words import ShopState

#: The same for all demo people, here and in the other apps' demos.
PASSWORD: Final = "mihon-no-aikotoba-8"  # noqa: S105 -- printed on purpose; production refuses the demo


@dataclass(frozen=True, kw_only=True)
class Team:
    """A desk with its people: two counsellors and the supervisor."""

    desk: Desk
    counsellor: User
    colleague: User
    supervisor: User


@dataclass(frozen=True, kw_only=True)
class Story:
    """One invented case: when it came, what is known, in which categories."""

    days_ago: int
    content: Intake
    categories: tuple[str, ...] = ()
    primary: str = ""
    is_protected: bool = False


def person(email: str, name: str) -> User:
    """An invented person who can log in; made once."""
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, PASSWORD, name=name)


def desk_of(council: Council) -> Desk:
    """The desk where the invented cases lie; made where the council has none."""
    if desk := council.desks.order_by("pk").first():
        return desk
    municipality = council.municipalities.order_by("pk")[0]
    return Desk.objects.create(
        council=council, municipality=municipality, name="住まいの相談窓口(見本)", is_sample=True
    )


def team(council: Council, *, host: str, since: dt.date) -> Team:
    """People with posts at the council's desk. They hold no post of the municipality."""
    desk = desk_of(council)
    OpenDesk.objects.get_or_create(desk=desk, defaults={"since": since})

    def post(key: str, name: str, role: PostRole) -> User:
        user = person(f"{key}@{host}", f"{name}(見本)")
        DeskPost.objects.get_or_create(desk=desk, user=user, role=role, until=None, defaults={"since": since})
        return user

    return Team(
        desk=desk,
        counsellor=post("soudan", "相良 聡子", PostRole.COUNSELLOR),
        colleague=post("soudan2", "相原 和人", PostRole.COUNSELLOR),
        supervisor=post("sekinin", "見守 正子", PostRole.SUPERVISOR),
    )


STORIES: Final = (
    Story(
        days_ago=1,
        content=Intake(
            method="phone", route="self", triage="undecided", call_name="みほん", is_pseudonym=True,
            phone="000-0000-0101", phone_rule="no_message", contact_note="平日の昼だけ。家族に知られたくない。",
            summary="家賃が上がり、今月で払えなくなりそう。", leave_by=None, age_band="60-64",
        ),
    ),
    Story(
        days_ago=12,
        content=Intake(
            method="visit", route="welfare", triage="continue", name="例示 三郎", kana="レイジ サブロウ",
            phone="000-0000-0102", birth_date=dt.date(1948, 5, 3), household="single", household_size=1,
            housing="rented", moving_reason="demolition", obstacles=("no_contact", "age", "stairs"),
            rent_limit_yen=53_000, wished_area="見本町、輪野駅の近く", wishes="1階か、エレベーターのある所。猫はいない。",
            summary="アパートが取り壊しになる。三つの店で断られた。", language="",
        ),
        categories=("elderly",),
        primary="elderly",
    ),
    Story(
        days_ago=45,
        content=Intake(
            method="mail", route="office", triage="plan", name="架空 アン", kana="カクウ アン", call_name="アンさん",
            email="an@sumai.example.jp", household="single_parent", household_size=3, housing="relatives",
            moving_reason="separation", obstacles=("language", "no_guarantor"), rent_limit_yen=70_000,
            wished_area="小学校を変えずに済む所", summary="子ども二人と、姉の家にいる。長くはいられない。", language="ベトナム語の通訳",
        ),
    ),
    Story(
        days_ago=5,
        content=Intake(
            method="phone", route="self", triage="continue", call_name="あかり", is_pseudonym=True,
            phone_rule="never", contact_note="姉(000-0000-0199)を通して。市役所と名のらない。",
            housing="relatives", moving_reason="separation", summary="夫から逃げている。居場所を知られたくない。", age_band="30s",
        ),
        is_protected=True,
    ),
    Story(
        days_ago=90,
        content=Intake(
            method="visit", route="hospital", triage="continue", name="見本 五郎", kana="ミホン ゴロウ",
            phone="000-0000-0105", age_band="50s", household="single", household_size=1, housing="hospital",
            moving_reason="discharge", obstacles=("no_guarantor", "initial_cost"), rent_limit_yen=48_000,
            summary="退院が決まったが、帰る家がない。",
        ),
    ),
    Story(
        days_ago=60,
        content=Intake(
            method="online", route="family", triage="information", name="例示 六花", kana="レイジ ロッカ",
            email="rokka@sumai.example.jp", proxy_name="例示 母子", proxy_relation="母", age_band="20s",
            summary="ひとり暮らしを始めたい。家賃の補助があるか。",
        ),
    ),
)  # fmt: skip


def receive_story(story: Story, team: Team, *, now: dt.datetime) -> Case:
    """Take it in by the real service, on its day."""
    then = now - dt.timedelta(days=story.days_ago)
    known = {row.code for row in categories_on(timezone.localdate(then))}
    return receive(
        desk_id=team.desk.public_id,
        received_on=timezone.localdate(then),
        content=story.content,
        categories=[code for code in story.categories if code in known],
        primary=story.primary if story.primary in known else "",
        is_protected=story.is_protected,
        key=uuid.uuid4(),
        actor=acting(team.counsellor, now=then),
        now=then,
    )


def acting(user: User, *, now: dt.datetime) -> Actor:
    """The person as an actor on that day."""
    return actor_of(user, day=timezone.localdate(now))


def load(team: Team, *, now: dt.datetime) -> list[Case]:
    """The invented cases of a desk, once: in different hands, with contacts, tasks, a consent, two of them ended."""
    if Case.objects.filter(desk=team.desk).exists():
        return []
    cases = [receive_story(story, team, now=now) for story in STORIES]
    actor = acting(team.counsellor, now=now)
    _, searching, family, hidden, ended, informed = cases
    work.write_contact(
        case_id=searching.public_id, happened_at=now - dt.timedelta(days=8), method="phone",
        other_side="本人", text="希望の家賃と間取りを確かめた。緊急連絡先は、めいに頼めるか聞いてみるとのこと。",
        minutes=25, key=uuid.uuid4(), actor=actor, now=now,
    )  # fmt: skip
    work.add_task(
        case_id=searching.public_id, title="緊急連絡先を頼めたか確かめる", user_id=team.counsellor.pk,
        due_on=timezone.localdate(now) + dt.timedelta(days=3), key=uuid.uuid4(), actor=actor, now=now,
    )  # fmt: skip
    consents.give_consent(
        case_id=searching.public_id, purpose="shops", scope=["conditions", "household", "obstacles"],
        recipients="", shop_id=None, given_how="written", given_by="self", proxy="",
        given_on=timezone.localdate(now) - dt.timedelta(days=10),
        until=timezone.localdate(now) + dt.timedelta(days=170), key=uuid.uuid4(), actor=actor, now=now,
    )  # fmt: skip
    _ask_shops(searching, actor=actor, now=now)
    family.refresh_from_db()
    work.assign(
        case_id=family.public_id, user_id=team.colleague.pk, seen=family.revision, actor=actor, now=now
    )
    protecting.name_reader(case_id=hidden.public_id, user_id=team.supervisor.pk, actor=actor, now=now)
    _refer(searching, team, actor=actor, now=now)
    _override(hidden, team, now=now - dt.timedelta(hours=5))
    _confer(team, [searching, family], actor=actor, now=now)
    _offer(team, now=now)
    _plan(searching, actor=actor, now=now - dt.timedelta(days=3))
    _end(ended, "contracted", rent=46_000, actor=actor, now=now - dt.timedelta(days=20))
    _end(informed, "information", rent=None, actor=actor, now=now - dt.timedelta(days=50))
    return [*cases, load_old(team, now=now)]


@transaction.atomic
def load_old(team: Team, *, now: dt.datetime) -> Case:
    """A case whose time has come, on a list that waits for approval. It was copied from paper: nobody had a post then."""
    then = now.replace(year=now.year - 7, day=1)
    case = Case.objects.create(
        key=uuid.uuid4(), council=team.desk.council, desk=team.desk, method="visit", route="welfare",
        number=case_number(team.desk.council, day=then.date()), call_name="むかしさん", summary="見本の古い相談です。",
        received_at=then, received_by=team.counsellor, assigned_to=team.counsellor, last_contact_at=then,
        state="closed", closed_on=then.date(), outcome="information", age_band="50s",
    )  # fmt: skip
    for kind, outcome in (("opened", ""), ("closed", "information")):
        CaseEvent.objects.create(
            case=case, kind=kind, outcome=outcome, happened_on=then.date(), recorded_at=now
        )
    retention.propose(desk_id=team.desk.public_id, actor=acting(team.supervisor, now=now), now=now)
    return case


def _ask_shops(case: Case, *, actor: Actor, now: dt.datetime) -> None:
    """Three invented shops were asked: one has a home in mind, one has none, one did not answer yet."""
    registered = Shop.objects.filter(council=case.council_id, state=ShopState.REGISTERED)
    shops = list(registered.order_by("pk")[:3])
    if not shops:
        return
    asked = shop_inquiries.send(
        case_id=case.public_id, shop_ids=[each.public_id for each in shops],
        wish=Wish(area="見本町、輪野駅の近く", conditions=("no_contact", "step_free"), note="日当たりのよい部屋"),
        is_rare_accepted=True, key=uuid.uuid4(), seen=case.revision, actor=actor, now=now - dt.timedelta(days=2),
    )  # fmt: skip
    answers = ((True, "輪野駅から徒歩10分、1階、1DK", 52_000, ""), (False, "", None, "no_stock"))
    for inquiry, (has_home, offer, rent_yen, reason) in zip(asked, answers, strict=False):
        shop_inquiries.answer_by_link(
            token=token_of(inquiry.public_id), has_home=has_home, offer=offer, rent_yen=rent_yen, reason=reason,
            now=now - dt.timedelta(days=1),
        )  # fmt: skip


def _refer(case: Case, team: Team, *, actor: Actor, now: dt.datetime) -> None:
    """Two invented agencies; one of them was asked to watch over the person, and takes it on."""
    lead = acting(team.supervisor, now=now)
    asked, _ = (
        referrals.save_agency(
            agency_id=None, values={"kind": kind, "name": name, "phone": phone}, is_active=True, actor=lead, now=now
        )
        for kind, name, phone in (
            ("elderly", "見本町地域包括支援センター(見本)", "000-0000-0021"),
            ("council", "見本市社会福祉協議会(見本)", "000-0000-0022"),
        )
    )  # fmt: skip
    day = now - dt.timedelta(days=4)
    consents.give_consent(
        case_id=case.public_id, purpose="agencies", scope=["household", "obstacles", "contact"], recipients=asked.name,
        shop_id=None, given_how="written", given_by="self", proxy="", given_on=day.date(),
        until=(day + dt.timedelta(days=180)).date(), key=uuid.uuid4(), actor=actor, now=day,
    )  # fmt: skip
    case.refresh_from_db()
    sent = referrals.refer(
        case_id=case.public_id, agency_id=asked.public_id, pieces=["household", "obstacles", "contact"],
        request="引っ越したあとの見守りを、いっしょに考えていただけますか。", is_sure=False, key=uuid.uuid4(),
        seen=case.revision, actor=actor, now=day,
    )  # fmt: skip
    referrals.answer_by_link(
        token=token_of(sent.public_id), code=code_of(sent.public_id), is_accepted=True, reason="",
        reply="担当は見本です。住まいが決まったら知らせてください。", now=now - dt.timedelta(days=1),
    )  # fmt: skip


def _override(case: Case, team: Team, *, now: dt.datetime) -> None:
    """Who may decide so at this desk, and one decision that the supervisor has not looked at yet."""
    deciders = (team.counsellor, team.supervisor)
    DeskPost.objects.filter(desk=team.desk, user__in=deciders).update(may_override=True)
    agency = case.council.agencies.order_by("pk")[0]
    overriding.override_consent(
        case_id=case.public_id, agency_id=agency.public_id, scope=["situation"], ground="life",
        reason="夫に見つかったと電話があり、切れた。今夜泊まれる所をすぐに探すため。", key=uuid.uuid4(),
        actor=acting(team.counsellor, now=now), now=now,
    )  # fmt: skip


def _offer(team: Team, *, now: dt.datetime) -> None:
    """Another desk of the council asks this one to take a case over."""
    day = timezone.localdate(now)
    branch = Desk.objects.create(
        council=team.desk.council,
        municipality=team.desk.municipality,
        name="駅前出張所(見本)",
        is_sample=True,
    )
    host = team.counsellor.email.partition("@")[2]
    giver = person(f"ekimae@{host}", "駅前 待子(見本)")
    DeskPost.objects.create(
        desk=branch, user=giver, role=PostRole.COUNSELLOR, since=day.replace(year=day.year - 1)
    )
    actor = acting(giver, now=now)
    case = receive(
        desk_id=branch.public_id, received_on=day, categories=[], primary="", is_protected=False, key=uuid.uuid4(),
        content=Intake(
            method="visit", call_name="例示 七海", phone="000-0000-0107", household="single", household_size=1,
            age_band="40s", rent_limit_yen=60_000, wished_area="見本町", obstacles=["no_guarantor"],
            summary="仕事が変わり、見本町に移りたい。",
        ),
        actor=actor, now=now,
    )  # fmt: skip
    consents.give_consent(
        case_id=case.public_id, purpose="transfer", scope=list(Scope.values), recipients=team.desk.name, shop_id=None,
        given_how="spoken", given_by="self", proxy="", given_on=day, until=day + dt.timedelta(days=60),
        key=uuid.uuid4(), actor=actor, now=now,
    )  # fmt: skip
    transfers.offer(
        case_id=case.public_id, desk_id=team.desk.public_id, request="通う先が見本町になり、そちらの窓口のほうが近いため。",
        key=uuid.uuid4(), actor=actor, now=now,
    )  # fmt: skip


def _confer(team: Team, cases: list[Case], *, actor: Actor, now: dt.datetime) -> None:
    """A meeting of next week with two cases, one of whom may be named, and two invented people."""
    today = timezone.localdate(now)
    consents.give_consent(
        case_id=cases[0].public_id, purpose="council", scope=["conditions", "household", "contact"],
        recipients="居住支援協議会のケース会議", shop_id=None, given_how="spoken", given_by="self", proxy="",
        given_on=today, until=today + dt.timedelta(days=90), key=uuid.uuid4(), actor=actor, now=now,
    )  # fmt: skip
    meeting = conferences.call(
        desk_id=team.desk.public_id, day=today + dt.timedelta(days=7), starts_at=dt.time(14), place="第2会議室",
        key=uuid.uuid4(), actor=actor, now=now,
    )  # fmt: skip
    for name, organisation, secrecy in (
        ("見本 花枝(見本)", "見本市社会福祉協議会(見本)", "pledge"),
        ("例示 健(見本)", "見本市 福祉課(見本)", "duty"),
    ):
        conferences.add_attendee(
            conference_id=meeting.public_id, name=name, organisation=organisation, secrecy=secrecy, actor=actor, now=now
        )  # fmt: skip
    for case in cases:
        conferences.put_on_agenda(
            conference_id=meeting.public_id, case_id=case.public_id, actor=actor, now=now
        )


def _plan(case: Case, *, actor: Actor, now: dt.datetime) -> None:
    """The plan until moving in, with what the person does too."""
    today = now.date()
    plans.write_plan(
        case_id=case.public_id, phase="before", situation="ひとり暮らし。膝が痛く、階段がつらい。病院は輪野駅の近く。",
        wish="病院に歩いて行ける所に住みたい。", goal="3月末までに、1階かエレベーターのある部屋に移る",
        steps=[
            Step(who="本人", what="めいに緊急連絡先を頼む", until=today + dt.timedelta(days=10)),
            Step(who="相談員", what="店に問い合わせ、内見に付き添う"),
            Step(who="地域包括支援センター", what="引っ越したあとの見守りを組む", until=today + dt.timedelta(days=60)),
        ],
        review_on=today + dt.timedelta(days=30), explained_on=today, key=uuid.uuid4(), seen=0, actor=actor, now=now,
    )  # fmt: skip


def _end(case: Case, outcome: str, *, rent: int | None, actor: Actor, now: dt.datetime) -> None:
    case.refresh_from_db()
    closing.close(
        case_id=case.public_id, outcome=outcome, failure_reasons=[], closing_note="見本の記録です。",
        rent_yen=rent, area="見本町" if rent else "", seen=case.revision, actor=actor, now=now, is_followed=True,
    )  # fmt: skip
