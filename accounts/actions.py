"""The Japanese names of what this floor writes into the audit trail."""

from __future__ import annotations

from typing import Final

from accounts.audit import name_actions

SIGNED_IN: Final = "accounts.signed_in"
SIGN_IN_FAILED: Final = "accounts.sign_in_failed"
SIGNED_OUT: Final = "accounts.signed_out"
PASSWORD_SET: Final = "accounts.password_set"  # noqa: S105 - the name of an act
PERSON_ADDED: Final = "accounts.person_added"
REGISTERED: Final = "accounts.registered"
INVITED: Final = "accounts.invited"
APPOINTED: Final = "accounts.appointed"
APPOINTMENT_ENDED: Final = "accounts.appointment_ended"
TRANSFERRED: Final = "accounts.transferred"
HANDED_ON: Final = "accounts.handed_on"
NOTICE_RETRIED: Final = "accounts.notice_retried"
AUDIT_SEARCHED: Final = "accounts.audit_searched"
AUDIT_EXPORTED: Final = "accounts.audit_exported"
ADMIN_CHANGED: Final = "accounts.admin_changed"

name_actions(
    {
        SIGNED_IN: "ログインした",
        SIGN_IN_FAILED: "ログインに失敗した",
        SIGNED_OUT: "ログアウトした",
        PASSWORD_SET: "パスワードを設定した",
        PERSON_ADDED: "利用者を登録した",
        REGISTERED: "招待を受けて登録した",
        INVITED: "利用者を招待した",
        APPOINTED: "辞令を出した",
        APPOINTMENT_ENDED: "辞令を終えた",
        TRANSFERRED: "異動をまとめて処理した",
        HANDED_ON: "案件を引き継いだ",
        NOTICE_RETRIED: "メールの再送を指示した",
        AUDIT_SEARCHED: "監査記録を検索した",
        AUDIT_EXPORTED: "監査記録を書き出した",
        ADMIN_CHANGED: "管理画面で変更した",
    }
)
