"""Invented plans, people and cases: for a first run, and for tests, made by walking the real services.

Everybody and everything here is made up and says so (見本).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final

import pylopdf_fonts_jp
import typst
from django.utils import timezone

from accounts.intake.uploads import Checked, inspect, store
from accounts.models import Appointment, Department, Municipality, Role, User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from certification.models import (
    Application,
    CertificationSetting,
    Operator,
    OperatorUser,
    RegisterEntry,
    ReturnPoint,
    ReviewItemDepartment,
    ReviewTable,
)
from certification.rules.conditions import ConditionCode
from certification.rules.plan import (
    Acceptance,
    Building,
    BuildingRight,
    Category,
    Contact,
    DwellingType,
    Facility,
    Lease,
    LeaseKind,
    Officer,
    Party,
    PartyKind,
    PartyRole,
    Plan,
    Pledge,
    PledgeCode,
    Price,
    Provider,
    Referral,
    ReferralKind,
    ReferralTarget,
    SafetyCheck,
    SafetyMethod,
    Section,
    Seismic,
    Structure,
    Subcontractor,
    Support,
    Unit,
    Watch,
    WatchMethod,
    content_hash,
    to_content,
)
from certification.rules.register import PublicField
from certification.rules.workflow import Action, State, Verdict
from certification.selectors.facts import document_needs
from certification.services import judging, planning, register
from certification.services.workflow import ActInput, perform
from japan.calendar import add_business_days


def sample_unit(number: str, *, area: str = "25.20", rent: int = 52_000, exclusive: bool = True) -> Unit:
    """One unit with everything of its own."""
    return Unit(
        key=f"u{number}",
        number=number,
        floor=int(number[0]),
        is_exclusive=exclusive,
        floor_area_m2=Decimal(area),
        layout="1K",
        capacity=1,
        kitchen=Facility.PRIVATE,
        toilet=Facility.PRIVATE,
        storage=Facility.PRIVATE,
        washbasin=Facility.PRIVATE,
        bath=Facility.PRIVATE,
        monthly_rent_yen=rent,
        common_fee_yen=3_000,
        deposit_yen=rent,
    )


def sample_plan(
    name: str = "見本荘", *, company: str = "株式会社みほん住まい", city: str = "輪野市", every_days: int = 1
) -> Plan:
    """A complete, sound plan of an invented operator that lets and supports by itself."""
    party = Party(
        key="p1",
        role=PartyRole.BOTH,
        kind=PartyKind.CORPORATION,
        name=company,
        kana="ミホンスマイ",
        postal_code="203-0000",
        address=f"{city}見本町一丁目1番1号",
        phone="042-000-0000",
        email="office@example.jp",
        representative_title="代表取締役",
        representative_name="架空 太郎",
        officers=(
            Officer(key="o1", name="架空 太郎", kana="カクウ タロウ", title="代表取締役"),
            Officer(key="o2", name="例示 花子", kana="レイジ ハナコ", title="取締役"),
        ),
        is_minor=None,
        is_designated_office=False,
        is_support_corporation=False,
    )
    building = Building(
        key="b1",
        name=name,
        kana="ミホンソウ",
        address=f"{city}見本町二丁目3番4号",
        dwelling_type=DwellingType.APARTMENT,
        structure=Structure.WOOD,
        storeys=2,
        construction_started="1995-04",
        completed="1995-12",
        is_existing=True,
        right=BuildingRight.OWNERSHIP,
        is_sublease=False,
        seismic=Seismic.NEW_CODE,
        is_shared_living=False,
        units=(
            sample_unit("101"),
            sample_unit("102"),
            sample_unit("201", area="24.80", rent=54_000),
            sample_unit("202", exclusive=False),
        ),
    )
    return Plan(
        parties=(party,),
        buildings=(building,),
        lease=Lease(
            kind=LeaseKind.ORDINARY,
            years=2,
            key_money_yen=0,
            renewal_fee_yen=0,
            guarantee="家賃債務保証会社の利用をお願いします。費用は月額家賃の半分です。",
            comparable_rent="同じ町内の似た広さの部屋3件で、月5万円から5万6千円です。",
        ),
        acceptance=Acceptance(
            is_limited=True,
            categories=(Category.ELDERLY, Category.DISABLED, Category.LOW_INCOME, Category.NEEDY),
        ),
        support=Support(
            safety=SafetyCheck(
                methods=(SafetyMethod.DEVICE,),
                device_name="人の動きを見る感知器(見本)",
                every_days=every_days,
                provider=Provider.SUBCONTRACTED,
                flow="感知器が12時間動かないと見守り会社が電話し、出られないときは1時間のうちに訪ねます。",
            ),
            watch=Watch(
                methods=(WatchMethod.VISIT,),
                every_months=1,
                provider=Provider.SELF,
                content="月に1回お部屋を訪ね、体調と暮らしの困りごとを聞いて記録します。",
            ),
            referral=Referral(
                targets=(
                    ReferralTarget(
                        key="r1",
                        kind=ReferralKind.COMMUNITY_CARE,
                        name="見本町地域包括支援センター",
                        is_private=False,
                        address=f"{city}見本町三丁目1番",
                        phone="042-000-0001",
                    ),
                    ReferralTarget(
                        key="r2",
                        kind=ReferralKind.HOME_NURSING,
                        name="架空訪問看護ステーション",
                        is_private=True,
                        address=f"{city}中央一丁目2番",
                        phone="042-000-0002",
                    ),
                ),
                flow="つないだ日に電話で確かめ、1週間後に相手先から返事をもらって記録します。",
            ),
            subcontractors=(
                Subcontractor(
                    key="s1", name="株式会社架空見守り", address=f"{city}北町一丁目5番", scope="安否確認"
                ),
            ),
        ),
        price=Price(
            monthly_yen=3_300,
            breakdown="安否確認1,800円、見守り1,500円",
            collection="家賃と一緒に口座振替",
            extra_costs="駆けつけ1回につき2,000円",
            has_general_service=True,
            general_service_monthly_yen=3_500,
        ),
        contact=Contact(
            name=f"{company} 入居相談係",
            person="例示",
            phone="042-000-0003",
            email="room@example.jp",
            hours="平日 9:00〜17:00",
        ),
        pledges=tuple(
            Pledge(
                key=code.value,
                code=code.value,
                signer="代表取締役 架空 太郎",
                acknowledged_on=dt.date(2026, 4, 1),
            )
            for code in (PledgeCode.DISQUALIFICATION, PledgeCode.STRUCTURE, PledgeCode.POLICY)
        ),
    )


def sample_pdf(title: str, *, pages: int = 1) -> bytes:
    """A small real PDF that says it is a sample."""
    body = "\n#pagebreak()\n".join(
        f"= {title}\n見本の書類です。{number}ページ目。" for number in range(1, pages + 1)
    )
    source = f'#set text(lang: "ja", font: "Noto Serif JP")\n#set page(paper: "a5")\n{body}'
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(pylopdf_fonts_jp.serif_path().parent)])
    pdf: bytes = typst.compile(source.encode(), font_paths=fonts)
    return pdf


@cache
def checked_sample(name: str) -> Checked:
    """A sample PDF that has gone through the intake, once for each name."""
    content = sample_pdf(name.removesuffix(".pdf"))
    return inspect(io.BytesIO(content), name=name, size=len(content))


@dataclass(frozen=True, kw_only=True)
class Office:
    """A certifying municipality with one person in each standing."""

    municipality: Municipality
    setting: CertificationSetting
    desk: User
    colleague: User
    reviewers: dict[int, User]
    decider: User
    viewer: User
    auditor: User
    administrator: User

    @property
    def people(self) -> list[User]:
        return [
            self.desk,
            self.colleague,
            *self.reviewers.values(),
            self.decider,
            self.viewer,
            self.auditor,
            self.administrator,
        ]


PASSWORD: Final = "mihon-no-aikotoba-8"  # noqa: S105 -- printed on purpose; production refuses the demo
"""The demo people's password; demo data is refused in production mode."""


