"""居住安定援助計画 as a value: what a plan says, section by section.

A plan is a document. It is kept as one JSON value per version, frozen at submission, compared by path and signed by its
hash. These classes give that value its shape; drafts may be incomplete, so every field has an empty default.

Fields: 法40条2項1–10号, 共管省令7条 (令和7年10月1日 in force); 別添5・6 for units.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices


def labelled(
    label: str,
    default: Any = "",
    *,
    unit: str = "",
    choices: type[TextChoices] | None = None,
    later: bool = False,
) -> Any:
    """A field with its Japanese label; lists and nested values get a fresh default each.

    `later` fields came after plans had been frozen: while nothing is written in them they are left out of the JSON, so
    that a plan of before stays the same text with the same hash.
    """
    metadata = {"label": label, "unit": unit, "choices": choices, "later": later}
    if isinstance(default, type):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


class PartyRole(TextChoices):
    LESSOR = "lessor", "賃貸人"
    SUPPORTER = "supporter", "援助実施者"
    BOTH = "both", "賃貸人兼援助実施者"


class PartyKind(TextChoices):
    CORPORATION = "corporation", "法人"
    INDIVIDUAL = "individual", "個人"


class LicenceKind(TextChoices):
    BROKER = "broker", "宅地建物取引業の免許"
    RENTAL_MANAGER = "rental_manager", "賃貸住宅管理業の登録"
    LODGING_MANAGER = "lodging_manager", "住宅宿泊管理業の登録"
    GUARANTOR = "guarantor", "家賃債務保証業の登録"


class DwellingType(TextChoices):
    APARTMENT = "apartment", "共同住宅"
    TERRACE = "terrace", "長屋"
    DETACHED = "detached", "一戸建て"


class Structure(TextChoices):
    WOOD = "wood", "木造"
    STEEL = "steel", "鉄骨造"
    RC = "rc", "鉄筋コンクリート造"
    SRC = "src", "鉄骨鉄筋コンクリート造"
    OTHER = "other", "その他"


class BuildingRight(TextChoices):
    OWNERSHIP = "ownership", "所有権"
    LEASE = "lease", "賃借権"
    LOAN = "loan", "使用貸借による権利"


class Seismic(TextChoices):
    NEW_CODE = "new_code", "昭和56年6月1日以後に着工(新耐震)"
    PROVEN = "proven", "耐震診断などで適合を確認"
    PLANNED = "planned", "耐震改修を予定"


class Facility(TextChoices):
    PRIVATE = "private", "専用"
    SHARED = "shared", "共用"
    NONE = "none", "なし"


class CommonFacility(TextChoices):
    LIVING = "living", "居間"
    DINING = "dining", "食堂"
    KITCHEN = "kitchen", "台所"
    TOILET = "toilet", "便所"
    WASHBASIN = "washbasin", "洗面設備"
    BATH = "bath", "浴室又はシャワー室"
    LAUNDRY = "laundry", "洗濯室又は洗濯場"


class LeaseKind(TextChoices):
    ORDINARY = "ordinary", "普通建物賃貸借"
    FIXED_TERM = "fixed_term", "定期建物賃貸借"
    LIFELONG = "lifelong", "終身建物賃貸借"


class SafetyMethod(TextChoices):
    DEVICE = "device", "通信機器の設置"
    VISIT = "visit", "訪問"
    PHONE = "phone", "電話"
    OTHER = "other", "その他"


class WatchMethod(TextChoices):
    VISIT = "visit", "訪問"
    OTHER = "other", "その他(面談、ビデオ通話など)"


class Provider(TextChoices):
    SELF = "self", "自ら行う"
    SUBCONTRACTED = "subcontracted", "委託する"


class ReferralKind(TextChoices):
    """The usual つなぎ先. The list follows what cities publish; the last entry takes any other body."""

    COMMUNITY_CARE = "community_care", "地域包括支援センター"
    DISABILITY_HUB = "disability_hub", "基幹相談支援センター"
    SELF_RELIANCE = "self_reliance", "自立相談支援機関"
    WELFARE_OFFICE = "welfare_office", "福祉事務所(生活保護)"
    CHILD_FAMILY = "child_family", "こども家庭センター"
    WOMEN = "women", "女性相談支援センター"
    HEALTH_CENTRE = "health_centre", "保健所・保健センター"
    SOCIAL_WELFARE_COUNCIL = "social_welfare_council", "社会福祉協議会"
    PROBATION = "probation", "保護観察所・地域生活定着支援センター"
    MEDICAL = "medical", "医療機関"
    CARE_MANAGER = "care_manager", "居宅介護支援事業所"
    CONSULTATION_OFFICE = "consultation_office", "相談支援事業所"
    HOME_NURSING = "home_nursing", "訪問看護事業所"
    GUARDIANSHIP = "guardianship", "成年後見の中核機関"
    OTHER = "other", "その他"


class Category(TextChoices):
    """住宅確保要配慮者: 法2条1項1–5号 (a), 国土交通省令3条 (b). As of 令和7年10月1日."""

    LOW_INCOME = "a1", "低額所得者"
    DISASTER = "a2", "被災者(発災後3年以内)"
    ELDERLY = "a3", "高齢者"
    DISABLED = "a4", "障害者"
    CHILD_RAISING = "a5", "子どもを養育している者"
    FOREIGN = "b1", "外国人"
    CHINA_RETURNEE = "b2", "中国残留邦人等"
    CHILD_ABUSE = "b3", "児童虐待を受けた者"
    SPOUSE_VIOLENCE = "b4", "配偶者からの暴力を受けた者"
    HANSEN = "b5", "ハンセン病療養所入所者等"
    ABDUCTION = "b6", "帰国被害者等"
    CRIME_VICTIM = "b7", "犯罪被害者等"
    PROBATIONER = "b8", "更生保護対象者"
    RELEASED = "b9", "刑事施設などに収容されていた者"
    WOMEN = "b10", "困難な問題を抱える女性"
    NEEDY = "b11", "生活困窮者"
    LARGE_DISASTER = "b12", "大規模災害の被災者"
    LOCAL_PLAN = "b13", "供給促進計画で定める者"


class PledgeCode(TextChoices):
    """The declarations of 誓約書 (共管省令8条3・4・5・7号)."""

    DISQUALIFICATION = "disqualification", "欠格要件に該当しないこと"
    GUARDIAN = "guardian", "法定代理人が欠格要件に該当しないこと"
    STRUCTURE = "structure", "構造が共管省令10条1号の基準に適合すること"
    POLICY = "policy", "基本方針と供給促進計画に照らして適切であること"


class PledgeCapacity(TextChoices):
    """As what somebody pledges: who files, and for sublet housing those it is rented from (共管省令8条3・4号)."""

    APPLICANT = "applicant", "申請者"
    OWNER = "owner", "所有者"
    SUBLESSOR = "sublessor", "転貸人"
    GUARDIAN = "guardian", "法定代理人"


@dataclass(frozen=True, kw_only=True)
class Officer:
    key: str = ""
    name: str = labelled("役員の氏名")
    kana: str = labelled("フリガナ")
    title: str = labelled("役職")


@dataclass(frozen=True, kw_only=True)
class Employee:
    """使用人: who represents an office of this business without being an officer (法42条7・8号, 共管省令20条)."""

    key: str = ""
    name: str = labelled("使用人の氏名")
    kana: str = labelled("フリガナ")
    office: str = labelled("代表する事務所")


@dataclass(frozen=True, kw_only=True)
class Licence:
    key: str = ""
    kind: str = labelled("免許・登録の種類", choices=LicenceKind)
    number: str = labelled("免許・登録の番号")
    granted_on: dt.date | None = labelled("免許・登録の日", None, later=True)


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """法定代理人, only for a minor (法42条6号, 共管省令7条2号)."""

    is_corporation: bool | None = labelled("法定代理人は法人か", None)
    name: str = labelled("法定代理人の氏名・名称")
    address: str = labelled("法定代理人の住所")
    representative_name: str = labelled("法定代理人の代表者")
    officers: tuple[Officer, ...] = labelled("法定代理人の役員", tuple, later=True)


@dataclass(frozen=True, kw_only=True)
class Party:
    """事業を行う者 (法40条2項1号, 4項: lessor and supporter file together)."""

    key: str = ""
    role: str = labelled("役割", choices=PartyRole)
    kind: str = labelled("法人・個人の別", choices=PartyKind)
    name: str = labelled("氏名・名称")
    kana: str = labelled("フリガナ")
    corporate_number: str = labelled("法人番号")
    postal_code: str = labelled("郵便番号")
    address: str = labelled("住所・主たる事務所")
    phone: str = labelled("電話番号")
    email: str = labelled("メールアドレス")
    representative_title: str = labelled("代表者の職名")
    representative_name: str = labelled("代表者の氏名")
    officers: tuple[Officer, ...] = labelled("役員", tuple)
    employees: tuple[Employee, ...] = labelled("使用人", tuple, later=True)
    licences: tuple[Licence, ...] = labelled("免許・登録", tuple)
    is_minor: bool | None = labelled("未成年者か", None)
    guardian: Guardian = labelled("法定代理人", Guardian)
    is_designated_office: bool | None = labelled("介護保険・障害福祉サービスの指定事業所が実施するか", None)
    designated_office_number: str = labelled("指定事業所番号")
    is_support_corporation: bool | None = labelled("居住支援法人か", None)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """住戸・居室 (別添5・別添6)."""

    key: str = ""
    number: str = labelled("部屋番号")
    floor: int | None = labelled("階", None, unit="階")
    is_exclusive: bool | None = labelled("専用住戸か", None)
    floor_area_m2: Decimal | None = labelled("専用面積", None, unit="㎡")
    layout: str = labelled("間取り")
    capacity: int | None = labelled("定員", None, unit="人")
    is_single_parent: bool | None = labelled("ひとり親世帯向けか", None, later=True)
    kitchen: str = labelled("台所", choices=Facility)
    toilet: str = labelled("便所", choices=Facility)
    storage: str = labelled("収納設備", choices=Facility)
    washbasin: str = labelled("洗面設備", choices=Facility)
    bath: str = labelled("浴室・シャワー室", choices=Facility)
    monthly_rent_yen: int | None = labelled("家賃", None, unit="円/月")
    common_fee_yen: int | None = labelled("共益費", None, unit="円/月")
    deposit_yen: int | None = labelled("敷金", None, unit="円")


@dataclass(frozen=True, kw_only=True)
class Building:
    """居住安定援助賃貸住宅, one building (法40条2項2–5号, 共管省令7条3–5号)."""

    key: str = ""
    name: str = labelled("住宅の名称")
    kana: str = labelled("フリガナ")
    address: str = labelled("所在地")
    dwelling_type: str = labelled("建て方", choices=DwellingType)
    structure: str = labelled("構造", choices=Structure)
    storeys: int | None = labelled("地上の階数", None, unit="階")
    construction_started: str = labelled("着工年月")
    completed: str = labelled("竣工年月")
    is_existing: bool | None = labelled("既存住宅か", None)
    right: str = labelled("権利の種別", choices=BuildingRight)
    right_until: dt.date | None = labelled("権利の期間の終わり", None)
    is_sublease: bool | None = labelled("転貸か", None)
    owner_name: str = labelled("所有者の氏名・名称", later=True)
    sublessor_name: str = labelled("転貸人の氏名・名称", later=True)
    seismic: str = labelled("耐震性", choices=Seismic)
    seismic_works_until: str = labelled("耐震改修の完了予定年月", later=True)
    is_shared_living: bool | None = labelled("共同居住型か", None)
    total_floor_area_m2: Decimal | None = labelled("住宅全体の床面積", None, unit="㎡")
    common_facilities: tuple[str, ...] = labelled("共用部分の設備", tuple, choices=CommonFacility)
    has_equal_common_facilities: bool | None = labelled("共用の設備が各住戸に備えるのと同等以上か", None)
    common_toilets: int | None = labelled("共用の便所の数", None, unit="か所", later=True)
    common_washbasins: int | None = labelled("共用の洗面設備の数", None, unit="か所", later=True)
    common_baths: int | None = labelled("共用の浴室・シャワー室の数", None, unit="か所", later=True)
    units: tuple[Unit, ...] = labelled("住戸", tuple)


@dataclass(frozen=True, kw_only=True)
class Lease:
    """家賃その他賃貸の条件 (法40条2項8号); rent itself stands with each unit."""

    kind: str = labelled("契約の種類", choices=LeaseKind)
    years: int | None = labelled("契約の期間", None, unit="年")
    key_money_yen: int | None = labelled("礼金", None, unit="円")
    renewal_fee_yen: int | None = labelled("更新料", None, unit="円")
    guarantee: str = labelled("家賃債務保証の条件")
    comparable_rent: str = labelled("近くの同じような住宅の家賃")
    other_terms: str = labelled("その他の条件")


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """入居を受け入れる住宅確保要配慮者の範囲 (法40条2項6号); not limited means everybody."""

    is_limited: bool | None = labelled("範囲を定めるか", None)
    categories: tuple[str, ...] = labelled("受け入れる方", tuple, choices=Category)
    other: str = labelled("範囲の補足")


@dataclass(frozen=True, kw_only=True)
class SafetyCheck:
    """安否確認 (共管省令14条1号イ: 1日に1回以上)."""

    methods: tuple[str, ...] = labelled("安否確認の方法", tuple, choices=SafetyMethod)
    device_name: str = labelled("機器の種類")
    every_days: int | None = labelled("安否確認の間隔", None, unit="日に1回")
    provider: str = labelled("安否確認の実施者", choices=Provider)
    flow: str = labelled("異常があったときの流れ")


@dataclass(frozen=True, kw_only=True)
class Watch:
    """見守り (共管省令14条1号ロ: 1月に1回以上)."""

    methods: tuple[str, ...] = labelled("見守りの方法", tuple, choices=WatchMethod)
    every_months: int | None = labelled("見守りの間隔", None, unit="か月に1回")
    provider: str = labelled("見守りの実施者", choices=Provider)
    content: str = labelled("見守りの内容")


@dataclass(frozen=True, kw_only=True)
class ReferralTarget:
    """つなぎ先."""

    key: str = ""
    kind: str = labelled("つなぎ先の種類", choices=ReferralKind)
    name: str = labelled("つなぎ先の名称")
    is_private: bool | None = labelled("民間事業者か", None)
    address: str = labelled("つなぎ先の所在地")
    phone: str = labelled("つなぎ先の電話番号")


@dataclass(frozen=True, kw_only=True)
class Referral:
    """福祉サービスへのつなぎ (共管省令14条1号ハ)."""

    targets: tuple[ReferralTarget, ...] = labelled("つなぎ先リスト", tuple)
    flow: str = labelled("つないだことを確かめる流れ")


@dataclass(frozen=True, kw_only=True)
class Subcontractor:
    key: str = ""
    name: str = labelled("委託先の名称")
    address: str = labelled("委託先の住所")
    scope: str = labelled("委託する内容")


@dataclass(frozen=True, kw_only=True)
class Support:
    """居住安定援助の内容 (法40条2項9号)."""

    safety: SafetyCheck = labelled("安否確認", SafetyCheck)
    watch: Watch = labelled("見守り", Watch)
    referral: Referral = labelled("福祉サービスへのつなぎ", Referral)
    subcontractors: tuple[Subcontractor, ...] = labelled("委託先", tuple)
    other: str = labelled("その他の援助")


@dataclass(frozen=True, kw_only=True)
class Price:
    """居住安定援助の対価その他提供の条件 (法40条2項10号)."""

    monthly_yen: int | None = labelled("援助の対価", None, unit="円/月")
    breakdown: str = labelled("対価の内訳")
    collection: str = labelled("支払いの方法")
    extra_costs: str = labelled("別にかかる費用")
    has_general_service: bool | None = labelled("同じような一般向けサービスがあるか", None)
    general_service_monthly_yen: int | None = labelled("一般向けサービスの料金", None, unit="円/月")


@dataclass(frozen=True, kw_only=True)
class Contact:
    """入居に関する問合せ先 (共管省令7条6号)."""

    name: str = labelled("問合せ先の名称")
    person: str = labelled("担当")
    phone: str = labelled("電話番号")
    fax: str = labelled("FAX番号")
    email: str = labelled("メールアドレス")
    hours: str = labelled("受付時間")


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """A structured acknowledgement of 誓約書: which declaration, by whom, when, for whom and as what.

    Pledges of before name nobody they are for: they were given once, for all who file.
    """

    key: str = ""
    code: str = labelled("誓約の内容", choices=PledgeCode)
    capacity: str = labelled("誓約する立場", choices=PledgeCapacity, later=True)
    for_whom: str = labelled("だれについての誓約か", later=True)
    signer: str = labelled("誓約した者")
    signer_post: str = labelled("誓約した者の職名", later=True)
    acknowledged_on: dt.date | None = labelled("誓約した日", None)


class Section(TextChoices):
    """The parts an applicant fills in one page each; the values are the attribute names of `Plan`."""

    PARTIES = "parties", "事業を行う者"
    BUILDINGS = "buildings", "住宅と住戸"
    LEASE = "lease", "家賃その他賃貸の条件"
    ACCEPTANCE = "acceptance", "受け入れる方の範囲"
    SUPPORT = "support", "居住安定援助の内容"
    PRICE = "price", "援助の対価"
    CONTACT = "contact", "入居の問合せ先"
    PLEDGES = "pledges", "誓約"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole plan. Rows of lists carry a `key` that stays the same from version to version."""

    parties: tuple[Party, ...] = labelled("事業を行う者", tuple)
    buildings: tuple[Building, ...] = labelled("住宅", tuple)
    lease: Lease = labelled("家賃その他賃貸の条件", Lease)
    acceptance: Acceptance = labelled("受け入れる方の範囲", Acceptance)
    support: Support = labelled("居住安定援助の内容", Support)
    price: Price = labelled("援助の対価", Price)
    contact: Contact = labelled("入居の問合せ先", Contact)
    pledges: tuple[Pledge, ...] = labelled("誓約", tuple)

    @property
    def units(self) -> Iterator[tuple[Building, Unit]]:
        """Every unit with its building, in the order written."""
        return ((building, unit) for building in self.buildings for unit in building.units)

    @property
    def housing_name(self) -> str:
        """What the plan is called in lists: the first building's name."""
        return self.buildings[0].name if self.buildings else ""

    @property
    def applicant_name(self) -> str:
        return self.parties[0].name if self.parties else ""

    @property
    def address(self) -> str:
        return self.buildings[0].address if self.buildings else ""


