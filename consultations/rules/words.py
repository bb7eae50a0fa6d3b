"""The closed lists of a consultation, in the words of the field.

Reasons for moving: the answers of the ministry's survey of support corporations (令和5年度). Obstacles and reasons why no
home was found: the prefecture's survey of councils. Kinds of housing and ways of coming follow 自立相談支援機関の標準様式.
"""

from __future__ import annotations

from django.db.models import TextChoices


class PostRole(TextChoices):
    """相談での役割: what a post at a desk lets a person do."""

    COUNSELLOR = "counsellor", "相談員"
    SUPERVISOR = "supervisor", "相談責任者"


class Method(TextChoices):
    """相談の方法."""

    PHONE = "phone", "電話"
    VISIT = "visit", "来所"
    HOME = "home", "訪問・同行"
    MAIL = "mail", "メール・手紙"
    PAPER = "paper", "紙の相談票"
    ONLINE = "online", "オンライン"


class Route(TextChoices):
    """相談経路: who led the person here."""

    SELF = "self", "本人"
    FAMILY = "family", "家族・親族"
    WELFARE = "welfare", "福祉の相談機関"
    OFFICE = "office", "行政機関"
    HOSPITAL = "hospital", "病院・施設"
    SHOP = "shop", "不動産店"
    ACQUAINTANCE = "acquaintance", "知人・近隣"
    OTHER = "other", "その他"


class AgeBand(TextChoices):
    """年代. Kept where the birth date is not known, and after a case is made anonymous."""

    TEENS = "teens", "10代以下"
    TWENTIES = "20s", "20代"
    THIRTIES = "30s", "30代"
    FORTIES = "40s", "40代"
    FIFTIES = "50s", "50代"
    EARLY_SIXTIES = "60-64", "60〜64歳"
    OLD = "65-74", "65〜74歳"
    OLDER = "75-84", "75〜84歳"
    OLDEST = "85", "85歳以上"


class Household(TextChoices):
    """世帯."""

    SINGLE = "single", "ひとり"
    COUPLE = "couple", "夫婦・パートナー"
    SINGLE_PARENT = "single_parent", "ひとり親と子"
    FAMILY = "family", "親と子"
    SIBLINGS = "siblings", "きょうだい"
    OTHER = "other", "その他"


class MovingReason(TextChoices):
    """転居理由."""

    RENT = "rent", "家賃負担の増大"
    NEIGHBOURS = "neighbours", "近隣トラブル"
    DISCHARGE = "discharge", "退院や施設からの退所"
    SEPARATION = "separation", "同居の解消(自立・独立・離婚・DV避難等)"
    DISASTER = "disaster", "災害"
    DEMOLITION = "demolition", "現在の住宅の取り壊し"
    OTHER = "other", "その他"


class Housing(TextChoices):
    """いまの住まい."""

    OWNED = "owned", "持ち家"
    RENTED = "rented", "民間の借家"
    PUBLIC = "public", "公営・公的な住宅"
    COMPANY = "company", "社宅・寮"
    RELATIVES = "relatives", "親族・知人の家"
    HOSPITAL = "hospital", "病院・施設"
    HOTEL = "hotel", "ホテル・ネットカフェなど"
    NONE = "none", "住まいがない"
    OTHER = "other", "その他"


class Obstacle(TextChoices):
    """住まいが見つかりにくい事情."""

    NO_CONTACT = "no_contact", "緊急連絡先がない"
    NO_GUARANTOR = "no_guarantor", "保証人がいない"
    GUARANTOR_COMPANY = "guarantor_company", "保証会社の審査に通らない"
    ARREARS = "arrears", "家賃を滞納したことがある"
    INITIAL_COST = "initial_cost", "初期費用が用意できない"
    BUDGET = "budget", "希望と家賃の相場が合わない"
    AGE = "age", "年齢を理由に断られた"
    WATCH = "watch", "見守りが要る"
    STAIRS = "stairs", "階段や段差が難しい"
    PET = "pet", "ペットがいる"
    LANGUAGE = "language", "日本語でのやりとりが難しい"
    OTHER = "other", "その他"


class Triage(TextChoices):
    """支援の方針."""

    UNDECIDED = "undecided", "これから決める"
    INFORMATION = "information", "情報提供のみ"
    REFER = "refer", "ほかの機関につなぐ"
    CONTINUE = "continue", "継続して相談を受ける"
    PLAN = "plan", "支援プランを作る"


