"""One form per part of a plan. Field names are those of the dataclass; the groups say what stands together.

共管省令7条 and 別添5・6 (令和7年10月1日) ask for these fields; what a plan still lacks is told by `rules.completeness`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from certification.forms.applicant.fields import (
    CodeField,
    CorporateNumberField,
    MailField,
    MonthField,
    plan_field,
)
from certification.rules.plan import (
    Acceptance,
    Building,
    Contact,
    Employee,
    Guardian,
    Lease,
    Licence,
    Officer,
    Party,
    Price,
    Referral,
    ReferralTarget,
    SafetyCheck,
    Subcontractor,
    Unit,
    Watch,
)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Fields that stand together: rows of names, under a heading and a hint where they need one."""

    rows: tuple[tuple[str, ...], ...]
    legend: str = ""
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class BoundGroup:
    """The same with the fields of one form, for the template."""

    rows: tuple[tuple[forms.BoundField, ...], ...]
    legend: str
    hint: str


class PartForm(forms.Form):
    """A form of one dataclass of the plan. Valid, it gives the part back as a value."""

    use_required_attribute = False
    part: ClassVar[type[Any]]
    groups: ClassVar[tuple[Group, ...]] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "label_suffix": ""})

    def value(self) -> Any:
        """The part as typed, after `is_valid()`. Fields that are not on the form keep their empty default."""
        names = {item.name for item in dataclasses.fields(self.part)}
        return self.part(**{name: value for name, value in self.cleaned_data.items() if name in names})

    @property
    def blocks(self) -> Iterator[BoundGroup]:
        """The groups with their fields."""
        for group in self.groups:
            rows = tuple(tuple(self[name] for name in row) for row in group.rows)
            yield BoundGroup(rows=rows, legend=group.legend, hint=group.hint)


def initial_of(part: Any) -> dict[str, Any]:
    """The fields of a part as a form's initial values; nested parts and rows have forms of their own."""
    return {
        item.name: getattr(part, item.name)
        for item in dataclasses.fields(part)
        if not dataclasses.is_dataclass(getattr(part, item.name))
    }


# --- 事業を行う者 ---


class PartyForm(PartForm):
    part = Party
    role = plan_field(
        Party,
        "role",
        needed=True,
        hint="部屋を貸す方が賃貸人、見守りなどをする方が援助実施者です。両方する方は「兼」を選びます。",
    )
    kind = plan_field(Party, "kind", needed=True, hint="会社・社団・NPOなどは法人です。")
    name = plan_field(
        Party, "name", needed=True, hint="法人は登記のとおり、個人は戸籍のとおりの字で書いてください。"
    )
    kana = plan_field(Party, "kana", hint="例: ミホンスマイ")
    postal_code = plan_field(Party, "postal_code", field=CodeField, width="w-short", hint="例: 203-0000")
    address = plan_field(Party, "address", needed=True, width="w-full", hint="都道府県から書いてください。")
    phone = plan_field(Party, "phone", field=CodeField, width="w-medium", hint="例: 042-000-0000")
    email = plan_field(Party, "email", field=MailField, hint="例: office@example.jp")
    corporate_number = plan_field(
        Party,
        "corporate_number",
        field=CorporateNumberField,
        width="w-medium",
        hint="13桁。個人番号(マイナンバー)は書かないでください。",
    )
    representative_title = plan_field(Party, "representative_title", hint="例: 代表取締役")
    representative_name = plan_field(Party, "representative_name", needed=True, hint="例: 架空 太郎")
    is_minor = plan_field(Party, "is_minor", needed=True, hint="18歳になっていない方は「はい」です。")
    is_designated_office = plan_field(
        Party,
        "is_designated_office",
        needed=True,
        hint="介護保険などの指定を受けた事業所の職員が見守りなどをする場合は「はい」です。",
    )
    designated_office_number = plan_field(
        Party, "designated_office_number", field=CodeField, width="w-medium", hint="10桁の事業所番号です。"
    )
    is_support_corporation = plan_field(
        Party, "is_support_corporation", hint="都道府県の指定を受けた法人だけが「はい」です。"
    )
    groups = (
        Group(rows=(("role",), ("kind",))),
        Group(
            legend="名前と連絡先",
            rows=(("name",), ("kana",), ("postal_code",), ("address",), ("phone",), ("email",)),
        ),
        Group(
            legend="法人の場合",
            hint="個人の方は、ここは空のままで構いません。",
            rows=(("corporate_number",), ("representative_title",), ("representative_name",)),
        ),
        Group(
            legend="援助実施者の場合",
            hint="安否確認・見守り・つなぎを行う方だけ、答えてください。",
            rows=(("is_designated_office",), ("designated_office_number",), ("is_support_corporation",)),
        ),
        Group(legend="個人の場合", hint="法人の方は、ここは空のままで構いません。", rows=(("is_minor",),)),
    )


