"""What kind of body a name is, told from the words every such body uses, never from the names of single ones."""

from __future__ import annotations

import re
from typing import Literal

from councils.rules.table.writing import squeezed

Nature = Literal["realtor", "rental", "other", "government", "unknown"]

_FORMS_IN_BRACKETS = "公社|公財|一社|一財|社福|社|福|株|有|合|NPO|ＮＰＯ|認定NPO|特非|認特非|独法|独|地独|学|医|医社|宗|財|協|生協"
_FORMS = (
    "公益社団法人|公益財団法人|一般社団法人|一般財団法人|社会福祉法人|(?:認定)?特定非営利活動法人|(?:認定)?NPO法人|地方独立行政法人"
    "|独立行政法人|医療法人社団|医療法人財団|医療法人|学校法人|国立大学法人|公立大学法人|更生保護法人|宗教法人|社団法人|財団法人"
)
_COMPANY_FORMS = r"株式会社|有限会社|合同会社|\(株\)|\(有\)|\(合\)|㈱|㈲"
#: How a legal form is written before a name, in even text.
LEGAL_FORM = rf"(?:\((?:{_FORMS_IN_BRACKETS})\)|{_FORMS}|{_COMPANY_FORMS}|㈳|㈶)"
#: Those of them that also stand behind a name: みなも株式会社.
COMPANY_FORM = rf"(?:{_COMPANY_FORMS})"

ACADEMIC_TITLE = r"(?:教授|准教授|名誉教授|特任教授|客員教授|講師|助教|研究員|学長)"
POST_END = r"(?:長|参事|副参事|副事|主幹|主査|主任|専門監|技監|理事|代表|会頭|委員|補佐)"

_REALTOR = re.compile(
    r"宅地建物取引|宅建|全日本不動産協会|全日[^本]|不動産協会|不動産業|不動産協同|不動産組合|不動産団体"
)
_RENTAL = re.compile(
    r"地主|家主|大家さん|大家の会|賃貸住宅|賃貸不動産|賃貸管理|賃貸経営|貸家|共同住宅協会|都市再生機構|UR都市|UR賃貸|^UR$|住宅供給公社|住宅公社|オーナー"
)
_OTHER = re.compile(
    r"社会福祉|社協|民生|児童委員|大学|教授|学識|弁護士|司法書士|行政書士|福祉士|建築士|鑑定士|税理士|労務士|調査士|センター|財団|まちづくり"
    r"|公社|福祉|介護|ケア|障害|障がい|障碍|高齢|シニア|包括|家族会|親の会|自治会|町会|町内会|自治連合|シルバー|保証|ボランティア|協議会|連絡会"
    r"|事業団|母子|ひとり親|子育て|更生|保護司|病院|医師会|看護|ハローワーク|公共職業|警察|消防|商工会|青年会議所|金融支援|支援機構|見守り|生活支援"
)
_NEVER_OF_REALTORS = re.compile(
    r"^(?:\((?:社福|福|NPO|特非|学|医)\)|社会福祉法人|(?:認定)?特定非営利活動法人|(?:認定)?NPO法人|学校法人|医療法人)"
)
_COMPANY = re.compile(rf"^{COMPANY_FORM}|{COMPANY_FORM}$")
_GOVERNMENT = re.compile(
    r"(?:東京都|北海道|(?:京都|大阪)府|[^\s、()]{2,3}県|国土交通省|厚生労働省|法務省|[^\s、()]{1,5}[市区町村])(?:\(.*\))?"
)
_WELFARE_CORE = re.compile(r"社会福祉協議会|社協|民生|児童委員|地域包括支援センター|教授|学識")


def nature(name: str) -> Nature:
    """Of 東京都宅地建物取引業協会 "realtor", of 都市再生機構 "rental", of 社会福祉協議会 "other", of 東京都 "government"."""
    body = squeezed(name)
    if _GOVERNMENT.fullmatch(body):
        return "government"
    if "鑑定" in body:
        return "other"
    if _REALTOR.search(body):
        return "realtor"
    if _RENTAL.search(body):
        return "rental"
    return "other" if _OTHER.search(body) else "unknown"


def is_never_of_realtors(name: str) -> bool:
    """A 社会福祉法人 or NPO is no group of realtors, whatever it is called."""
    return _NEVER_OF_REALTORS.match(squeezed(name)) is not None


def is_company(name: str) -> bool:
    """A company of no telling name: no group of realtors either, unless it says that it deals in property."""
    body = squeezed(name)
    return nature(name) == "unknown" and _COMPANY.search(body) is not None and "不動産" not in body


def is_of_welfare(name: str) -> bool:
    """One of those that stand in the last category in nearly every council: 社会福祉協議会, 民生委員, 学識経験者."""
    return _WELFARE_CORE.search(squeezed(name)) is not None


def is_government(name: str) -> bool:
    return nature(name) == "government"
