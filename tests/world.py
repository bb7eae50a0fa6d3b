"""The small world of the security and query-count tests: two cities, cases of each, and a canary in every name."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command

from accounts.intake.uploads import store
from accounts.models import Appointment, Department, Municipality, Notice, Role, User
from accounts.outbox import notify
from accounts.selectors import actor_of
from certification import (
    demo_inquiries,
    demo_national,
    demo_notifications,
    demo_preliminary,
    demo_supervision,
)
from certification.demo import (
    AREA_DOUBT,
    FLOW_MISSING,
    Office,
    Walk,
    applicant,
    appoint,
    changed,
    checked_sample,
    item_numbers,
    person,
    sample_plan,
    staff_office,
)
from certification.demo_approval import hall_of, lay_route
from certification.demo_criteria import add_follow_up, add_own_number, add_rents
from certification.models import (
    Absence,
    Application,
    CertificationSetting,
    ConsultationBooking,
    ContactPoint,
    Deputy,
    Inquiry,
    Measure,
    MeasureFile,
    NationalImport,
    Notification,
    Operator,
    OperatorInvitation,
    OperatorUser,
    PlanPartner,
    PreliminaryConsultation,
    RentComparable,
    SavedFilter,
    Tip,
)
from certification.rules.inquiries import InquiryKind
from certification.rules.operators import OperatorRole
from certification.rules.plan import Plan
from certification.rules.procedures import Procedure
from certification.rules.supervision import MeasureKind
from certification.rules.workflow import Order
from certification.services.approval import register_absence
from certification.services.deputies import name_deputy
from certification.services.invitations import accept
from certification.services.joint import invite_partner
from certification.services.notes import write_note
from certification.services.operators import invite_member, invite_operator
from certification.services.procedures import begin_procedure
from certification.services.saved_filters import save_filter
from consultations.models import (
    Agency,
    Case,
    CaseFile,
    CaseTask,
    CaseTransfer,
    ConferenceItem,
    ConsentEvent,
    DeskBooking,
    DeskPost,
    Disposal,
    DisposalLine,
    FollowUp,
    LegalHold,
    OpenDesk,
    Referral,
    ShopInquiry,
    SupportPlan,
)
from consultations.rules.cards import Wish
from consultations.rules.consents import Scope
from consultations.rules.plans import Step
from consultations.rules.words import PostRole
from consultations.services import files
from consultations.services.closing import close
from consultations.services.conferences import add_attendee, call, put_on_agenda
from consultations.services.consents import give_consent
from consultations.services.intake import Intake, receive
from consultations.services.overriding import override_consent
from consultations.services.plans import write_plan
from consultations.services.referrals import refer, save_agency
from consultations.services.shop_inquiries import send
from consultations.services.transfers import offer
from consultations.services.work import add_task
from councils.models import Council, Desk, Shop, TableImport
from councils.services.importing import import_file
from tests.councils import ring, tables

CANARY_OWN = "カナリア輪野"
CANARY_OTHER = "カナリア古都見"
SECRET_NOTE = "内々の覚え書き"
"""What staff wrote to each other about a case: nobody else reads it, in whatever form."""
TOLD = "打ち明け話"
"""In all that is kept of a consultation: the people of its desk alone read it."""
SHELTERED = "隠れ住む人"
"""The same in a 要保護 case, which names the counsellor alone."""
SUSPECT = "疑義次郎"
"""In the name of who is asked about at the police."""


def recent(days: int) -> dt.datetime:
    """A morning `days` days ago: cases must lie in the past of the real clock that pages use."""
    now = dt.datetime.now(tz=ZoneInfo("Asia/Tokyo"))
    return (now - dt.timedelta(days=days)).replace(hour=9, minute=30, second=0, microsecond=0)


@dataclass(frozen=True, kw_only=True)
class Ring:
    """What a city has in the public directory. Beside it stand things nobody may see, whose names are canaries."""

    council: Council
    desk: Desk
    shop: Shop


@dataclass(frozen=True, kw_only=True)
class Talk:
    """The desk's people of a city, who hold no post of it, and their cases: open, ended, and one that names the

    counsellor alone. Names, words and addresses in them are canaries.
    """

    counsellor: User
    supervisor: User
    open: Case
    closed: Case
    hidden: Case
    task: CaseTask
    consent: ConsentEvent
    override: ConsentEvent
    booking: DeskBooking
    disposal: Disposal
    hold: LegalHold
    inquiry: ShopInquiry
    plan: SupportPlan
    agency: Agency
    referral: Referral
    item: ConferenceItem
    follow_up: FollowUp
    offered: CaseTransfer
    file: CaseFile


@dataclass(frozen=True, kw_only=True)
class Preliminary:
    """事前相談 of a city: where it can be booked, the applicant's booking, and a record that is still open."""

    point: ContactPoint
    booking: ConsultationBooking
    consultation: PreliminaryConsultation


