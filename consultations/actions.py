"""The acts of consultations as the audit trail names them. Reading is an act too."""

from __future__ import annotations

from typing import Final

RECEIVED: Final = "consultations.received"
VIEWED: Final = "consultations.viewed"
SEARCHED: Final = "consultations.searched"
PRINTED: Final = "consultations.printed"
CHANGED: Final = "consultations.changed"
CONTACT_WRITTEN: Final = "consultations.contact_written"
TASK_ADDED: Final = "consultations.task_added"
TASK_DONE: Final = "consultations.task_done"
ASSIGNED: Final = "consultations.assigned"
CONSENT_GIVEN: Final = "consultations.consent_given"
CONSENT_WITHDRAWN: Final = "consultations.consent_withdrawn"
CONSENT_OVERRIDDEN: Final = "consultations.consent_overridden"
OVERRIDE_REVIEWED: Final = "consultations.override_reviewed"
PROTECTED: Final = "consultations.protected"
UNPROTECTED: Final = "consultations.unprotected"
READER_NAMED: Final = "consultations.reader_named"
READER_REMOVED: Final = "consultations.reader_removed"
OPENED: Final = "consultations.opened"
BOOKED: Final = "consultations.booked"
BOOKING_MOVED: Final = "consultations.booking_moved"
BOOKING_CANCELLED: Final = "consultations.booking_cancelled"
BOOKING_MARKED: Final = "consultations.booking_marked"
DAY_VIEWED: Final = "consultations.day_viewed"
SHOP_ASKED: Final = "consultations.shop_asked"
SHOP_ANSWERED: Final = "consultations.shop_answered"
SHOP_NAMED: Final = "consultations.shop_named"
SHOP_READ_NAME: Final = "consultations.shop_read_name"
SHOP_STAGE: Final = "consultations.shop_stage"
SHOP_ENDED: Final = "consultations.shop_ended"
SHOP_SHEET_PRINTED: Final = "consultations.shop_sheet_printed"
AGENCY_SAVED: Final = "consultations.agency_saved"
REFERRED: Final = "consultations.referred"
REFERRAL_READ: Final = "consultations.referral_read"
REFERRAL_ANSWERED: Final = "consultations.referral_answered"
REFERRAL_ENDED: Final = "consultations.referral_ended"
REFERRAL_PRINTED: Final = "consultations.referral_printed"
CONFERENCE_CALLED: Final = "consultations.conference_called"
CONFERENCE_PUT: Final = "consultations.conference_put"
CONFERENCE_NOTED: Final = "consultations.conference_noted"
CONFERENCE_HELD: Final = "consultations.conference_held"
CONFERENCE_PRINTED: Final = "consultations.conference_printed"
PLAN_WRITTEN: Final = "consultations.plan_written"
FOLLOWED_UP: Final = "consultations.followed_up"
TRANSFER_OFFERED: Final = "consultations.transfer_offered"
TRANSFER_VIEWED: Final = "consultations.transfer_viewed"
TRANSFER_ANSWERED: Final = "consultations.transfer_answered"
TRANSFER_WITHDRAWN: Final = "consultations.transfer_withdrawn"
FILE_ADDED: Final = "consultations.file_added"
FILE_OPENED: Final = "consultations.file_opened"
FILE_REMOVED: Final = "consultations.file_removed"
WATCH_ADDED: Final = "consultations.watch_added"
LEAVING_BEGUN: Final = "consultations.leaving_begun"
CLOSED: Final = "consultations.closed"
REOPENED: Final = "consultations.reopened"
STATISTICS_EXPORTED: Final = "consultations.statistics_exported"
RETENTION_SET: Final = "consultations.retention_set"
HELD: Final = "consultations.held"
HOLD_LIFTED: Final = "consultations.hold_lifted"
DISPOSAL_PROPOSED: Final = "consultations.disposal_proposed"
DISPOSAL_WITHDRAWN: Final = "consultations.disposal_withdrawn"
DISPOSAL_APPROVED: Final = "consultations.disposal_approved"
DISPOSED: Final = "consultations.disposed"
DISCLOSED: Final = "consultations.disclosed"
CORRECTION_ASKED: Final = "consultations.correction_asked"

