"""What an appointment lets its holder do."""

from __future__ import annotations

from django.db.models import TextChoices


class Role(TextChoices):
    """役割. The rights of each are written beside what they open: workflow table, access decorators."""

    DESK = "desk", "窓口担当"
    REVIEWER = "reviewer", "審査担当"
    DECIDER = "decider", "決裁者"
    VIEWER = "viewer", "閲覧"
    AUDITOR = "auditor", "監査"
    ADMINISTRATOR = "administrator", "自治体管理者"
    COUNCIL_OFFICER = "council", "協議会担当"