class GuardianForm(PartForm):
    part = Guardian
    is_corporation = plan_field(
        Guardian, "is_corporation", needed=True, hint="未成年後見人が会社や社団のときは「はい」です。"
    )
    name = plan_field(Guardian, "name", needed=True, hint="例: 架空 一郎(親権者)")
    address = plan_field(
        Guardian, "address", needed=True, width="w-full", hint="都道府県から書いてください。"
    )
    representative_name = plan_field(
        Guardian, "representative_name", hint="法定代理人が法人のときに要ります。"
    )
    groups = (
        Group(
            legend="法定代理人(未成年の方だけ)",
            hint="未成年でない方は、ここは空のままで構いません。",
            rows=(("is_corporation",), ("name",), ("address",), ("representative_name",)),
        ),
    )


class OfficerForm(PartForm):
    part = Officer
    name = plan_field(Officer, "name", needed=True, width="w-medium", hint="例: 例示 花子")
    kana = plan_field(Officer, "kana", width="w-medium", hint="例: レイジ ハナコ")
    title = plan_field(Officer, "title", width="w-short", hint="例: 取締役")
    groups = (Group(rows=(("name", "kana", "title"),)),)


class LicenceForm(PartForm):
    part = Licence
    kind = plan_field(
        Licence, "kind", needed=True, as_select=True, hint="持っているものを、1つずつ選んでください。"
    )
    number = plan_field(Licence, "number", needed=True, width="w-medium", hint="例: 東京都知事(3)第12345号")
    granted_on = plan_field(Licence, "granted_on", hint="例: 令和6年4月1日")
    groups = (Group(rows=(("kind", "number", "granted_on"),)),)


class EmployeeForm(PartForm):
    part = Employee
    name = plan_field(Employee, "name", needed=True, width="w-medium", hint="例: 例示 花子")
    kana = plan_field(Employee, "kana", width="w-medium", hint="例: レイジ ハナコ")
    office = plan_field(Employee, "office", needed=True, width="w-medium", hint="例: 本店")
    groups = (Group(rows=(("name", "kana", "office"),)),)


# --- 住宅と住戸 ---


