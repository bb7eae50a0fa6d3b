"""通知文書の種類: what each official letter is called, rests on, must contain, and says when nothing else was agreed.

Sources, as of 令和7年10月1日: 法 = 住宅確保要配慮者に対する賃貸住宅の供給の促進に関する法律 (平成19年法律第112号) 40条–58条;
省令 = 国土交通省・厚生労働省関係同法施行規則 (平成29年厚生労働省・国土交通省令第1号) 23条・25条・38条; 行政手続法 (平成5年法律第88号)
7条 (補正), 8条・14条 (理由の提示), 15条 (聴聞の通知), 30条 (弁明の機会の付与の通知); 行政不服審査法 (平成26年法律第68号) 82条 and
行政事件訴訟法 (昭和37年法律第139号) 46条 (教示).

What a municipality may word itself is the body. The basis, the required particulars, what the law wants said (`fixed`) and
the 教示 are set by the page whatever the body says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from django.db.models import TextChoices

ACT_NAME: Final = "住宅確保要配慮者に対する賃貸住宅の供給の促進に関する法律（平成19年法律第112号）"
ACT: Final = (
    "住宅確保要配慮者に対する賃貸住宅の供給の促進に関する法律（平成19年法律第112号。以下「法」という。）"
)
ORDINANCE_NAME: Final = (
    "国土交通省・厚生労働省関係住宅確保要配慮者に対する賃貸住宅の供給の促進に関する法律施行規則"
)
PROCEDURE_ACT: Final = "行政手続法（平成5年法律第88号）"


class LetterKind(TextChoices):
    """The values are those kept with a letter in the database."""

    CORRECTION_REQUEST = "correction_request", "補正依頼書"
    CERTIFICATION_NOTICE = "certification_notice", "認定通知書"
    REFUSAL_NOTICE = "refusal_notice", "不認定通知書"
    CHANGE_NOTICE = "change_notice", "変更認定通知書"
    CHANGE_REFUSAL = "change_refusal", "変更不認定通知書"
    SUCCESSION_NOTICE = "succession_notice", "承継承認通知書"
    SUCCESSION_REFUSAL = "succession_refusal", "承継不承認通知書"
    OTHER_USE_NOTICE = "other_use_notice", "目的外使用承認通知書"
    OTHER_USE_REFUSAL = "other_use_refusal", "目的外使用不承認通知書"
    INQUIRY = "inquiry", "照会書"
    REPORT_DEMAND = "report_demand", "報告徴収通知書"
    INSPECTION_NOTICE = "inspection_notice", "立入検査通知書"
    INSPECTOR_CARD = "inspector_card", "身分証明書(立入検査)"
    EXPLANATION_NOTICE = "explanation_notice", "弁明の機会の付与通知書"
    HEARING_NOTICE = "hearing_notice", "聴聞通知書"
    GUIDANCE = "guidance", "改善のお願い"
    IMPROVEMENT_ORDER = "improvement_order", "改善命令書"
    REVOCATION_NOTICE = "revocation_notice", "認定取消通知書"
    ABOLITION_PUBLICATION = "abolition_publication", "公示文(廃止)"
    REVOCATION_PUBLICATION = "revocation_publication", "公示文(取消し)"


class Reader(Enum):
    """For whom a letter is: only what is for the operator is ever shown on an applicant's pages."""

    OPERATOR = "申請者・認定事業者"
    OTHER_OFFICE = "ほかの機関"
    OFFICER = "職員"
    PUBLIC = "公衆"


class Layout(TextChoices):
    """The page: an addressed letter, a text put up for everybody, a card an officer carries."""

    LETTER = "letter", "通知"
    PUBLICATION = "publication", "公示"
    CARD = "card", "証明書"


class DeliveryWay(TextChoices):
    """通知の方法: how a letter came to whom it is for. Its page is there from the moment it is issued."""

    SYSTEM = "system", "システム"
    POST = "post", "郵送"
    COUNTER = "counter", "窓口交付"
    OTHER = "other", "その他"


class Shape(Enum):
    """What is typed for a particular."""

    LINE = "1行"
    TEXT = "文章"
    DATE = "日付"


