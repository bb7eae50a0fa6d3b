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
            "certification.document_opened": "添付書類を開く",
            "certification.letter_opened": "通知文書を開く",
            "certification.sheet_opened": "審査票を開く",
            "certification.ledger_exported": "認定台帳を書き出す",
            "certification.inquiry_drafted": "照会を作り始める",
            "certification.inquiry_edited": "照会を書く",
            "certification.inquiry_sent": "照会を送る",
            "certification.inquiry_answered": "照会の回答を記録する",
            "certification.inquiry_judged": "是正の見込みを判断する",
            "certification.inquiry_withdrawn": "照会を取り下げる",
            "certification.inquiry_link_made": "照会に答えるリンクを作る",
            "certification.inquiry_viewed": "照会を開く",
        }
    )