@dataclass(frozen=True, kw_only=True)
class Supervised:
    """監督 of a city's certified plan: a tip, an inspection carried out, a report that can be proposed, and a photo."""

    tip: Tip
    inspection: Measure
    report: Measure
    file: MeasureFile


@dataclass(frozen=True, kw_only=True)
class City:
    """One city with its people, an applicant, and cases in the states that pages differ in.

    `former` served the lead department until yesterday. `failed` is a mail to the desk that could not be sent.
    `officer` looks after the councils of the city's prefecture; `table` is the prefecture's, with one waiting row.
    """

    office: Office
    operator: Operator
    applicant: User
    former: User
    failed: Notice
    draft: Walk
    under_review: Walk
    gathered: Walk
    returned: Walk
    corrected: Walk
    deciding: Walk
    certified: Walk
    changing: Walk
    ring: Ring
    officer: User
    writer: User
    reader: User
    partner: User
    joint: PlanPartner
    invitation: OperatorInvitation
    own_invitation: OperatorInvitation
    city_invitation: OperatorInvitation
    table: TableImport
    preliminary: Preliminary
    routed: Walk
    absence: Absence
    police: Inquiry
    fire: Inquiry
    notification: Notification
    supervised: Supervised
    kept: SavedFilter
    deputy: Deputy
    export: NationalImport
    talk: Talk

    @property
    def cases(self) -> dict[str, Application]:
        return {name: getattr(self, name).application for name in CASES}


CASES = (
    "draft",
    "under_review",
    "gathered",
    "returned",
    "corrected",
    "deciding",
    "certified",
    "changing",
    "routed",
)


@dataclass(frozen=True, kw_only=True)
class World:
    own: City
    other: City
    stranger: User
    root: User