@dataclass(frozen=True, kw_only=True)
class LetterField:
    """One particular of a kind of letter: printed as a row, and usable in the body as a placeholder by its label."""

    key: str
    label: str
    help: str
    sample: str
    shape: Shape = Shape.LINE
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class KindRule:
    """One kind of letter. `facts` are the placeholders filled from plan and case, `needs` those a body must use."""

    title: str
    basis: str
    reader: Reader
    body: tuple[str, ...]
    facts: tuple[str, ...]
    fields: tuple[LetterField, ...] = ()
    needs: tuple[str, ...] = ()
    fixed_title: str = ""
    fixed: tuple[str, ...] = ()
    appeals: bool = False
    layout: Layout = Layout.LETTER

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Everything a body of this kind may put between braces."""
        return (*self.facts, *(field.label for field in self.fields))


# --- What plan and case give ---

CERTIFIED_NUMBER: Final = "認定番号"
CERTIFIED_ON: Final = "認定年月日"
HOUSING_NAME: Final = "住宅の名称"
HOUSING_ADDRESS: Final = "住宅の所在地"
OPERATOR: Final = "事業者の名称"
RECEIPT_NUMBER: Final = "受付番号"
SUBMITTED_ON: Final = "申請年月日"

_PLAN: Final = (HOUSING_NAME, HOUSING_ADDRESS, OPERATOR)
_CASE: Final = (RECEIPT_NUMBER, SUBMITTED_ON, *_PLAN)
_CERTIFIED: Final = (CERTIFIED_NUMBER, CERTIFIED_ON, *_PLAN)
_CERTIFIED_CASE: Final = (RECEIPT_NUMBER, SUBMITTED_ON, *_CERTIFIED)

SAMPLE_FACTS: Final[Mapping[str, str]] = {
    CERTIFIED_NUMBER: "R8-0003",
    CERTIFIED_ON: "令和8年6月1日",
    HOUSING_NAME: "見本荘",
    HOUSING_ADDRESS: "見本市中央町一丁目2番3号",
    OPERATOR: "株式会社見本住まい",
    RECEIPT_NUMBER: "R8-認-0012",
    SUBMITTED_ON: "令和8年4月1日",
}
"""Invented values for looking at a template."""


# --- Particulars that several kinds have ---

REASON: Final = LetterField(
    key="reason",
    label="理由",
    help="どの事実が、どの基準や条項に当たるのかが分かるように書きます（行政手続法第8条・第14条）。",
    sample="令和8年10月5日の立入検査で、9月分の安否確認の記録が3戸分ないことを確認しました。計画に定める毎日の安否確認が行われていません。",
    shape=Shape.TEXT,
)
CRITERION: Final = LetterField(
    key="criterion",
    label="適合しない基準",
    help="満たさない基準を、条項とともに書きます。",
    sample="法第41条第2号（各戸の床面積の規模）",
)
DECIDED_ON: Final = LetterField(
    key="decided_on",
    label="決定年月日",
    help="決裁の日です。",
    sample="令和8年11月20日",
    shape=Shape.DATE,
)
CONTENT: Final = LetterField(
    key="content",
    label="内容",
    help="何を認めるのかを、申請のとおりに書きます。",
    sample="専用住戸を2戸から4戸に増やすこと。",
    shape=Shape.TEXT,
    required=False,
)
CONDITIONS: Final = LetterField(
    key="conditions",
    label="付記事項",
    help="決定に付け加えることがあれば書きます。",
    sample="工事が終わったときは、その日を知らせてください。",
    shape=Shape.TEXT,
    required=False,
)
FACTS: Final = LetterField(
    key="facts",
    label="原因となる事実",
    help="処分の原因となる事実を、いつ・どこで・何が、と分かるように書きます。",
    sample="令和8年9月1日から同月30日まで、201号室ほか2戸で、計画に定める安否確認を行わなかったこと。",
    shape=Shape.TEXT,
)
_PLANNED: Final = LetterField(
    key="disposition",
    label="予定される処分の内容",
    help="しようとする処分を書きます。",
    sample="居住安定援助計画の認定の取消し",
    shape=Shape.TEXT,
)
_GROUND: Final = LetterField(
    key="ground",
    label="根拠となる法令の条項",
    help="処分の根拠となる条項を書きます。",
    sample="法第56条第2項",
)


def _due(label: str, text: str, *, required: bool = True) -> LetterField:
    return LetterField(
        key="due_on", label=label, help=text, sample="令和8年12月11日", shape=Shape.DATE, required=required
    )


def _publication_fields(day_key: str, day: str) -> tuple[LetterField, ...]:
    return (
        LetterField(
            key="operator_name",
            label="氏名又は名称",
            help="認定事業者の氏名、法人のときは名称です。",
            sample="株式会社見本住まい",
        ),
        LetterField(
            key="operator_address",
            label="住所",
            help="法人のときは主たる事務所の所在地です。",
            sample="見本市見本町1番1号",
        ),
        LetterField(
            key="representative",
            label="代表者の氏名",
            help="法人のときだけ書きます。",
            sample="架空 太郎",
            required=False,
        ),
        LetterField(key="certified_number", label="認定番号", help="計画の認定番号です。", sample="R8-0003"),
        LetterField(
            key=day_key, label=day, help="その日付です。", sample="令和8年12月31日", shape=Shape.DATE
        ),
    )


def _granted(
    *,
    title: str,
    subject: str,
    article: str,
    verb: str,
    basis: str,
    fixed_title: str = "",
    fixed: tuple[str, ...] = (),
) -> KindRule:
    return KindRule(
        title=title,
        basis=basis,
        reader=Reader.OPERATOR,
        facts=_CERTIFIED_CASE,
        needs=(SUBMITTED_ON,),
        fields=(DECIDED_ON, CONTENT, CONDITIONS),
        body=(
            f"{{申請年月日}}付けで申請のあった{subject}について、{ACT}{article}の規定により{verb}しましたので、"
            "下記のとおり通知します。",
        ),
        fixed_title=fixed_title,
        fixed=fixed,
    )


def _denied(*, title: str, subject: str, article: str, verb: str) -> KindRule:
    return KindRule(
        title=title,
        basis=f"{ACT_NAME}{article}及び{PROCEDURE_ACT}第8条",
        reader=Reader.OPERATOR,
        facts=_CERTIFIED_CASE,
        needs=(SUBMITTED_ON,),
        fields=(CRITERION, REASON),
        appeals=True,
        body=(
            f"{{申請年月日}}付けで申請のあった{subject}について、{ACT}{article}の{verb}をしないことに決定しましたので、"
            f"{PROCEDURE_ACT}第8条の規定により理由を示して、下記のとおり通知します。",
        ),
    )


RULES: Final[dict[LetterKind, KindRule]] = {
    LetterKind.CORRECTION_REQUEST: KindRule(
        title="居住安定援助計画認定申請補正依頼書",
        basis=f"{PROCEDURE_ACT}第7条",
        reader=Reader.OPERATOR,
        facts=_CASE,
        fields=(_due("補正の期限", "申請者が補正を終える日です。"),),
        needs=("補正の期限",),
        body=(
            "{申請年月日}付けで認定の申請のあった居住安定援助計画について審査したところ、補正の必要な事項がありましたので、"
            f"{PROCEDURE_ACT}第7条の規定により、下記のとおり補正を求めます。",
            "お手数ですが、{補正の期限}までに、各事項への回答を添えて再申請してください。",
        ),
    ),
    LetterKind.CERTIFICATION_NOTICE: KindRule(
        title="居住安定援助計画認定通知書",
        basis=f"{ACT_NAME}第41条及び第43条第1項",
        reader=Reader.OPERATOR,
        facts=_CERTIFIED_CASE,
        needs=(SUBMITTED_ON,),
        body=(
            f"{{申請年月日}}付けで認定の申請のあった居住安定援助計画について、{ACT}第41条の規定により認定しましたので、"
            "法第43条第1項の規定により、下記のとおり通知します。",
        ),
    ),
    LetterKind.REFUSAL_NOTICE: KindRule(
        title="居住安定援助計画不認定通知書",
        basis=f"{ACT_NAME}第40条第1項及び第41条並びに{PROCEDURE_ACT}第8条",
        reader=Reader.OPERATOR,
        facts=_CASE,
        fields=(CRITERION, REASON),
        needs=(SUBMITTED_ON,),
        appeals=True,
        body=(
            f"{{申請年月日}}付けで認定の申請のあった居住安定援助計画について、{ACT}第40条第1項の認定をしないことに決定しましたので、"
            f"{PROCEDURE_ACT}第8条の規定により理由を示して、下記のとおり通知します。",
        ),
    ),
    LetterKind.CHANGE_NOTICE: _granted(
        title="居住安定援助計画変更認定通知書",
        subject="居住安定援助計画の変更",
        article="第44条第1項",
        verb="認定",
        basis=f"{ACT_NAME}第44条第1項及び同条第2項において準用する第43条第1項",
    ),
    LetterKind.CHANGE_REFUSAL: _denied(
        title="居住安定援助計画変更不認定通知書",
        subject="居住安定援助計画の変更",
        article="第44条第1項",
        verb="変更の認定",
    ),
    LetterKind.SUCCESSION_NOTICE: _granted(
        title="認定事業者の地位の承継承認通知書",
        subject="認定事業者の地位の承継",
        article="第45条",
        verb="承認",
        basis=f"{ACT_NAME}第45条及び{ORDINANCE_NAME}第25条",
    ),
    LetterKind.SUCCESSION_REFUSAL: _denied(
        title="認定事業者の地位の承継不承認通知書",
        subject="認定事業者の地位の承継",
        article="第45条",
        verb="承認",
    ),
    LetterKind.OTHER_USE_NOTICE: _granted(
        title="専用賃貸住宅の目的外使用承認通知書",
        subject="居住安定援助賃貸住宅の専用賃貸住宅の目的外使用",
        article="第50条第1項",
        verb="承認",
        basis=f"{ACT_NAME}第50条第1項",
        fixed_title="承認を受けた後に守っていただくこと",
        fixed=(
            "承認を受けた住戸の賃貸借は、定期建物賃貸借とし、その期間を5年以内としてください（法第50条）。",
            "承認の内容と異なる賃貸借をしたときは、法第56条第2項の規定により、認定を取り消すことがあります。",
        ),
    ),
    LetterKind.OTHER_USE_REFUSAL: _denied(
        title="専用賃貸住宅の目的外使用不承認通知書",
        subject="居住安定援助賃貸住宅の専用賃貸住宅の目的外使用",
        article="第50条第1項",
        verb="承認",
    ),
    LetterKind.INQUIRY: KindRule(
        title="居住安定援助計画の認定に関する照会書",
        basis=f"{ACT_NAME}第41条及び第42条（認定の審査）",
        reader=Reader.OTHER_OFFICE,
        facts=_PLAN,
        fields=(
            LetterField(
                key="matters",
                label="照会する事項",
                help="何を答えてもらうのかを、法令の条項を挙げて書きます。",
                sample="消防法第5条第1項、第8条第3項及び第4項並びに第17条の4第1項の規定による命令の有無と、是正の見込み",
                shape=Shape.TEXT,
            ),
            LetterField(
                key="reason",
                label="照会の理由",
                help="この審査になぜ要るのかを書きます。",
                sample="申請のあった住宅が、認定の基準に適合するかどうかを審査するため。",
                shape=Shape.TEXT,
            ),
            _due("回答の期限", "回答をもらいたい日です。"),
        ),
        body=(
            f"{ACT}に基づく居住安定援助計画の認定の審査に当たり、下記のとおり照会します。",
            "御多用のところ恐れ入りますが、{回答の期限}までに書面で御回答くださるようお願いします。",
        ),
        needs=("回答の期限",),
    ),
    LetterKind.REPORT_DEMAND: KindRule(
        title="居住安定援助賃貸住宅事業に関する報告について（通知）",
        basis=f"{ACT_NAME}第54条",
        reader=Reader.OPERATOR,
        facts=_CERTIFIED,
        fields=(
            LetterField(
                key="matters",
                label="報告を求める事項",
                help="何について、どの期間の報告を求めるのかを書きます。",
                sample="令和8年9月分の安否確認及び見守りの実施状況。帳簿の写しを添えてください。",
                shape=Shape.TEXT,
            ),
            LetterField(
                key="reason",
                label="報告を求める理由",
                help="報告が要る事情を書きます。",
                sample="入居者から、9月に見守りの訪問がなかったとの申出があったため。",
                shape=Shape.TEXT,
            ),
            _due("報告の期限", "報告が届くべき日です。"),
        ),
        body=(
            f"居住安定援助賃貸住宅事業の適正な実施を確かめるため、{ACT}第54条の規定により、下記のとおり報告を求めます。",
            "{報告の期限}までに、書面で報告してください。",
        ),
        needs=("報告の期限",),
        fixed_title="御留意いただきたいこと",
        fixed=("報告をせず、又は虚偽の報告をしたときは、法の規定により罰金に処されることがあります。",),
    ),
    LetterKind.INSPECTION_NOTICE: KindRule(
        title="立入検査の実施について（通知）",
        basis=f"{ACT_NAME}第54条",
        reader=Reader.OPERATOR,
        facts=_CERTIFIED,
        fields=(
            LetterField(
                key="at",
                label="検査の日時",
                help="日付と時刻を書きます。",
                sample="令和8年12月8日（火）午後1時30分",
            ),
            LetterField(
                key="place",
                label="検査の場所",
                help="住宅又は事務所の所在地です。",
                sample="見本荘 管理事務所",
            ),
            LetterField(
                key="matters",
                label="検査する事項",
                help="見せてもらう帳簿や設備を書きます。",
                sample="帳簿（法第48条）の記載及び保存の状況、安否確認に用いる設備の状況",
                shape=Shape.TEXT,
            ),
            LetterField(
                key="reason",
                label="検査の理由",
                help="検査が要る事情を書きます。",
                sample="報告のあった内容を現地で確かめるため。",
                shape=Shape.TEXT,
            ),
            LetterField(
                key="officers",
                label="検査する職員",
                help="所属・職・氏名を書きます。",
                sample="福祉総務課 主任 見本 花子",
                shape=Shape.TEXT,
            ),
        ),
        body=(
            f"{ACT}第54条の規定により、下記のとおり立入検査を行いますので、通知します。",
            "当日は、{検査する事項}について説明できる方の立会いをお願いします。",
        ),
        fixed_title="検査に当たって",
        fixed=(
            "検査する職員は、その身分を示す証明書を携帯し、関係者に提示します（法第54条）。",
            "入居者が居住している部分に立ち入るときは、あらかじめ、その入居者の承諾を得ます（法第54条）。",
            "検査を拒み、妨げ、又は忌避したときは、法の規定により罰金に処されることがあります。",
        ),
    ),
    LetterKind.INSPECTOR_CARD: KindRule(
        title="身分証明書",
        basis=f"{ACT_NAME}第54条",
        reader=Reader.OFFICER,
        layout=Layout.CARD,
        facts=(),
        fields=(
            LetterField(key="holder_department", label="所属", help="職員の所属です。", sample="福祉総務課"),
            LetterField(key="holder_post", label="職名", help="職員の職名です。", sample="主任"),
            LetterField(key="holder_name", label="氏名", help="職員の氏名です。", sample="見本 花子"),
            LetterField(
                key="valid_until",
                label="有効期限",
                help="この証明書を使える最後の日です。",
                sample="令和9年3月31日",
                shape=Shape.DATE,
            ),
        ),
        body=(f"上記の者は、{ACT_NAME}第54条の規定により、立入検査をする職員であることを証明する。",),
        fixed_title="注意",
        fixed=(
            "この証明書は、立入検査をするときは必ず携帯し、関係者に提示しなければならない。",
            "入居者の居住の用に供している部分に立ち入るときは、あらかじめ、入居者の承諾を得なければならない。",
            "立入検査の権限は、犯罪捜査のために認められたものと解してはならない。",
            "この証明書は、他人に貸し、又は譲り渡してはならない。",
        ),
    ),
    LetterKind.EXPLANATION_NOTICE: KindRule(
        title="弁明の機会の付与について（通知）",
        basis=f"{PROCEDURE_ACT}第13条第1項第2号及び第30条",
        reader=Reader.OPERATOR,
        facts=_CERTIFIED,
        fields=(
            _PLANNED,
            _GROUND,
            FACTS,
            LetterField(
                key="submit_to",
                label="弁明書の提出先",
                help="組織の名称と所在地を書きます。口頭の弁明を認めるときは、出頭すべき日時と場所も書きます。",
                sample="見本市 福祉総務課（見本市本町三丁目3番1号）",
                shape=Shape.TEXT,
            ),
            _due("弁明書の提出期限", "準備に足りる期間をおいた日です（行政手続法第30条）。"),
        ),
        body=(
            f"あなたに対して下記の処分をすることを予定していますので、{PROCEDURE_ACT}第13条第1項第2号の規定により弁明の機会を付与することとし、"
            "同法第30条の規定により、下記のとおり通知します。",
            "弁明をするときは、{弁明書の提出期限}までに、弁明書を提出してください。",
        ),
        needs=("弁明書の提出期限",),
        fixed_title="弁明に当たって",
        fixed=(
            "弁明をするときは、証拠書類等を提出することができます（行政手続法第29条第2項）。",
            "代理人を選任することができます。そのときは、代理人の資格を書面で証明してください（行政手続法第31条において準用する第16条）。",
            "期限までに弁明書の提出がないときは、弁明がないものとして手続を進めます。",
        ),
    ),
    LetterKind.HEARING_NOTICE: KindRule(
        title="聴聞の実施について（通知）",
        basis=f"{PROCEDURE_ACT}第13条第1項第1号及び第15条第1項",
        reader=Reader.OPERATOR,
        facts=_CERTIFIED,
        fields=(
            _PLANNED,
            _GROUND,
            FACTS,
            LetterField(
                key="at",
                label="聴聞の期日",
                help="準備に足りる期間をおいた日時です（行政手続法第15条第1項）。",
                sample="令和8年12月18日（金）午前10時",
            ),
            LetterField(
                key="place",
                label="聴聞の場所",
                help="建物と部屋を書きます。",
                sample="見本市役所 本庁舎 5階 501会議室",
            ),
            LetterField(
                key="organisation",
                label="聴聞に関する事務を所掌する組織",
                help="名称と所在地を書きます（行政手続法第15条第1項第4号）。",
                sample="見本市 総務部 法務課（見本市本町三丁目3番1号）",
            ),
        ),
        body=(
            f"あなたに対して下記の処分をすることを予定していますので、{PROCEDURE_ACT}第13条第1項第1号の規定により聴聞を行うこととし、"
            "同法第15条第1項の規定により、下記のとおり通知します。",
        ),
        fixed_title="聴聞に当たって",
        fixed=(
            "聴聞の期日に出頭して意見を述べ、及び証拠書類等を提出し、又は聴聞の期日への出頭に代えて陳述書及び証拠書類等を提出することができます（行政手続法第15条第2項第1号）。",
            "聴聞が終結する時までの間、予定される処分の原因となる事実を証する資料の閲覧を求めることができます（行政手続法第15条第2項第2号）。",
            "代理人を選任することができます。そのときは、代理人の資格を書面で証明してください（行政手続法第16条）。",
        ),
    ),
    LetterKind.GUIDANCE: KindRule(
        title="居住安定援助賃貸住宅事業の改善について（お願い）",
        basis="行政手続に関する条例の規定による行政指導",
        reader=Reader.OPERATOR,
        facts=_CERTIFIED,
        fields=(
            LetterField(
                key="matters",
                label="お願いする事項",
                help="何を、どのように改めてほしいのかを書きます。",
                sample="安否確認の記録を、行った日のうちに帳簿に記載すること。",
                shape=Shape.TEXT,
            ),
            LetterField(
                key="reason",
                label="お願いする理由",
                help="そう考える事実を書きます。",
                sample="令和8年10月5日の立入検査で、記載の遅れが3日分ありました。",
                shape=Shape.TEXT,
            ),
            _due("改善の目安の日", "いつまでに改めてほしいかです。", required=False),
        ),
        body=("居住安定援助賃貸住宅事業が計画のとおりに行われるよう、下記のとおり改善をお願いします。",),
        fixed_title="このお願いについて",
        fixed=(
            "これは行政指導です。御協力は任意であり、従わなかったことを理由として不利益な取扱いをすることはありません。",
        ),
    ),
    LetterKind.IMPROVEMENT_ORDER: KindRule(
        title="改善命令書",
        basis=f"{ACT_NAME}第55条及び{PROCEDURE_ACT}第14条",
        reader=Reader.OPERATOR,
        facts=_CERTIFIED,
        fields=(
            LetterField(
                key="measures",
                label="命ずる措置の内容",
                help="何をすれば命令に従ったことになるのかを書きます。",
                sample="計画に定める安否確認を毎日行い、その年月日と状況を帳簿に記載すること。",
                shape=Shape.TEXT,
            ),
            LetterField(
                key="violation",
                label="違反した条項",
                help="法第46条、第47条、第48条又は第51条のどれに違反したのかを書きます（法第55条）。",
                sample="法第47条及び第48条",
            ),
            REASON,
            _due("措置の期限", "措置を終えるべき日です。"),
        ),
        body=(
            f"{ACT}第55条の規定により、下記のとおり必要な措置をとることを命じます。",
            "{措置の期限}までに措置をとり、その結果を書面で報告してください。",
        ),
        needs=("措置の期限",),
        appeals=True,
        fixed_title="御留意いただきたいこと",
        fixed=("この命令に違反したときは、法第56条第2項の規定により、認定を取り消すことがあります。",),
    ),
    LetterKind.REVOCATION_NOTICE: KindRule(
        title="居住安定援助計画認定取消通知書",
        basis=f"{ACT_NAME}第56条及び{PROCEDURE_ACT}第14条",
        reader=Reader.OPERATOR,
        facts=_CERTIFIED,
        fields=(
            LetterField(
                key="revoked_on",
                label="取消年月日",
                help="認定の効力がなくなる日です。",
                sample="令和8年12月25日",
                shape=Shape.DATE,
            ),
            LetterField(
                key="ground",
                label="取消しの根拠となる条項",
                help="法第56条第1項又は第2項の、どの号に当たるのかを書きます。",
                sample="法第56条第2項",
            ),
            REASON,
        ),
        body=(
            f"{{認定年月日}}付けで認定した居住安定援助計画（認定番号{{認定番号}}）について、{ACT}第56条の規定により、その認定を取り消しましたので、"
            "同条第3項の規定により、下記のとおり通知します。",
        ),
        needs=(CERTIFIED_NUMBER,),
        appeals=True,
        fixed_title="公示について",
        fixed=("認定を取り消したことは、法第56条第3項の規定により、公示します。",),
    ),
    LetterKind.ABOLITION_PUBLICATION: KindRule(
        title="居住安定援助賃貸住宅事業の廃止について（公示）",
        basis=f"{ORDINANCE_NAME}第23条",
        reader=Reader.PUBLIC,
        layout=Layout.PUBLICATION,
        facts=(HOUSING_NAME,),
        fields=_publication_fields("abolished_on", "廃止年月日"),
        body=(
            f"{ACT}第44条第3項の規定による居住安定援助賃貸住宅事業の廃止の届出があったので、"
            f"{ORDINANCE_NAME}第23条の規定により、次のとおり公示する。",
        ),
    ),
    LetterKind.REVOCATION_PUBLICATION: KindRule(
        title="居住安定援助計画の認定の取消しについて（公示）",
        basis=f"{ACT_NAME}第56条第3項及び{ORDINANCE_NAME}第38条",
        reader=Reader.PUBLIC,
        layout=Layout.PUBLICATION,
        facts=(HOUSING_NAME,),
        fields=_publication_fields("revoked_on", "取消年月日"),
        body=(
            f"{ACT}第56条の規定により居住安定援助計画の認定を取り消したので、同条第3項及び"
            f"{ORDINANCE_NAME}第38条の規定により、次のとおり公示する。",
        ),
    ),
}
"""Every kind with what it must contain.

