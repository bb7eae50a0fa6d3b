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
            "certification.partner_named": "共同申請者を招く",
            "certification.partner_ended": "共同申請者を外す",
            "certification.partner_asked": "共同申請者に同意をお願いする",
            "certification.operator_invited": "事業者の人を招待する",
            "certification.operator_invitation_withdrawn": "招待を取り消す",
            "certification.operator_joined": "招待を受け入れる",
            "certification.operator_role_changed": "事業者の人の役割を変える",
            "certification.operator_member_removed": "事業者の人を外す",
            "certification.viewed": "申請を開く",
            "certification.document_opened": "添付書類を開く",
            "certification.letter_opened": "通知文書を開く",
            "certification.sheet_opened": "審査票を開く",
            "certification.ledger_exported": "認定台帳を書き出す",
        }
    )