def build_city(order: Order, *, prefix: str, canary: str, prefecture: str) -> City:
    """A city in the given order; every name of a person, department, firm and house carries the canary."""
    setting = CertificationSetting.objects.get(order=order)
    municipality = Municipality.objects.get(pk=setting.municipality_id)
    for department in municipality.departments.all():
        department.name = f"{canary}{department.name}"
        department.save()
    office = staff_office(municipality, prefix=prefix, since=dt.date(2024, 4, 1))
    for each in office.people:
        each.name = f"{canary}{each.name}"
        each.save()
    operator, user = applicant(
        f"{canary}住宅株式会社", email=f"owner@{prefix}.example.jp", name=f"{canary}太郎"
    )
    setting = office.setting
    soft, hard = item_numbers(setting)
    by_lead, by_second = {soft: FLOW_MISSING}, {hard: AREA_DOUBT}
    if order == Order.PARALLEL:
        by_lead, by_second = by_second, by_lead

    def walk() -> Walk:
        return Walk(office=office, user=user, at=recent(90))

    def plan(number: int) -> Plan:
        return sample_plan(f"{canary}荘{number}", company=f"{canary}住宅株式会社", city=municipality.name)

    under_review = walk().file(operator, plan(2)).accept()

    def found(number: int) -> Walk:
        return walk().file(operator, plan(number)).accept().gather(lead=by_lead, second=by_second)

    def colleague_of(role: OperatorRole, name: str) -> User:
        found = person(f"{role.value}@{prefix}.example.jp", f"{canary}{name}")
        OperatorUser.objects.create(operator=operator, user=found, role=role)
        return found

    draft = walk().begin(operator, plan(1))
    partner, joint, to_partner = joint_applicant(draft, prefix=prefix, canary=canary)
    filing = actor_of(user, day=recent(0).date())
    corrected = found(6).send_back(days=60)
    corrected.write(changed(plan(6), buildings=plan(7).buildings))
    gathered = found(3)
    certified = walk().file(operator, plan(8)).accept().gather().propose().decide()
    round_about = build_ring(municipality, canary=canary)
    add_rents(gathered.application, officer=office.desk, now=recent(80))
    RentComparable.objects.filter(application=gathered.application).exclude(address="見本町一丁目").delete()
    add_follow_up(certified.application, due_on=dt.date(2027, 3, 31))
    add_own_number(municipality, since=dt.date(2099, 1, 1))
    return City(
        office=office,
        operator=operator,
        applicant=user,
        former=former_colleague(office, prefix=prefix, canary=canary),
        failed=failed_mail(office, prefix=prefix),
        draft=draft,
        under_review=under_review,
        police=police_draft(under_review, canary=canary),
        fire=fire_inquiry(under_review, canary=canary),
        gathered=gathered,
        export=demo_national.read_in([under_review.application], office.desk, now=recent(1)),
        returned=found(4).send_back(days=60),
        corrected=corrected.answer("直しました。").resubmit(),
        deciding=walk().file(operator, plan(5)).accept().gather().propose(),
        certified=certified,
        changing=change_begun(walk().file(operator, plan(10)).accept().gather().propose().decide()),
        **on_route(office, walk().file(operator, plan(9)).accept().gather(), prefix=prefix, canary=canary),
        ring=round_about,
        talk=conversation(round_about.desk, prefix=prefix, canary=canary),
        officer=(officer := council_officer(prefecture, prefix=prefix, canary=canary)),
        table=read_table(officer, canary=canary),
        preliminary=talked_before(office, user),
        writer=colleague_of(OperatorRole.WRITER, "作成"),
        reader=colleague_of(OperatorRole.VIEWER, "閲覧"),
        partner=partner,
        joint=joint,
        own_invitation=to_partner,
        invitation=invite_member(
            operator_id=operator.public_id,
            email=f"new@{prefix}.example.jp",
            role=OperatorRole.WRITER,
            actor=filing,
            now=recent(1),
        ),
        city_invitation=invite_operator(
            name=f"{canary}新規",
            email=f"fresh@{prefix}.example.jp",
            actor=actor_of(office.desk, day=recent(0).date()),
            now=recent(1),
        ),
        notification=demo_notifications.ending(certified, ends_on=dt.date(2099, 3, 31)),
        supervised=under_supervision(certified),
        **desk_work(office, under_review, certified),
    )


def desk_work(office: Office, *walks: Walk) -> dict[str, Any]:
    """A filter the desk keeps for itself, the desk as the colleague's deputy, a note in each of these cases."""
    today = dt.datetime.now(tz=ZoneInfo("Asia/Tokyo")).date()
    desk = actor_of(office.desk, day=today)
    for walk in walks:
        write_note(
            application_id=walk.application.public_id,
            text=f"{SECRET_NOTE}と聞きました。",
            mentioned=[office.colleague.pk],
            key=uuid.uuid4(),
            actor=desk,
            now=recent(0),
        )
    return {
        "kept": save_filter(
            name="受付待ち",
            conditions={"state": "submitted"},
            department_id=None,
            is_default=False,
            actor=desk,
            now=recent(0),
        ),
        "deputy": name_deputy(
            user_id=office.colleague.pk,
            deputy_id=office.desk.pk,
            from_on=today,
            until=today,
            actor=actor_of(office.colleague, day=today),
            now=recent(0),
        ),
    }