class BuildingForm(PartForm):
    part = Building
    name = plan_field(Building, "name", needed=True, hint="例: 見本荘")
    kana = plan_field(Building, "kana", hint="例: ミホンソウ")
    address = plan_field(
        Building, "address", needed=True, width="w-full", hint="都道府県から書いてください。"
    )
    dwelling_type = plan_field(
        Building,
        "dwelling_type",
        needed=True,
        hint="廊下や階段を一緒に使うものが共同住宅、壁だけがつながるものが長屋です。",
    )
    structure = plan_field(Building, "structure", needed=True, hint="登記や建築確認の書類に書いてあります。")
    storeys = plan_field(Building, "storeys", needed=True, hint="地下は数えません。例: 2")
    construction_started = plan_field(
        Building,
        "construction_started",
        field=MonthField,
        width="w-short",
        hint="例: 昭和55年3月",
    )
    completed = plan_field(Building, "completed", field=MonthField, width="w-short", hint="例: 昭和55年12月")
    is_existing = plan_field(
        Building,
        "is_existing",
        needed=True,
        hint="工事が終わって1年たった住宅と、人が住んだことのある住宅は、既存住宅です。",
    )
    right = plan_field(
        Building,
        "right",
        needed=True,
        hint="自分の建物なら所有権、借りて貸すなら賃借権、ただで借りているなら使用貸借です。",
    )
    right_until = plan_field(Building, "right_until", hint="借りている場合の期限です。例: 令和18年3月31日")
    is_sublease = plan_field(Building, "is_sublease", hint="賃借権の場合に要ります。")
    owner_name = plan_field(
        Building, "owner_name", hint="転貸の場合に要ります。所有者にも誓約していただきます。"
    )
    sublessor_name = plan_field(
        Building, "sublessor_name", hint="所有者と申請者のほかに転貸する方がいる場合だけ書いてください。"
    )
    seismic = plan_field(
        Building,
        "seismic",
        needed=True,
        hint="昭和56年5月31日までに着工した建物は、耐震診断などの書類が要ります。",
    )
    seismic_works_until = plan_field(
        Building,
        "seismic_works_until",
        field=MonthField,
        width="w-short",
        hint="「耐震改修を予定」の場合に要ります。例: 令和9年3月",
    )
    is_shared_living = plan_field(
        Building,
        "is_shared_living",
        needed=True,
        hint="居間・台所・便所・浴室などを、入居する人どうしで共用する住宅(シェアハウス)です。",
    )
    total_floor_area_m2 = plan_field(Building, "total_floor_area_m2", hint="共同居住型の場合に要ります。")
    common_facilities = plan_field(
        Building, "common_facilities", hint="入居する人どうしで使うものを選んでください。"
    )
    has_equal_common_facilities = plan_field(
        Building,
        "has_equal_common_facilities",
        hint="台所などを一緒に使っても、部屋ごとにあるのと同じくらい使えるか。",
    )
    common_toilets = plan_field(Building, "common_toilets", hint="例: 2")
    common_washbasins = plan_field(Building, "common_washbasins", hint="例: 2")
    common_baths = plan_field(Building, "common_baths", hint="例: 1(シャワー室も数えます)")
    groups = (
        Group(legend="名前と場所", rows=(("name",), ("kana",), ("address",))),
        Group(legend="建物", rows=(("dwelling_type",), ("structure",), ("storeys",))),
        Group(
            legend="建てた時期と耐震性",
            hint="着工年月か竣工年月の、どちらかは要ります。",
            rows=(
                ("construction_started", "completed"),
                ("is_existing",),
                ("seismic",),
                ("seismic_works_until",),
            ),
        ),
        Group(
            legend="建物を使う権利",
            rows=(("right",), ("right_until",), ("is_sublease",), ("owner_name",), ("sublessor_name",)),
        ),
        Group(legend="共用", rows=(("is_shared_living",), ("total_floor_area_m2",))),
        Group(
            legend="共用の設備",
            hint="台所・便所・浴室などを共用する住宅だけ、答えてください。",
            rows=(
                ("common_facilities",),
                ("has_equal_common_facilities",),
                ("common_toilets", "common_washbasins", "common_baths"),
            ),
        ),
    )