def person(email: str, name: str, *, kana: str = "") -> User:
    """An invented person who can log in; made once."""
    user = User.objects.filter(email=email).first()
    return user or User.objects.create_user(email, PASSWORD, name=name, kana=kana)


def appoint(user: User, department: Department, role: Role, *, since: dt.date) -> None:
    """An appointment, once."""
    Appointment.objects.get_or_create(
        user=user, department=department, role=role, until=None, defaults={"from_on": since}
    )


def staff_office(municipality: Municipality, *, prefix: str, since: dt.date) -> Office:
    """People for every standing of a municipality whose settings are loaded."""
    setting = CertificationSetting.objects.select_related("lead_department", "municipality").get(
        municipality=municipality
    )
    lead = setting.lead_department
    others = list(municipality.departments.exclude(pk=lead.pk).order_by("pk"))
    host = f"{prefix}.example.jp"

    def post(key: str, name: str, department: Department, role: Role) -> User:
        user = person(f"{key}@{host}", f"{name}(見本)")
        appoint(user, department, role, since=since)
        return user

    return Office(
        municipality=municipality,
        setting=setting,
        desk=post("madoguchi", "青葉 窓子", lead, Role.DESK),
        colleague=post("tantou", "若葉 健", lead, Role.REVIEWER),
        reviewers={
            department.pk: post(f"shinsa{number}", name, department, Role.REVIEWER)
            for number, (department, name) in enumerate(zip(others, REVIEWER_NAMES, strict=False), start=1)
        },
        decider=post("kacho", "大樹 長一郎", lead, Role.DECIDER),
        viewer=post("etsuran", "木陰 見", lead, Role.VIEWER),
        auditor=post("kansa", "正木 正", lead, Role.AUDITOR),
        administrator=post("kanri", "根本 司", lead, Role.ADMINISTRATOR),
    )