def change_begun(walk: Walk) -> Walk:
    """A draft of a change of a certified plan."""
    walk.application = begin_procedure(
        plan_id=walk.application.plan.public_id,
        procedure=Procedure.CHANGE,
        actor=walk.actor(walk.user),
        now=walk.at,
        key=uuid.uuid4(),
    ).application
    return walk


def under_supervision(walk: Walk) -> Supervised:
    """What the demo has of 監督, with a photo, and a measure in each step that pages differ in."""
    office, plan, at = walk.office, walk.application.plan, recent(30)
    demo_supervision.tips(office, plan, at=at)
    demo_supervision.ordered(office, plan, at=at)
    inspection = demo_supervision.carried_out(office, plan, at=at)
    report = demo_supervision.begin(office, plan, MeasureKind.REPORT, at=at)
    checked = checked_sample("帳簿.pdf")
    photo = MeasureFile.objects.create(
        measure=inspection,
        label="帳簿",
        original_name=checked.name,
        stored_name=store(checked),
        content_type=checked.content_type,
        size=checked.size,
        pages=checked.pages,
        sha256=checked.sha256,
        uploaded_by=office.desk,
        uploaded_at=at,
    )
    tip = Tip.objects.filter(plan=plan).order_by("pk")[0]
    return Supervised(tip=tip, inspection=inspection, report=report, file=photo)


def talked_before(office: Office, user: User) -> Preliminary:
    """What the demo has of 事前相談."""
    demo_preliminary.load(office, user, now=recent(0))
    booking = ConsultationBooking.objects.get(contact_point__municipality=office.municipality)
    consultations = PreliminaryConsultation.objects.filter(municipality=office.municipality)
    return Preliminary(
        point=booking.contact_point, booking=booking, consultation=consultations.order_by("pk")[0]
    )


def joint_applicant(draft: Walk, *, prefix: str, canary: str) -> tuple[User, PlanPartner, OperatorInvitation]:
    """The 管理者 of a joint applicant of the draft, and another invitation that waits for that person."""
    helper, user = applicant(f"{canary}援助の会", email=f"partner@{prefix}.example.jp", name=f"{canary}援助")
    filing = draft.actor(draft.user)
    case = draft.application
    joint = invite_partner(
        application_id=case.public_id,
        name=helper.name,
        email=user.email,
        may_write=True,
        actor=filing,
        now=recent(1),
    )
    accept(
        invitation_id=joint.invitations.get().public_id,
        actor=actor_of(user, day=recent(0).date()),
        now=recent(1),
        operator_id=helper.public_id,
    )
    joint.refresh_from_db()
    waiting = invite_member(
        operator_id=case.plan.operator.public_id,
        email=user.email,
        role=OperatorRole.VIEWER,
        actor=filing,
        now=recent(1),
    )
    return user, joint, waiting


def on_route(office: Office, walk: Walk, *, prefix: str, canary: str) -> dict[str, Any]:
    """A case decided along a route, and the decider's absence. The other cases were proposed before there was one."""
    hall = hall_of(office, prefix=prefix, since=dt.date(2024, 4, 1))
    for each in (hall.partner, hall.director, hall.deputy):
        each.name = f"{canary}{each.name}"
        each.save()
    lay_route(office, hall, now=walk.at)
    today = dt.datetime.now(tz=ZoneInfo("Asia/Tokyo")).date()
    absence = register_absence(
        user_id=office.decider.pk,
        deputy_id=hall.deputy.pk,
        from_on=today,
        until=today,
        actor=actor_of(office.decider, day=today),
        now=recent(0),
    )
    return {"routed": walk.propose(), "absence": absence}


def police_draft(walk: Walk, *, canary: str) -> Inquiry:
    """A draft to the police that only the desk is named on; every word of it is a canary."""
    return demo_inquiries.draft(
        walk.application,
        InquiryKind.POLICE,
        walk.office.desk,
        at=recent(20),
        addressee=f"{canary}警察",
        subject=f"{canary}{SUSPECT}",
        ground=f"{canary}{SUSPECT}の通報",
    )