Hearing: 行政手続法15条1項1号–4号 and 2項. Explanation: 30条1号–3号. Order: 法55条 (breach of 46条, 47条, 48条 or 51条) with reasons by
行政手続法14条. Revocation: 法56条1項・2項, told by 3項 and published by 省令38条. Abolition: 省令23条 names the five particulars.
Inspection: 法54条 (consent of who lives there, identity card).
"""

FOR_OPERATOR: Final = frozenset(kind for kind, rule in RULES.items() if rule.reader == Reader.OPERATOR)
"""What an applicant may ever see: letters to them. Inquiries, cards and publications are not."""

DECISIONS: Final = frozenset(
    {
        LetterKind.CERTIFICATION_NOTICE,
        LetterKind.REFUSAL_NOTICE,
        LetterKind.CHANGE_NOTICE,
        LetterKind.CHANGE_REFUSAL,
        LetterKind.SUCCESSION_NOTICE,
        LetterKind.SUCCESSION_REFUSAL,
        LetterKind.OTHER_USE_NOTICE,
        LetterKind.OTHER_USE_REFUSAL,
    }
)
"""What ends a procedure."""

FOR_OTHER_OFFICES: Final = frozenset(
    kind for kind, rule in RULES.items() if rule.reader == Reader.OTHER_OFFICE
)
"""What may name people under suspicion (要綱第5の3)."""

SHORT_APPEAL: Final = (
    "1 この処分について不服があるときは、この処分があったことを知った日の翌日から起算して3か月以内に、審査請求をすることができます。\n"
    "2 この処分の取消しの訴えは、この処分があったことを知った日の翌日から起算して6か月以内に、提起することができます。"
)
"""A 教示 for looking at a template where the municipality has written none yet; never sent."""


# --- Text with placeholders ---


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a municipality may word itself."""

    title: str
    body: tuple[str, ...]