REVIEWER_NAMES: Final = ("都築 計", "建部 守", "水野 防", "川上 介", "山口 子", "森 護")


def applicant(operator_name: str, *, email: str, name: str) -> tuple[Operator, User]:
    """An invented operator with one person."""
    operator, _ = Operator.objects.get_or_create(name=operator_name, defaults={"is_sample": True})
    user = person(email, f"{name}(見本)")
    OperatorUser.objects.get_or_create(operator=operator, user=user)
    return operator, user


@dataclass
class Walk:
    """One case on its way. `at` moves forward with every act, so that the clock has something to count."""

    office: Office
    user: User
    at: dt.datetime
    step_days: int = 1
    application: Application = field(init=False)

    def actor(self, user: User) -> Actor:
        return actor_of(user, day=timezone.localdate(self.at))

    def tick(self) -> dt.datetime:
        """The next working day, same hour."""
        day = add_business_days(timezone.localdate(self.at), self.step_days)
        self.at = timezone.make_aware(dt.datetime.combine(day, timezone.localtime(self.at).time()))
        return self.at

    def act(self, action: Action, user: User, **given: Any) -> Walk:
        """Perform an act of the state table as `user`."""
        self.application = perform(
            application_id=self.application.public_id,
            action=action,
            actor=self.actor(user),
            now=self.at,
            seen=Application.objects.values_list("lock_version", flat=True).get(pk=self.application.pk),
            key=uuid.uuid4(),
            given=ActInput(**given),
        ).application
        self.tick()
        return self

    def begin(self, operator: Operator, plan: Plan) -> Walk:
        """A draft with every section written and every needed document attached."""
        actor = self.actor(self.user)
        self.application = planning.begin_plan(
            operator_id=operator.public_id,
            municipality_code=self.office.municipality.code,
            actor=actor,
            now=self.at,
            key=uuid.uuid4(),
        ).application
        self.write(plan)
        for need in document_needs(self.reload(), plan):
            if need.needed:
                self.attach(need.code, f"{need.label}(見本).pdf")
        self.tick()
        return self

    def reload(self) -> Application:
        self.application = Application.objects.select_related(
            "current_version", "plan__operator", "table"
        ).get(pk=self.application.pk)
        return self.application

    def write(self, plan: Plan) -> None:
        """Save the sections that differ from what is written."""
        content = to_content(plan)
        version = self.reload().current_version
        for section in Section:
            if version.content[section.value] != content[section.value]:
                version = planning.save_section(
                    application_id=self.application.public_id,
                    section=section,
                    content=content[section.value],
                    actor=self.actor(self.user),
                    now=self.at,
                    seen=version.revision,
                )

    def attach(self, code: str, name: str, *, content: bytes | None = None) -> None:
        checked = (
            inspect(io.BytesIO(content), name=name, size=len(content)) if content else checked_sample(name)
        )
        planning.attach_document(
            application_id=self.application.public_id,
            code=code,
            checked=checked,
            stored_name=store(checked),
            actor=self.actor(self.user),
            now=self.at,
        )

    def file(self, operator: Operator, plan: Plan) -> Walk:
        return self.begin(operator, plan).act(Action.SUBMIT, self.user)

    def accept(self) -> Walk:
        return self.act(Action.ACCEPT, self.office.desk)

    def judge(
        self, user: User, department_id: int, *, verdicts: dict[int, tuple[str, str]] | None = None
    ) -> Walk:
        """Judge every open item of a department: 適, unless `verdicts` says otherwise by item number."""
        special = verdicts or {}
        open_ = self.application.judgements.filter(department=department_id, verdict="").select_related(
            "item"
        )
        for row in open_.order_by("item__number"):
            verdict, note = special.get(row.item.number, (Verdict.FIT.value, ""))
            judging.judge(
                application_id=self.application.public_id,
                judgement_id=row.pk,
                verdict=verdict,
                note=note,
                actor=self.actor(user),
                now=self.at,
                seen=row.revision,
            )
        return self

    def judge_answers(self, user: User, department_id: int, *, resolved: bool = True, note: str = "") -> Walk:
        status = ReturnPoint.Status.ANSWERED
        for point in self.application.return_points.filter(department=department_id, status=status):
            judging.judge_point(
                application_id=self.application.public_id,
                point_id=point.public_id,
                resolved=resolved,
                note=note,
                actor=self.actor(user),
                now=self.at,
            )
        return self

    @property
    def lead_id(self) -> int:
        return self.office.setting.lead_department_id

    @property
    def second_id(self) -> int:
        """The other department of the 別表 (the first reviewer's)."""
        return next(pk for pk in self.office.reviewers if self._has_items(pk))

    def _has_items(self, department_id: int) -> bool:
        return self.application.judgements.filter(department=department_id).exists()

    def lead_review(self, *, verdicts: dict[int, tuple[str, str]] | None = None) -> Walk:
        """The lead judges its items; in parallel order it also sends its result."""
        self.judge(self.office.desk, self.lead_id, verdicts=verdicts)
        self.judge_answers(self.office.desk, self.lead_id)
        return self

    def second_review(self, *, verdicts: dict[int, tuple[str, str]] | None = None) -> Walk:
        user = self.office.reviewers[self.second_id]
        self.judge(user, self.second_id, verdicts=verdicts)
        return self.judge_answers(user, self.second_id)

    def gather(
        self,
        *,
        lead: dict[int, tuple[str, str]] | None = None,
        second: dict[int, tuple[str, str]] | None = None,
    ) -> Walk:
        """From acceptance or resubmission to 取りまとめ中, in the order of this municipality."""
        self.lead_review(verdicts=lead)
        if self.application.state == State.LEAD_REVIEW:
            other_work = (
                self.application.judgements.filter(verdict="").exists()
                or self.application.return_points.filter(status=ReturnPoint.Status.ANSWERED).exists()
            )
            self.act(Action.CIRCULATE if other_work else Action.GATHER, self.office.desk)
        else:
            self._send_if_open(self.office.desk, self.lead_id)
        if self.application.state == State.CIRCULATING:
            self.second_review(verdicts=second)
            self._send_if_open(self.office.reviewers[self.second_id], self.second_id)
        return self

    def _send_if_open(self, user: User, department_id: int) -> None:
        open_ = self.application.department_reviews.filter(
            department=department_id, opened_at__isnull=False, sent_at__isnull=True
        )
        if open_.exists():
            self.act(Action.SEND_RESULT, user)

    def send_back(self, *, days: int = 14, message: str = "") -> Walk:
        due = add_business_days(timezone.localdate(self.at), days)
        return self.act(Action.RETURN, self.office.desk, due_on=due, message=message)

    def answer(self, text: str) -> Walk:
        for point in ReturnPoint.objects.told().filter(
            application=self.application, status=ReturnPoint.Status.RELEASED
        ):
            planning.answer_point(
                application_id=self.application.public_id,
                point_id=point.public_id,
                answer=text,
                actor=self.actor(self.user),
                now=self.at,
            )
        return self

    def resubmit(self) -> Walk:
        return self.act(Action.RESUBMIT, self.user)

    def propose(self) -> Walk:
        reason = (
            "別表のすべての項目が「適」又は「該当なし」であり、法第41条各号の基準に適合すると認められるため。"
        )
        return self.act(Action.PROPOSE_CERTIFY, self.office.desk, reason=reason)

    def propose_refusal(self, criterion: str, reason: str) -> Walk:
        return self.act(Action.PROPOSE_REFUSE, self.office.desk, criterion=criterion, reason=reason)

    def decide(self) -> Walk:
        return self.act(Action.DECIDE, self.office.decider)

    def publish(self, *fields: str, vacancies: int | None = None) -> Walk:
        """The operator of a certified plan shows these fields on the public list."""
        entry = RegisterEntry.objects.get(plan=self.application.plan_id)
        register.publish(
            application_id=self.application.public_id,
            fields=fields,
            vacancies=vacancies,
            actor=self.actor(self.user),
            now=self.at,
            seen=entry.revision,
        )
        return self


