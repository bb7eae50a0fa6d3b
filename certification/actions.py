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
            "certification.rent_added": "近傍の家賃を加える",
            "certification.rent_removed": "近傍の家賃を外す",
            "certification.follow_up_done": "認定後の確認を記録する",
            "certification.threshold_added": "基準の数値を加える",
            "certification.threshold_ended": "基準の数値を終わらせる",
            "certification.partner_named": "共同申請者を招く",
            "certification.partner_ended": "共同申請者を外す",
            "certification.partner_asked": "共同申請者に同意をお願いする",
            "certification.operator_invited": "事業者の人を招待する",
            "certification.operator_invitation_withdrawn": "招待を取り消す",
            "certification.operator_joined": "招待を受け入れる",
            "certification.operator_role_changed": "事業者の人の役割を変える",
            "certification.operator_member_removed": "事業者の人を外す",
            "certification.viewed": "申請を開く",
            "certification.plan_viewed": "認定計画を開く",
            "certification.document_opened": "添付書類を開く",
            "certification.letter_opened": "通知文書を開く",
            "certification.letter_delivered": "通知文書の交付を記録する",
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
            "certification.national_id_recorded": "国のシステムの計画番号を記録する",
            "certification.national_export_read": "国のシステムの一覧を読み込む",
            "certification.national_mapping_confirmed": "国のシステムの列の割り当てを決める",
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
