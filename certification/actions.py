"""The Japanese names of certification's acts in the audit trail."""

from __future__ import annotations

from accounts.audit import name_actions
from certification.rules.workflow import NOUNS, Action


def register() -> None:
    """Name the acts of the state table and the reads and writes beside it."""
    name_actions({f"certification.{action.value}": NOUNS.get(action, str(action.label)) for action in Action})
    name_actions(
        {
            "certification.begin": "計画を書き始める",
            "certification.attach": "書類を添付する",
            "certification.detach": "書類を外す",
            "certification.remove_draft_point": "補正の指摘を案から外す",
            "certification.hand_over": "担当を引き継ぐ",
            "certification.publish": "公開一覧に出す項目を決める",
            "certification.viewed": "申請を開く",
            "certification.plan_viewed": "認定計画を開く",
            "certification.document_opened": "添付書類を開く",
            "certification.letter_opened": "通知文書を開く",
            "certification.sheet_opened": "審査票を開く",
            "certification.ledger_exported": "認定台帳を書き出す",
            "certification.preliminary_recorded": "事前相談を記録する",
            "certification.preliminary_changed": "事前相談の記録を直す",
            "certification.preliminary_tied": "事前相談を申請に結び付ける",
            "certification.preliminary_untied": "事前相談を申請から外す",
            "certification.preliminary_viewed": "事前相談の記録を開く",
            "certification.preliminary_sheet_opened": "事前相談の日程表を開く",
            "certification.preliminary_booked": "事前相談を予約する",
            "certification.preliminary_booking_cancelled": "事前相談の予約を取り消す",
            "certification.contact_point_saved": "事前相談の窓口を変える",
            "certification.supervision_tip_recorded": "通報を記録する",
            "certification.supervision_tip_closed": "通報への対応を終える",
            "certification.supervision_tip_viewed": "通報を開く",
            "certification.supervision_opened": "監督の画面を開く",
            "certification.supervision_sheet_opened": "監督の共有票を開く",
            "certification.supervision_started": "監督の措置を起案する",
            "certification.supervision_revised": "監督の措置を書き直す",
            "certification.supervision_acted": "監督の措置を進める",
            "certification.supervision_findings": "立入検査の結果を書く",
            "certification.supervision_viewed": "監督の措置を開く",
            "certification.supervision_file_added": "措置に写真・書類を付ける",
            "certification.supervision_file_opened": "措置の写真・書類を開く",
            "certification.plan_revoked": "認定を取り消す",
        }
    )
