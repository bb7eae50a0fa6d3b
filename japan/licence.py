"""宅建免許: the licence number of a real-estate broker (宅地建物取引業法3条1項), as it stands on signs and in lists."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MINISTER = "国土交通大臣"

_PREFECTURES = (  # the 47, in the order of JIS X 0401
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 "
    "石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 "
    "岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県"
)
GOVERNORS = tuple(f"{prefecture}知事" for prefecture in _PREFECTURES.split())

# Hokkaido numbers its licences per subprefecture and writes that after the governor: 北海道知事石狩(3)第1234号.
# 網走 is the name that オホーツク had until 2010.
_SUBPREFECTURES = "石狩 渡島 檜山 後志 空知 上川 留萌 宗谷 オホーツク 網走 胆振 日高 十勝 釧路 根室"

LICENSORS = frozenset((MINISTER, *GOVERNORS, *(f"北海道知事{name}" for name in _SUBPREFECTURES.split())))

_EXAMPLE = "「東京都知事(3)第12345号」"
_LONGEST = 60  # characters
_NUMBER = re.compile(r"(?P<licensor>[^0-9()]+)\((?P<renewals>[0-9]{1,2})\)第?(?P<number>[0-9]{1,7})号?")
_BRACKETS = str.maketrans("[]〔〕【】", "()()()")


class LicenceError(ValueError):
    """A licence number that cannot be right. Its text is a Japanese sentence for the person who typed."""


@dataclass(frozen=True)
class BrokerLicence:
    """A licence number. Its parts are checked when it is made; raises LicenceError."""

    licensor: str
    """国土交通大臣, a governor (東京都知事), or a governor and subprefecture (北海道知事石狩)."""
    renewals: int
    """The figure in brackets: 1 for the first licence, one more with each renewal (宅地建物取引業法3条3項)."""
    number: int

    def __post_init__(self) -> None:
        if self.licensor not in LICENSORS:
            raise LicenceError(_licensor_problem(self.licensor))
        if self.renewals < 1:
            raise LicenceError(
                f"宅建免許の括弧の中の数は1以上です({self.renewals}となっています)。免許証を確かめてください。"
            )
        if self.number < 1:
            raise LicenceError(
                f"宅建免許の番号は1以上です({self.number}となっています)。免許証を確かめてください。"
            )

    def format(self) -> str:
        """東京都知事(3)第12345号."""
        return f"{self.licensor}({self.renewals})第{self.number}号"


def parse_broker_licence(text: str) -> BrokerLicence:
    """Read a licence number as people write it.

    Accepted besides 東京都知事(3)第12345号: full-width brackets and digits, square brackets, spaces, 免許 after the
    licensor, leading zeros, and 第 or 号 left out. Raises LicenceError.
    """
    match = _NUMBER.fullmatch(_normalised(text))
    if match is None:
        raise LicenceError(
            f"宅建免許の番号として読めません。{_EXAMPLE}のように、免許をした者、括弧の中の数、番号の順に書いてください。"
        )
    return BrokerLicence(
        licensor=match["licensor"].removesuffix("免許"),
        renewals=int(match["renewals"]),
        number=int(match["number"]),
    )


def _normalised(text: str) -> str:
    if not text.strip():
        raise LicenceError(f"宅建免許の番号が空です。{_EXAMPLE}のように書いてください。")
    if len(text) > _LONGEST:
        raise LicenceError(
            f"宅建免許の番号として長すぎます({len(text)}文字)。{_EXAMPLE}のように番号だけを書いてください。"
        )
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).translate(_BRACKETS))


def _licensor_problem(licensor: str) -> str:
    if licensor == "建設大臣":
        return "建設大臣の免許は、今は国土交通大臣の免許です。「国土交通大臣」と書き、括弧の中の数を免許証で確かめてください。"
    meant = [governor for governor in GOVERNORS if licensor in (governor[:-3] + "知事", governor[:-2])]
    hint = f"「{meant[0]}」ではありませんか。" if meant else ""
    return f"「{licensor}」は免許をした者の名ではありません。{hint}「国土交通大臣」か「東京都知事」のように書いてください。"