def changed(plan: Plan, **sections: Any) -> Plan:
    """A copy of the plan with some sections replaced."""
    return dataclasses.replace(plan, **sections)


def with_safety_every(plan: Plan, days: int) -> Plan:
    """A copy whose safety check happens every `days` days."""
    safety = dataclasses.replace(plan.support.safety, every_days=days)
    return changed(plan, support=dataclasses.replace(plan.support, safety=safety))


Story = Callable[[Walk, Operator, Plan], Walk]

FLOW_MISSING = (
    Verdict.CORRECT.value,
    "異常に気づいた後、だれが何時間のうちに訪ねるかが概要図にありません。書き加えてください。",
)
AREA_DOUBT = (
    Verdict.CORRECT.value,
    "間取図の面積と申請書の面積が合いません。壁の中心から測った面積にそろえてください。",
)
"""What reviewers of the demo find: (verdict, note)."""


def _half_typed(walk: Walk, operator: Operator, plan: Plan) -> Walk:
    """Being written, with something typed and not saved."""
    begun = walk.begin(operator, plan)
    planning.keep_draft(
        application_id=begun.application.public_id,
        section=Section.PRICE,
        row="",
        fields={
            "seen": [str(begun.application.current_version.revision)],
            "scope": [content_hash({"part": to_content(plan.price)})[:16]],
            "monthly_yen": ["3,500円くらい"],
            "breakdown": ["安否確認2,000円、見守り"],
        },
        actor=begun.actor(begun.user),
        now=begun.at,
    )
    return begun