class UnitForm(PartForm):
    part = Unit
    number = plan_field(Unit, "number", needed=True, width="w-num", hint="例: 101")
    floor = plan_field(Unit, "floor", smallest=-9, hint="例: 1(地下1階は-1)")
    is_exclusive = plan_field(
        Unit,
        "is_exclusive",
        needed=True,
        as_select=True,
        hint="援助を必要とする方だけが入る部屋は「はい」です。",
    )
    floor_area_m2 = plan_field(Unit, "floor_area_m2", needed=True, hint="例: 25.20")
    layout = plan_field(Unit, "layout", width="w-num", hint="例: 1K")
    capacity = plan_field(Unit, "capacity", hint="共同居住型の場合に要ります。")
    is_single_parent = plan_field(
        Unit, "is_single_parent", as_select=True, hint="共同居住型で、ひとり親の世帯に貸す部屋だけ。"
    )
    kitchen = plan_field(Unit, "kitchen", needed=True, as_select=True, hint="流しやコンロ")
    toilet = plan_field(Unit, "toilet", needed=True, as_select=True, hint="トイレ")
    storage = plan_field(Unit, "storage", needed=True, as_select=True, hint="押入れなど")
    washbasin = plan_field(Unit, "washbasin", as_select=True, hint="洗面台")
    bath = plan_field(Unit, "bath", needed=True, as_select=True, hint="シャワーも可")
    monthly_rent_yen = plan_field(Unit, "monthly_rent_yen", needed=True, hint="例: 52,000")
    common_fee_yen = plan_field(Unit, "common_fee_yen", needed=True, hint="例: 3,000")
    deposit_yen = plan_field(Unit, "deposit_yen", needed=True, hint="例: 52,000")
    groups = (
        Group(
            rows=(
                ("number", "floor", "is_exclusive"),
                ("floor_area_m2", "layout", "capacity", "is_single_parent"),
            )
        ),
        Group(
            legend="設備",
            hint="その部屋だけで使うものは専用、ほかの部屋と一緒に使うものは共用です。",
            rows=(("kitchen", "toilet", "storage", "washbasin", "bath"),),
        ),
        Group(
            legend="家賃など",
            hint="ないものは0と入れてください。",
            rows=(("monthly_rent_yen", "common_fee_yen", "deposit_yen"),),
        ),
    )


# --- 賃貸の条件, 受入れ, 援助 ---


class LeaseForm(PartForm):
    part = Lease
    kind = plan_field(Lease, "kind", needed=True, hint="更新できる、ふつうの契約は「普通建物賃貸借」です。")
    years = plan_field(Lease, "years", hint="定期建物賃貸借の場合に要ります。")
    key_money_yen = plan_field(Lease, "key_money_yen", hint="ないときは0です。")
    renewal_fee_yen = plan_field(Lease, "renewal_fee_yen", hint="ないときは0です。")
    guarantee = plan_field(Lease, "guarantee", lines=3, hint="保証会社の利用や費用など。")
    comparable_rent = plan_field(
        Lease,
        "comparable_rent",
        lines=3,
        hint="近くの似た部屋の家賃と、どう調べたか。家賃を比べるときに使います。",
    )
    other_terms = plan_field(Lease, "other_terms", lines=3, hint="例: ペットは小型犬1匹まで")
    groups = (
        Group(
            rows=(
                ("kind",),
                ("years",),
                ("key_money_yen", "renewal_fee_yen"),
                ("guarantee",),
                ("comparable_rent",),
                ("other_terms",),
            )
        ),
    )


class AcceptanceForm(PartForm):
    part = Acceptance
    is_limited = plan_field(
        Acceptance,
        "is_limited",
        needed=True,
        yes="範囲を定める",
        no="定めない(どなたでも受け入れる)",
        hint="たとえば高齢の方だけに貸すときは「範囲を定める」を選びます。",
    )
    categories = plan_field(
        Acceptance, "categories", hint="範囲を定める場合に、当てはまるものをすべて選んでください。"
    )
    other = plan_field(Acceptance, "other", lines=3, hint="例: おおむね65歳以上で、見守りを希望する方")
    groups = (Group(rows=(("is_limited",), ("categories",), ("other",))),)


class SafetyForm(PartForm):
    part = SafetyCheck
    methods = plan_field(SafetyCheck, "methods", needed=True, hint="当てはまるものを、すべて選んでください。")
    device_name = plan_field(SafetyCheck, "device_name", hint="「通信機器の設置」を選んだ場合に要ります。")
    every_days = plan_field(SafetyCheck, "every_days", needed=True, hint="毎日なら1です。")
    provider = plan_field(
        SafetyCheck,
        "provider",
        needed=True,
        hint="ほかの会社などに頼むときは「委託する」です。委託先も下に書いてください。",
    )
    flow = plan_field(SafetyCheck, "flow", lines=4, hint="だれが、どのくらいの時間のうちに、何をするか。")
    groups = (
        Group(
            legend="安否確認",
            hint="毎日1回以上、入居者の無事を確かめることです。",
            rows=(("methods",), ("device_name",), ("every_days",), ("provider",), ("flow",)),
        ),
    )


