"""The small world of the security and query-count tests: two cities, cases of each, and a canary in every name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.core.management import call_command

from accounts.models import Appointment, Department, Municipality, Notice, Role, User
from accounts.outbox import notify
from accounts.selectors import actor_of
from certification import demo_preliminary, demo_supervision
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
from certification.intake.uploads import store
from certification.models import (
    Application,
    CertificationSetting,
    ConsultationBooking,
    ContactPoint,
    Measure,
    MeasureFile,
    Operator,
    PreliminaryConsultation,
    Tip,
)
from certification.rules.plan import Plan
from certification.rules.supervision import MeasureKind
from certification.rules.workflow import Order
from councils.models import Council, Desk, Shop, TableImport
from councils.services.importing import import_file
from tests.councils import ring, tables

CANARY_OWN = "カナリア輪野"
CANARY_OTHER = "カナリア古都見"


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
    ring: Ring
    officer: User
    table: TableImport
    preliminary: Preliminary
    supervised: Supervised

    @property
    def cases(self) -> dict[str, Application]:
        return {name: getattr(self, name).application for name in CASES}


CASES = ("draft", "under_review", "gathered", "returned", "corrected", "deciding", "certified")


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

    def found(number: int) -> Walk:
        return walk().file(operator, plan(number)).accept().gather(lead=by_lead, second=by_second)

    certified = walk().file(operator, plan(8)).accept().gather().propose().decide()
    corrected = found(6).send_back(days=60)
    corrected.write(changed(plan(6), buildings=plan(7).buildings))
    return City(
        office=office,
        operator=operator,
        applicant=user,
        former=former_colleague(office, prefix=prefix, canary=canary),
        failed=failed_mail(office, prefix=prefix),
        draft=walk().begin(operator, plan(1)),
        under_review=walk().file(operator, plan(2)).accept(),
        gathered=found(3),
        returned=found(4).send_back(days=60),
        corrected=corrected.answer("直しました。").resubmit(),
        deciding=walk().file(operator, plan(5)).accept().gather().propose(),
        certified=certified,
        ring=build_ring(municipality, canary=canary),
        officer=(officer := council_officer(prefecture, prefix=prefix, canary=canary)),
        table=read_table(officer, canary=canary),
        preliminary=talked_before(office, user),
        supervised=under_supervision(certified),
    )


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