def _returned(walk: Walk, operator: Operator, plan: Plan, *, soft: int, hard: int) -> Walk:
    walk.file(operator, with_safety_every(plan, 2)).accept()
    by_lead, by_second = ({soft: FLOW_MISSING}, {hard: AREA_DOUBT})
    if walk.office.setting.lead_department.side == Department.Side.HOUSING:
        by_lead, by_second = by_second, by_lead
    walk.gather(lead=by_lead, second=by_second)
    return walk.send_back(message="次の点を直して、もう一度お送りください。")


def stories(*, soft: int, hard: int) -> dict[str, tuple[str, Story]]:
    """A case for every state: name of the housing → story. `soft`/`hard` are item numbers of the municipality's table."""

    def returned(walk: Walk, operator: Operator, plan: Plan) -> Walk:
        return _returned(walk, operator, plan, soft=soft, hard=hard)

    def corrected(walk: Walk, operator: Operator, plan: Plan) -> Walk:
        returned(walk, operator, plan).write(with_safety_every(plan, 1))
        return walk.answer("ご指摘のとおり直しました。").resubmit()

    return {
        "作成中": ("書きかけの家", _half_typed),
        "受付待ち": ("例の家 南", lambda walk, operator, plan: walk.file(operator, plan)),
        "審査中": ("見本荘", lambda walk, operator, plan: walk.file(operator, plan).accept()),
        "持回り": (
            "サンプルハイツ",
            lambda walk, operator, plan: _circulating(walk.file(operator, plan).accept()),
        ),
        "取りまとめ": (
            "架空テラス",
            lambda walk, operator, plan: walk.file(operator, plan).accept().gather(),
        ),
        "補正待ち": ("コーポ見本", returned),
        "補正後": ("ひだまり見本館", corrected),
        "決裁中": (
            "架空ハウス",
            lambda walk, operator, plan: walk.file(operator, plan).accept().gather().propose(),
        ),
        "認定": (
            "みほん館",
            lambda walk, operator, plan: _published(
                corrected(walk, operator, plan).gather().propose().decide()
            ),
        ),
        "不認定": ("例示アパート", _refused),
        "取下げ": (
            "見本コート",
            lambda walk, operator, plan: walk.file(operator, plan).accept().act(Action.WITHDRAW, walk.user),
        ),
    }


