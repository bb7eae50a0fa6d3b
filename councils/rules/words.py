"""Small fixed vocabularies of the ring: what a desk or shop offers, in codes for the database and words for people."""

from __future__ import annotations

from django.db.models import TextChoices


class Precision(TextChoices):
    """How exactly a date is known. The rest of the stored date is the first day it may mean."""

    YEAR = "year", "年まで"
    MONTH = "month", "月まで"
    DAY = "day", "日まで"


class Basis(TextChoices):
    """設立の根拠: what the council's rules are called."""

    RULES = "会則", "会則"
    OUTLINE = "要綱", "要綱"
    GUIDELINES = "要領", "要領"
    UNKNOWN = "", "記載なし"


class SecretariatKind(TextChoices):
    """Who runs the secretariat (事務局)."""

    GOVERNMENT = "government", "行政"
    PRIVATE = "private", "民間"
    JOINT = "joint", "行政と民間の共同"
    UNKNOWN = "", "記載なし"


class SeatCategory(TextChoices):
    """構成員の区分, the columns of the prefecture's table; 法81条1項 names the bodies."""

    LOCAL_GOVERNMENT = "local_government", "地方公共団体"
    SUPPORT_CORPORATION = "support_corporation", "居住支援法人"
    REALTOR_ASSOCIATION = "realtor_association", "宅地建物取引業者で構成する団体"
    RENTAL_MANAGER = "rental_manager", "賃貸住宅を経営又は管理する事業を行う者"
    OTHER = "other", "その他の活動を行う者、学識経験者等"
    OBSERVER = "observer", "オブザーバー"


class Operator(TextChoices):
    """Who runs a desk."""

    DIRECT = "direct", "直営"
    ENTRUSTED = "entrusted", "委託"
    UNKNOWN = "", "記載なし"


class Booking(TextChoices):
    """How to come: whether an appointment is needed. Unknown is not no."""

    REQUIRED = "required", "予約が必要"
    POSSIBLE = "possible", "予約もできる"
    NONE = "none", "予約なしで行ける"
    UNKNOWN = "", "未確認"


class Language(TextChoices):
    """Languages a desk or shop can be spoken to in; codes of BCP 47 (手話 is jsl, やさしい日本語 a private variant)."""

    EASY_JAPANESE = "ja-x-easy", "やさしい日本語"
    ENGLISH = "en", "英語"
    CHINESE = "zh", "中国語"
    KOREAN = "ko", "韓国語"
    VIETNAMESE = "vi", "ベトナム語"
    NEPALI = "ne", "ネパール語"
    TAGALOG = "tl", "タガログ語"
    PORTUGUESE = "pt", "ポルトガル語"
    SPANISH = "es", "スペイン語"
    BURMESE = "my", "ミャンマー語"
    INDONESIAN = "id", "インドネシア語"
    THAI = "th", "タイ語"
    JAPANESE_SIGN_LANGUAGE = "jsl", "手話"


class Feature(TextChoices):
    """Accessibility of a place. A place without an entry is 未確認, never なし."""

    STEP_FREE = "step_free", "入口に段差がない"
    ELEVATOR = "elevator", "エレベーター"
    WHEELCHAIR_TOILET = "wheelchair_toilet", "車いす対応トイレ"
    PARKING = "parking", "障害のある方の駐車場"
    WRITING = "writing", "筆談"
    PRIVATE_ROOM = "private_room", "個室で話せる"
    CHILD_SPACE = "child_space", "子どもを遊ばせる場所"


class Offer(TextChoices):
    """What a cooperating shop does beyond showing homes (協力不動産店の対応)."""

    VIEWING = "viewing", "内見の付き添い"
    GUARANTOR_FIRM = "guarantor_firm", "家賃債務保証会社の利用"
    NO_EMERGENCY_CONTACT = "no_emergency_contact", "緊急連絡先がなくても相談できる"
    WELFARE_RECIPIENT = "welfare_recipient", "生活保護の方の相談"
    WATCHING = "watching", "見守りサービスの紹介"
    BELONGINGS = "belongings", "残置物の取扱いの相談"
    HOME_VISIT = "home_visit", "自宅への訪問"


class ShopState(TextChoices):
    """Where the registration of a shop stands (申込→審査→登録→辞退・取消し)."""

    APPLIED = "applied", "申込み"
    REVIEW = "review", "審査中"
    REGISTERED = "registered", "登録"
    WITHDRAWN = "withdrawn", "辞退"
    REVOKED = "revoked", "取消し"


class ConsultationStatus(TextChoices):
    """Whether a council's consultation runs, as the prefecture's table lets one tell."""

    IMPLEMENTED = "implemented", "実施"
    PLANNED = "planned", "予定"
    NOT_IMPLEMENTED = "not_implemented", "未実施"
    TEMPLATE_TEXT_ONLY = "template_text_only", "記入なし(記入例のまま)"
    UNKNOWN = "", "未確認"


#: A profile nobody confirmed for so many months is shown to residents as old.
STALE_AFTER_MONTHS = 12
