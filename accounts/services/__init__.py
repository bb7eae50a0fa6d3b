"""What may be done here. People: `appointments`, `transfers`; mail: `notices`; logins: `signing_in`; trail: `reading`."""

from accounts.services.appointments import (
    AppointmentRefused,
    NewPerson,
    appoint,
    end_appointment,
    invite_again,
    password_path,
)
from accounts.services.notices import NoticeRefused, mark_all_read, open_notice, retry_notice
from accounts.services.reading import ExportTooLarge, export_audit, note_audit_search
from accounts.services.registering import EmailInUse, register_person
from accounts.services.signing_in import (
    record_failed_sign_in,
    record_password_set,
    record_sign_in,
    record_sign_out,
)
from accounts.services.transfers import (
    TransferLine,
    TransferRefused,
    perform_handovers,
    preview_transfer,
    sitting_fingerprint,
    transfer,
)

__all__ = (
    "AppointmentRefused",
    "EmailInUse",
    "ExportTooLarge",
    "NewPerson",
    "NoticeRefused",
    "TransferLine",
    "TransferRefused",
    "appoint",
    "end_appointment",
    "export_audit",
    "invite_again",
    "mark_all_read",
    "note_audit_search",
    "open_notice",
    "password_path",
    "perform_handovers",
    "preview_transfer",
    "record_failed_sign_in",
    "record_password_set",
    "record_sign_in",
    "record_sign_out",
    "register_person",
    "retry_notice",
    "sitting_fingerprint",
    "transfer",
)
