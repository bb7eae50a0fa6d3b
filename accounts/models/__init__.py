"""What the ground floor keeps. Who: `people`; who did what: `trail`; what goes out: `outbox`."""

from accounts.models.outbox import Notice, ScheduledJob
from accounts.models.people import Appointment, Department, Handover, Municipality, User
from accounts.models.trail import AuditEvent, AuditSeal
from accounts.rules.roles import Role

__all__ = (
    "Appointment",
    "AuditEvent",
    "AuditSeal",
    "Department",
    "Handover",
    "Municipality",
    "Notice",
    "Role",
    "ScheduledJob",
    "User",
)