def default_wording(kind: LetterKind) -> Wording:
    """The words of a municipality that has none of its own."""
    return Wording(title=RULES[kind].title, body=RULES[kind].body)


_BRACED: Final = re.compile(r"\{([^{}]*)\}")


def placeholders_in(text: str) -> tuple[str, ...]:
    """What stands between braces, in order."""
    return tuple(_BRACED.findall(text))


def fill(body: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """The paragraphs with every placeholder replaced once. Raises KeyError for one without a value.

    What is put in is never read for braces again: a name with braces in it stays what was typed.
    """
    return tuple(_BRACED.sub(lambda found: values[found[1]], paragraph) for paragraph in body)


def missing_fields(kind: LetterKind, given: Mapping[str, str]) -> tuple[LetterField, ...]:
    """Required particulars of a kind that were not given."""
    return tuple(
        field for field in RULES[kind].fields if field.required and not given.get(field.key, "").strip()
    )


def text_of(field: LetterField, given: Mapping[str, str]) -> str:
    """What was given for a particular, without spaces around it."""
    return given.get(field.key, "").strip()


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a body as it is typed: one per line, empty lines left out."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


LONGEST_TITLE: Final = 80
LONGEST_BODY: Final = 4_000


def problems_of(kind: LetterKind, wording: Wording) -> tuple[str, ...]:
    """What keeps a wording from being used, each as a sentence that says how to mend it."""
    return (
        *(["件名を書いてください。"] if not wording.title else []),
        *_brace_problems("件名", wording.title, allowed=()),
        *(["本文を1段落以上書いてください。"] if not wording.body else []),
        *_brace_problems("本文", "\n".join(wording.body), allowed=RULES[kind].placeholders),
        *_lacking(kind, wording),
    )


def _brace_problems(place: str, text: str, *, allowed: Sequence[str]) -> list[str]:
    unknown = dict.fromkeys(name for name in placeholders_in(text) if name not in allowed)
    found = [
        f"{place}の{{{name}}}は、ここでは使えません。"
        + (
            "下の「差し込める項目」から選んでください。"
            if allowed
            else "かっこを外して、そのまま書いてください。"
        )
        for name in unknown
    ]
    rest = _BRACED.sub("", text)
    if "{" in rest or "}" in rest:
        found.append(
            f"{place}に、閉じていないかっこ（{{ か }}）があります。項目の前後に1つずつ付けてください。"
        )
    return found


def _lacking(kind: LetterKind, wording: Wording) -> list[str]:
    used = {name for paragraph in wording.body for name in placeholders_in(paragraph)}
    return [
        f"本文に{{{name}}}がありません。この文書では、どこかに必ず入れてください。"
        for name in RULES[kind].needs
        if name not in used
    ]


def sample_fields(kind: LetterKind) -> dict[str, str]:
    """Invented particulars by key, for looking at a template."""
    return {field.key: field.sample for field in RULES[kind].fields}


def sample_of(kind: LetterKind, placeholder: str) -> str:
    """What a placeholder looks like when it is filled."""
    by_label = {field.label: field.sample for field in RULES[kind].fields}
    return by_label.get(placeholder) or SAMPLE_FACTS[placeholder]