def fire_inquiry(walk: Walk, *, canary: str) -> Inquiry:
    """An inquiry to the fire station that was sent and is late."""
    desk = walk.office.desk
    fire = demo_inquiries.draft(
        walk.application, InquiryKind.FIRE, desk, at=recent(20), addressee=f"{canary}消防署"
    )
    return demo_inquiries.sent(fire, desk, at=recent(20))


def council_officer(prefecture: str, *, prefix: str, canary: str) -> User:
    """A 協議会担当 of the prefecture with this code."""
    department, _ = Department.objects.get_or_create(
        municipality=Municipality.objects.get(code=prefecture),
        name="住宅課",
        defaults={"short_name": "住", "side": Department.Side.HOUSING, "document_symbol": "住"},
    )
    user = person(f"kyogikai@{prefix}.example.jp", f"{canary}協議会")
    appoint(user, department, Role.COUNCIL_OFFICER, since=dt.date(2024, 4, 1))
    return user


def read_table(officer: User, *, canary: str) -> TableImport:
    """A table of one council, read and waiting."""
    actor = actor_of(officer, day=recent(0).date())
    return import_file(
        content=tables.table([tables.row("見本市", name=f"{canary}の会", secretariat=f"{canary}課")]),
        file_name=f"{canary}.tsv",
        prefecture=Municipality.objects.get(pk=actor.home_id),
        actor=actor,
        as_of=None,
        now=recent(1),
    ).table


def build_ring(municipality: Municipality, *, canary: str) -> Ring:
    """A published council with a desk and a shop; an unpublished one, desk, shop and field with the canary."""
    council = ring.council(f"{municipality.name}居住支援協議会", area=municipality)
    made = Ring(
        council=council,
        desk=ring.desk(council),
        shop=ring.shop(council, address=f"{canary}町1", published_fields=["phone"]),
    )
    ring.desk(council, f"{canary}窓口", published_at=None)
    ring.shop(council, f"{canary}不動産", published_at=None)
    hidden = ring.council(f"{canary}協議会", area=municipality, published_at=None)
    ring.desk(hidden, f"{canary}相談室")
    council.profiles.create(version=1, business=f"{canary}の下書き", created_at=recent(1))
    ring.show(council, hidden)
    return made