class PlanShapeError(ValueError):
    """A stored or received plan does not have the shape of `Plan`. The text names the path."""


def to_content(plan: Any) -> Any:
    """The JSON value of a plan (or a part): dates as ISO text, decimals as text, tuples as lists."""
    if dataclasses.is_dataclass(plan):
        return {
            item.name: to_content(getattr(plan, item.name))
            for item in dataclasses.fields(plan)
            if not _is_left_out(item, getattr(plan, item.name))
        }
    if isinstance(plan, tuple):
        return [to_content(part) for part in plan]
    if isinstance(plan, dt.date):
        return plan.isoformat()
    if isinstance(plan, Decimal | str):
        return str(plan)
    return plan


def _is_left_out(item: dataclasses.Field[Any], value: Any) -> bool:
    """A later field in which nothing is written."""
    return bool(item.metadata.get("later")) and value in (None, "", ())


def from_content(content: Mapping[str, Any]) -> Plan:
    """The plan of a JSON value. Unknown keys are refused; missing ones are empty. Raises `PlanShapeError`."""
    return _build(Plan, content, path="")


def part_from_content(kind: type[Any], content: Mapping[str, Any]) -> Any:
    """A part of a plan (for example one `Party`) of its JSON value. Raises `PlanShapeError`."""
    return _build(kind, content, path=kind.__name__)


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON text, as hex: what a second signature is bound to."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _build(kind: type[Any], content: Any, *, path: str) -> Any:
    if not isinstance(content, Mapping):
        raise PlanShapeError(f"{path}: an object was expected")
    hints = _hints(kind)
    unknown = set(content) - set(hints)
    if unknown:
        raise PlanShapeError(f"{path}: unknown {sorted(unknown)}")
    return kind(**{name: _read(hints[name], value, path=f"{path}.{name}") for name, value in content.items()})


_HINTS: dict[type[Any], dict[str, Any]] = {}


def _hints(kind: type[Any]) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = typing.get_type_hints(kind)
    return _HINTS[kind]


def _read(hint: Any, value: Any, *, path: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return _build(typing.cast(type[Any], hint), value, path=path)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise PlanShapeError(f"{path}: a list was expected")
        inner = typing.get_args(hint)[0]
        return tuple(_read(inner, part, path=f"{path}[{index}]") for index, part in enumerate(value))
    if isinstance(hint, types.UnionType):
        return None if value is None else _read(typing.get_args(hint)[0], value, path=path)
    return _scalar(hint, value, path=path)


def _scalar(hint: type[Any], value: Any, *, path: str) -> Any:
    try:
        if hint is Decimal:
            return _finite(Decimal(str(value)))
        if hint is dt.date:
            return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise PlanShapeError(f"{path}: {value!r} is not a {hint.__name__}") from error
    if isinstance(value, str) and hint is str:
        return str(value)
    if type(value) is not hint:
        raise PlanShapeError(f"{path}: {value!r} is not a {hint.__name__}")
    return value


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("a finite number was expected")
    return value
