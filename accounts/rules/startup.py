"""What must be right before the system starts. Called from settings, so it depends on nothing but its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MODES: Final = ("demo", "test", "production")
SHORTEST_KEY: Final = 40


def problems(
    *, mode: str, secret_key: str, audit_key: str, demo_key: str, debug: bool, hosts: Sequence[str]
) -> list[str]:
    """Sentences that say what is wrong and how to mend it; empty when the system may start.

    In production every key must be its own, long, and not the one of the demo; debug pages must be off; and the host
    names must be written out. Demo and test start with anything, so that a first run needs no set-up.
    """
    if mode not in MODES:
        return [f"SUMAI_MODE={mode!r} は使えません。{'、'.join(MODES)} のどれかを設定してください。"]
    if mode != "production":
        return []
    found = [
        *_key_problems("SECRET_KEY", secret_key, demo_key=demo_key),
        *_key_problems("AUDIT_KEY", audit_key, demo_key=demo_key),
    ]
    if secret_key == audit_key:
        found.append("SECRET_KEY と AUDIT_KEY が同じです。別々の値を設定してください。")
    if debug:
        found.append("DEBUG が有効です。本番では DEBUG を外すか、False にしてください。")
    if not [host for host in hosts if host.strip()]:
        found.append("ALLOWED_HOSTS が空です。公開するホスト名をコンマ区切りで設定してください。")
    if "*" in hosts:
        found.append("ALLOWED_HOSTS に * は使えません。公開するホスト名を書いてください。")
    return found


def _key_problems(name: str, key: str, *, demo_key: str) -> list[str]:
    if key == demo_key:
        return [
            f"{name} が試用の値のままです。この自治体だけの値を設定してください({SHORTEST_KEY}文字以上)。"
        ]
    if len(key) < SHORTEST_KEY:
        return [f"{name} が短すぎます。{SHORTEST_KEY}文字以上の推測できない値を設定してください。"]
    return []
