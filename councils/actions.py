"""The acts of the ring as the audit trail names them."""

from __future__ import annotations

from typing import Final

TABLE_READ: Final = "councils.table_read"
ROW_MENDED: Final = "councils.table_row_mended"
ROW_ACCEPTED: Final = "councils.table_row_accepted"
ROW_LEFT_OUT: Final = "councils.table_row_left_out"
ROW_REOPENED: Final = "councils.table_row_reopened"

ACTION_LABELS: Final[dict[str, str]] = {
    TABLE_READ: "協議会の一覧表を読み取る",
    ROW_MENDED: "一覧表の行を直す",
    ROW_ACCEPTED: "一覧表の行を取り込む",
    ROW_LEFT_OUT: "一覧表の行を取り込まないことにする",
    ROW_REOPENED: "一覧表の行を確認待ちに戻す",
}
"""What the acts are called in the audit trail, for `accounts.audit.name_actions`."""

LEGAL_BASIS: Final = "法81条"
"""住宅確保要配慮者に対する賃貸住宅の供給の促進に関する法律81条: the councils."""