def conversation(desk: Desk, *, prefix: str, canary: str) -> Talk:
    """Cases of a desk, taken in by the real services."""
    since = dt.date(2024, 4, 1)
    people = {}
    for key, role in (("counsellor", PostRole.COUNSELLOR), ("supervisor", PostRole.SUPERVISOR)):
        people[key] = person(f"{key}@{prefix}.example.jp", f"{canary}相談")
        DeskPost.objects.create(
            desk=desk, user=people[key], role=role, may_override=key == "counsellor", since=since
        )
    actor = actor_of(people["counsellor"], day=recent(0).date())

    told = f"{canary}{TOLD}"

    def take_in(number: int, *, is_protected: bool = False) -> Case:
        told = f"{canary}{SHELTERED if is_protected else TOLD}"
        return receive(
            desk_id=desk.public_id,
            received_on=recent(20).date(),
            content=Intake(
                method="phone",
                name=f"{told}{number}さん",
                kana=told,
                call_name=f"{told}{number}",
                address=f"{told}町{number}",
                phone=f"000-0000-{number:04}",
                email=f"canary{number}@{prefix}.example.jp",
                contact_note=f"{told}の注意",
                summary=f"{told}の相談",
                wishes=f"{told}の希望",
                wished_area=f"{told}町",
                proxy_name=f"{told}代理",
            ),
            categories=[],
            primary="",
            is_protected=is_protected,
            key=uuid.uuid4(),
            actor=actor,
            now=recent(20),
        )

    opened, closed, hidden = take_in(1), take_in(2), take_in(3, is_protected=True)
    task = add_task(
        case_id=opened.public_id,
        title=f"{told}に電話",
        due_on=recent(0).date(),
        user_id=None,
        key=uuid.uuid4(),
        actor=actor,
        now=recent(10),
    )
    consent = give_consent(
        case_id=opened.public_id,
        purpose="shops",
        scope=["conditions"],
        recipients="",
        shop_id=None,
        given_how="phone",
        given_by="self",
        proxy="",
        given_on=recent(10).date(),
        until=recent(-100).date(),
        key=uuid.uuid4(),
        actor=actor,
        now=recent(10),
    )
    agency = save_agency(
        agency_id=None,
        values={"kind": "council", "name": f"{canary}の社協"},
        is_active=True,
        actor=actor_of(people["supervisor"], day=recent(0).date()),
        now=recent(12),
    )
    give_consent(
        case_id=opened.public_id,
        purpose="agencies",
        scope=["household"],
        recipients=agency.name,
        shop_id=None,
        given_how="phone",
        given_by="self",
        proxy="",
        given_on=recent(10).date(),
        until=recent(-100).date(),
        key=uuid.uuid4(),
        actor=actor,
        now=recent(10),
    )
    referral = refer(
        case_id=opened.public_id,
        agency_id=agency.public_id,
        pieces=["household"],
        request="見守りのお願い",
        is_sure=False,
        key=uuid.uuid4(),
        seen=opened.revision,
        actor=actor,
        now=recent(2),
    )
    override = override_consent(
        case_id=opened.public_id,
        agency_id=agency.public_id,
        scope=["situation"],
        ground="life",
        reason=f"{told}が倒れ、話せないため",
        key=uuid.uuid4(),
        actor=actor,
        now=recent(2),
    )
    meeting = call(
        desk_id=desk.public_id,
        day=recent(-7).date(),
        starts_at=dt.time(14),
        place=f"{canary}室",
        key=uuid.uuid4(),
        actor=actor,
        now=recent(3),
    )
    item = put_on_agenda(
        conference_id=meeting.public_id, case_id=opened.public_id, actor=actor, now=recent(3)
    )
    put_on_agenda(conference_id=meeting.public_id, case_id=hidden.public_id, actor=actor, now=recent(3))
    add_attendee(
        conference_id=meeting.public_id,
        name=f"{canary}さん",
        organisation="社協",
        secrecy="duty",
        actor=actor,
        now=recent(3),
    )
    plan = write_plan(
        case_id=opened.public_id,
        phase="before",
        situation=f"{told}の見立て",
        wish=f"{told}の希望",
        goal=f"{told}の目標",
        steps=[Step(who=f"{told}の家族", what=f"{told}をする")],
        review_on=recent(-60).date(),
        explained_on=None,
        key=uuid.uuid4(),
        seen=0,
        actor=actor,
        now=recent(8),
    )
    closed = close(
        case_id=closed.public_id,
        outcome="stayed",
        failure_reasons=[],
        closing_note=f"{told}のまとめ",
        rent_yen=None,
        area="",
        seen=closed.revision,
        actor=actor,
        now=recent(5),
        is_followed=True,
    )
    inquiry = send(
        case_id=opened.public_id,
        shop_ids=[desk.council.shops.filter(state="registered").order_by("pk")[0].public_id],
        wish=Wish(area="駅の近く"),
        is_rare_accepted=True,
        key=uuid.uuid4(),
        seen=opened.revision,
        actor=actor,
        now=recent(1),
    )[0]
    OpenDesk.objects.create(desk=desk, since=since)
    booking = DeskBooking.objects.create(
        key=uuid.uuid4(),
        desk=desk,
        day=recent(0).date(),
        call_name=f"{told}さん",
        way="none",
        wish=f"{told}の話",
        booked_at=recent(1),
    )
    disposal = Disposal.objects.create(desk=desk, proposed_by=people["supervisor"], proposed_at=recent(1))
    DisposalLine.objects.create(disposal=disposal, case=closed)
    hold = LegalHold.objects.create(
        case=hidden, reason=f"{told}の訴え", placed_by=people["supervisor"], placed_at=recent(1)
    )
    checked = checked_sample("通知.pdf")
    file = files.add_file(
        case_id=opened.public_id,
        label=f"{told}の通知",
        checked=checked,
        stored_name=store(checked, folder=files.folder()),
        actor=actor,
        now=recent(6),
    )
    return Talk(
        **people,
        open=opened,
        closed=closed,
        hidden=hidden,
        task=task,
        consent=consent,
        override=override,
        booking=booking,
        disposal=disposal,
        hold=hold,
        inquiry=inquiry,
        plan=plan,
        agency=agency,
        referral=referral,
        item=item,
        follow_up=closed.follow_ups.order_by("due_on")[0],
        offered=offered_to(desk, prefix=prefix, canary=canary),
        file=file,
    )