class WatchForm(PartForm):
    part = Watch
    methods = plan_field(Watch, "methods", needed=True, hint="当てはまるものを、すべて選んでください。")
    every_months = plan_field(Watch, "every_months", needed=True, hint="毎月なら1です。")
    provider = plan_field(Watch, "provider", needed=True, hint="ほかの会社などに頼むときは「委託する」です。")
    content = plan_field(
        Watch, "content", lines=4, hint="例: 月に1回訪ね、体調、食事、家賃の支払い、近所との関係を聞く。"
    )
    groups = (
        Group(
            legend="見守り",
            hint="毎月1回以上、入居者の心身と暮らしのようすを見ることです。",
            rows=(("methods",), ("every_months",), ("provider",), ("content",)),
        ),
    )


class ReferralForm(PartForm):
    part = Referral
    flow = plan_field(
        Referral,
        "flow",
        lines=4,
        hint="例: 本人の同意を得て窓口に連絡し、1週間のうちに、相談できたかを本人に確かめる。",
    )
    groups = (Group(rows=(("flow",),)),)


class TargetForm(PartForm):
    part = ReferralTarget
    kind = plan_field(
        ReferralTarget, "kind", needed=True, as_select=True, hint="いちばん近いものを選んでください。"
    )
    name = plan_field(ReferralTarget, "name", needed=True, hint="例: 見本町地域包括支援センター")
    is_private = plan_field(
        ReferralTarget,
        "is_private",
        needed=True,
        as_select=True,
        hint="会社やNPOなど、役所でないところは「はい」です。",
    )
    address = plan_field(ReferralTarget, "address", width="w-full", hint="例: 輪野市見本町三丁目1番1号")
    phone = plan_field(ReferralTarget, "phone", field=CodeField, width="w-medium", hint="例: 042-000-0000")
    groups = (Group(rows=(("kind", "is_private"), ("name",), ("address",), ("phone",))),)


class SubcontractorForm(PartForm):
    part = Subcontractor
    name = plan_field(Subcontractor, "name", needed=True, hint="例: 株式会社見本見守り")
    address = plan_field(Subcontractor, "address", width="w-full", hint="都道府県から書いてください。")
    scope = plan_field(
        Subcontractor, "scope", needed=True, hint="例: 安否確認の機器の設置と、異常があったときの訪問"
    )
    groups = (Group(rows=(("name",), ("address",), ("scope",))),)


class PriceForm(PartForm):
    part = Price
    monthly_yen = plan_field(Price, "monthly_yen", needed=True, hint="いただかない場合は0です。")
    breakdown = plan_field(Price, "breakdown", lines=3, hint="例: 安否確認1,800円、見守り1,500円")
    collection = plan_field(Price, "collection", hint="例: 家賃と一緒に口座振替")
    extra_costs = plan_field(Price, "extra_costs", lines=3, hint="例: 駆けつけ1回につき2,000円")
    has_general_service = plan_field(
        Price,
        "has_general_service",
        needed=True,
        hint="居住サポート住宅の入居者でない方にも、同じような見守りなどを売っているか。",
    )
    general_service_monthly_yen = plan_field(
        Price, "general_service_monthly_yen", hint="「はい」の場合に要ります。"
    )
    groups = (
        Group(
            rows=(
                ("monthly_yen",),
                ("breakdown",),
                ("collection",),
                ("extra_costs",),
                ("has_general_service",),
                ("general_service_monthly_yen",),
            )
        ),
    )


class ContactForm(PartForm):
    part = Contact
    name = plan_field(Contact, "name", needed=True, hint="入居したい方が問い合わせる先です。")
    person = plan_field(Contact, "person", hint="例: 賃貸課 例示")
    phone = plan_field(
        Contact, "phone", needed=True, field=CodeField, width="w-medium", hint="例: 042-000-0000"
    )
    fax = plan_field(Contact, "fax", field=CodeField, width="w-medium", hint="例: 042-000-0001")
    email = plan_field(Contact, "email", field=MailField, hint="例: office@example.jp")
    hours = plan_field(Contact, "hours", hint="例: 平日 9:00〜17:00")
    groups = (Group(rows=(("name",), ("person",), ("phone",), ("fax",), ("email",), ("hours",))),)