ACTION_LABELS: Final[dict[str, str]] = {
    RECEIVED: "相談を受け付ける",
    VIEWED: "相談を開く",
    SEARCHED: "相談をさがす",
    PRINTED: "相談を印刷する",
    CHANGED: "相談の内容を直す",
    CONTACT_WRITTEN: "対応を記録する",
    TASK_ADDED: "することを加える",
    TASK_DONE: "することを済みにする",
    ASSIGNED: "相談の担当を決める",
    CONSENT_GIVEN: "同意を記録する",
    CONSENT_WITHDRAWN: "同意の撤回を記録する",
    CONSENT_OVERRIDDEN: "同意によらない提供を決める",
    OVERRIDE_REVIEWED: "同意によらない提供を確かめる",
    PROTECTED: "要保護にする",
    UNPROTECTED: "要保護を解く",
    READER_NAMED: "要保護の相談を開ける人を加える",
    READER_REMOVED: "要保護の相談を開ける人を外す",
    OPENED: "要保護の相談を緊急に開く",
    BOOKED: "相談を予約する",
    BOOKING_MOVED: "予約の時刻を変える",
    BOOKING_CANCELLED: "予約を取り消す",
    BOOKING_MARKED: "来たかどうかを記録する",
    DAY_VIEWED: "予約の一日を開く",
    SHOP_ASKED: "店に問い合わせる",
    SHOP_ANSWERED: "店の回答を受ける",
    SHOP_NAMED: "店に名前と電話番号を伝える",
    SHOP_READ_NAME: "店が名前と電話番号を見る",
    SHOP_STAGE: "内見・申込・審査を記録する",
    SHOP_ENDED: "店への問合せを終える",
    SHOP_SHEET_PRINTED: "店への問合せ票を印刷する",
    AGENCY_SAVED: "関係機関を登録する・直す",
    REFERRED: "関係機関に紹介する",
    REFERRAL_READ: "関係機関が紹介の内容を見る",
    REFERRAL_ANSWERED: "関係機関の回答を受ける",
    REFERRAL_ENDED: "関係機関への紹介を終える",
    REFERRAL_PRINTED: "紹介票を印刷する",
    CONFERENCE_CALLED: "ケース会議を決める",
    CONFERENCE_PUT: "相談をケース会議に出す",
    CONFERENCE_NOTED: "ケース会議で決まったことを記録する",
    CONFERENCE_HELD: "ケース会議を終える",
    CONFERENCE_PRINTED: "ケース会議の資料を刷る",
    PLAN_WRITTEN: "支援プランを書く",
    FOLLOWED_UP: "入居後のようすを記録する",
    TRANSFER_OFFERED: "引き継ぎを頼む",
    TRANSFER_VIEWED: "引き継ぎの依頼を見る",
    TRANSFER_ANSWERED: "引き継ぎの依頼に答える",
    TRANSFER_WITHDRAWN: "引き継ぎの依頼を取りやめる",
    FILE_ADDED: "相談に資料を付ける",
    FILE_OPENED: "相談の資料を開く",
    FILE_REMOVED: "相談の資料を取り除く",
    WATCH_ADDED: "見守りの日を入れる",
    LEAVING_BEGUN: "退居の手順を始める",
    CLOSED: "相談を終結する",
    REOPENED: "相談を再開する",
    STATISTICS_EXPORTED: "相談の統計を書き出す",
    RETENTION_SET: "相談の保存期間を決める",
    HELD: "相談の廃棄を止める",
    HOLD_LIFTED: "相談の廃棄の停止を解く",
    DISPOSAL_PROPOSED: "相談の廃棄の案を出す",
    DISPOSAL_WITHDRAWN: "相談の廃棄の案を取り下げる",
    DISPOSAL_APPROVED: "相談の廃棄を承認する",
    DISPOSED: "相談を廃棄する",
    DISCLOSED: "相談の開示の写しを作る",
    CORRECTION_ASKED: "相談の訂正の請求を記録する",
}
"""What the acts are called in the audit trail, for `accounts.audit.name_actions`."""