def offered_to(desk: Desk, *, prefix: str, canary: str) -> CaseTransfer:
    """A case that another desk of the council would like to hand over."""
    far = Desk.objects.create(council=desk.council, municipality=desk.municipality, name=f"{canary}の別室")
    giver = person(f"far@{prefix}.example.jp", f"{canary}別室")
    DeskPost.objects.create(desk=far, user=giver, role=PostRole.COUNSELLOR, since=dt.date(2024, 4, 1))
    common: dict[str, Any] = {"actor": actor_of(giver, day=recent(0).date()), "now": recent(2)}
    case = receive(
        desk_id=far.public_id,
        received_on=recent(2).date(),
        content=Intake(method="phone", call_name=f"{canary}9さん", phone="000-0000-0009"),
        categories=[],
        primary="",
        is_protected=False,
        key=uuid.uuid4(),
        **common,
    )
    give_consent(
        case_id=case.public_id,
        purpose="transfer",
        scope=list(Scope.values),
        recipients=desk.name,
        shop_id=None,
        given_how="phone",
        given_by="self",
        proxy="",
        given_on=recent(2).date(),
        until=recent(-100).date(),
        key=uuid.uuid4(),
        **common,
    )
    return offer(
        case_id=case.public_id,
        desk_id=desk.public_id,
        request=f"{canary}に近いため",
        key=uuid.uuid4(),
        **common,
    )


def former_colleague(office: Office, *, prefix: str, canary: str) -> User:
    """Somebody whose appointment ended yesterday."""
    user = person(f"moto@{prefix}.example.jp", f"{canary}元職員")
    yesterday = dt.datetime.now(tz=ZoneInfo("Asia/Tokyo")).date() - dt.timedelta(days=1)
    Appointment.objects.create(
        user=user,
        department=office.setting.lead_department,
        role=Role.DESK,
        from_on=dt.date(2024, 4, 1),
        until=yesterday,
    )
    return user


def failed_mail(office: Office, *, prefix: str) -> Notice:
    """A mail to the desk that was given up."""
    notice = notify(
        recipient_id=office.desk.pk,
        key=f"world:{prefix}",
        subject="あなたの番です",
        body="判定してください。",
        path="/cases/",
        municipality_id=office.municipality.pk,
        now=recent(1),
    )
    assert notice is not None
    Notice.objects.filter(pk=notice.pk).update(mail_state=Notice.MailState.FAILED)
    return notice


def build_world() -> World:
    """Both cities, a person without any post, and a superuser."""
    call_command("load_reference", verbosity=0)
    own = build_city(Order.SERIAL, prefix="own", canary=CANARY_OWN, prefecture="130001")
    other = build_city(Order.PARALLEL, prefix="other", canary=CANARY_OTHER, prefecture="260002")
    stranger = person("stranger@example.jp", "通りすがり")
    root = User.objects.create_superuser("root@example.jp", "x-very-long-password", name="管理者")
    return World(own=own, other=other, stranger=stranger, root=root)