class PhoneRule(TextChoices):
    """電話のしかた: a call at the wrong time can put a life in danger."""

    OK = "ok", "電話してよい"
    NO_MESSAGE = "no_message", "電話してよいが、留守番電話に残さない"
    NEVER = "never", "電話してはいけない"


class Confidentiality(TextChoices):
    """秘匿の区分."""

    NORMAL = "normal", "通常"
    PROTECTED = "protected", "要保護"


class CaseState(TextChoices):
    """相談の状態."""

    OPEN = "open", "継続中"
    CLOSED = "closed", "終結"


class EventKind(TextChoices):
    """相談の節目: what is counted."""

    OPENED = "opened", "受付"
    CLOSED = "closed", "終結"
    REOPENED = "reopened", "再開"


class Outcome(TextChoices):
    """相談の結果."""

    CONTRACTED = "contracted", "成約"
    STAYED = "stayed", "いまの住まいに住み続ける"
    OTHER_AGENCY = "other_agency", "ほかの機関につないだ"
    INFORMATION = "information", "情報提供で終わった"
    NOT_FOUND = "not_found", "不成約"
    WITHDRAWN = "withdrawn", "本人が取りやめた"
    LOST = "lost", "連絡が取れなくなった"
    MOVED_AWAY = "moved_away", "転出・死亡"


class FailureReason(TextChoices):
    """不成約の理由."""

    NO_CONTACT = "no_contact", "緊急連絡先がない"
    AGE = "age", "高齢"
    MENTAL = "mental", "障害・病気への不安"
    BUDGET = "budget", "希望と相場の差"
    ARREARS = "arrears", "滞納歴で保証会社が不可"
    INITIAL_COST = "initial_cost", "初期費用"
    NO_STOCK = "no_stock", "物件がない"
    OTHER = "other", "その他"


class Purpose(TextChoices):
    """同意の目的."""

    SHOPS = "shops", "不動産店への物件の問合せ"
    AGENCIES = "agencies", "関係機関との共有・紹介"
    COUNCIL = "council", "協議会でのケース検討"
    TRANSFER = "transfer", "ほかの窓口への引き継ぎ"


class GivenHow(TextChoices):
    """同意のしかた."""

    WRITTEN = "written", "書面"
    SPOKEN = "spoken", "対面で口頭"
    PHONE = "phone", "電話で口頭"


class GivenBy(TextChoices):
    """同意した人."""

    SELF = "self", "本人"
    PROXY = "proxy", "代理の人"


class ConsentKind(TextChoices):
    """同意の記録の種類."""

    GIVEN = "given", "同意"
    WITHDRAWN = "withdrawn", "撤回"
    OVERRIDE = "override", "同意によらない提供"


class OverrideGround(TextChoices):
    """同意によらずに伝える根拠 (個人情報保護法27条1項1〜3号, 69条1項・2項4号)."""

    LIFE = "life", "命・体・財産を守るために要り、本人の同意をとることが難しい"
    CHILD = "child", "公衆衛生や児童の健全な育成のために特に要り、本人の同意をとることが難しい"
    LAW = "law", "法令に基づく"


class Verdict(TextChoices):
    """同意によらない提供を確かめた結果."""

    PROPER = "proper", "妥当"
    IMPROPER = "improper", "妥当でない"


class BookingState(TextChoices):
    """予約の状態."""

    BOOKED = "booked", "予約済み"
    WAITING = "waiting", "空き待ち"
    CANCELLED = "cancelled", "取り消し"
    CAME = "came", "来た"
    MISSED = "missed", "来なかった"


class ContactWay(TextChoices):
    """日時が変わるときの連絡."""

    PHONE = "phone", "電話"
    EMAIL = "email", "メール"
    NONE = "none", "連絡はいらない"


class Interpreter(TextChoices):
    """通訳."""

    NONE = "", "いらない"
    SIGN = "sign", "手話"
    WRITTEN = "written", "筆談"
    ENGLISH = "en", "英語"
    CHINESE = "zh", "中国語"
    KOREAN = "ko", "韓国・朝鮮語"
    VIETNAMESE = "vi", "ベトナム語"
    NEPALI = "ne", "ネパール語"
    TAGALOG = "tl", "タガログ語"
    PORTUGUESE = "pt", "ポルトガル語"
    SPANISH = "es", "スペイン語"
    OTHER = "other", "そのほか(聞きたいことの欄に書く)"
