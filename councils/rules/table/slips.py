"""Slips of recognition that language alone gives away (貸貸人, あつた), each with what was probably meant.

They are suggested and never made: the text stays as it came until a person agrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SLIPS = tuple(
    (re.compile(pattern), right)
    for pattern, right in (
        (r"貸貸", "賃貸"),
        (r"賃賃", "賃貸"),
        (r"每", "毎"),
        (r"(?<=[あなか])つ(?=た)", "っ"),
        (r"行な?はれ", "行われ"),
        (r"行ふ", "行う"),
        (r"支部分[部会]", "支部"),
        (r"ーー+", "ー"),
        (r"マスタートップラン|マスターープラン", "マスタープラン"),
        (r"独自マーケット", "独自マーク"),
        (r"駆前", "駅前"),
        (r"(?<!構)構員", "構成員"),
        (r"(?<!ビジネス)パートナーセンター", "人材センター"),
        (r"(?<!ヒ)アリングシート", "ヒアリングシート"),
        (r"暮らし配布", "ちらし配布"),
        (r"開催時は常時", "開庁時は常時"),
        (r"府内(?=調整|関係課|連携|会議|[・と]府?外)", "庁内"),
        (r"住宅確保要配慮(?![者])", "住宅確保要配慮者"),
        (r"(?<![ァ-ヴー])オナー(?=[、。・やにのがへ])", "オーナー"),
        (r"部屋がし", "部屋さがし"),
        (r"おしゃらせ", "おしらせ"),
        (r"目指んだ", "目指した"),
        (r"つながらる", "つながる"),
        (r"取扱相談", "取引相談"),
        (r"居住探し", "住居探し"),
        (r"副事(?=\(|$|\s)", "副参事"),
        (r"ネットワーカーセンター", "ネットワークセンター"),
    )
)


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands there and what is suggested, each with a little of the text around it."""

    written: str
    suggested: str


def find_slips(text: str, *, municipality: str = "") -> list[Slip]:
    """Each kind of slip once. `municipality` lets a city with exchanged letters be seen: 野輪市 in a row of 輪野市."""
    found = [_in_context(text, match, right) for pattern, right in _SLIPS if (match := pattern.search(text))]
    return found + list(_exchanged(text, municipality))


def _in_context(text: str, match: re.Match[str], right: str) -> Slip:
    before = re.split(r"\s", text[max(0, match.start() - 6) : match.start()])[-1]
    after = re.split(r"\s", text[match.end() : match.end() + 6])[0]
    return Slip(f"{before}{match.group()}{after}", f"{before}{right}{after}")


def _exchanged(text: str, municipality: str) -> Iterator[Slip]:
    stem, kind = municipality[:-1], municipality[-1:]
    if len(stem) < 2 or kind not in "市区町村":
        return
    for at in range(len(text) - len(stem)):
        part = text[at : at + len(stem)]
        if text[at + len(stem)] == kind and part != stem and sorted(part) == sorted(stem):
            yield Slip(part + kind, municipality)
            return