def item_numbers(setting: CertificationSetting) -> tuple[int, int]:
    """Two items of the municipality's table that one department alone reviews: a soft one and a hard one."""
    table = ReviewTable.objects.current(municipality_id=setting.municipality_id, day=timezone.localdate())
    links = ReviewItemDepartment.objects.filter(
        item__table=table, condition=ConditionCode.ALWAYS
    ).select_related("item")
    soft = links.filter(department__side="welfare").exclude(item__departments__department__side="housing")
    hard = links.filter(department__side="housing").exclude(item__departments__department__side="welfare")
    return _best(soft, words="フロー"), _best(hard, words="間取図")


def _best(links: Iterable[ReviewItemDepartment], *, words: str) -> int:
    """The item whose text has the words; else the first."""
    items = sorted((link.item for link in links), key=lambda item: item.number)
    named = [item for item in items if words in item.label + item.document_label]
    return (named or items)[0].number


def _published(walk: Walk) -> Walk:
    """On the public list with everything but the exact address, and a room free."""
    shown = [field.value for field in PublicField if field != PublicField.ADDRESS]
    return walk.publish(*shown, vacancies=2)


def _circulating(walk: Walk) -> Walk:
    if walk.application.state == State.LEAD_REVIEW:
        return walk.lead_review().act(Action.CIRCULATE, walk.office.desk)
    return walk


def _refused(walk: Walk, operator: Operator, plan: Plan) -> Walk:
    price = dataclasses.replace(plan.price, monthly_yen=30_000)
    walk.file(operator, changed(plan, price=price)).accept().gather()
    reason = "援助の対価が月額30,000円であり、同様の一般向けサービスの月額3,500円と比べて著しく高く、費用の内訳からも説明できないため。"
    return walk.propose_refusal("41-7", reason).decide()
