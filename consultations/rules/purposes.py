"""Why a copy leaves a case file. Chosen from lists: the audit trail keeps no free text."""

from __future__ import annotations

from django.db.models import TextChoices


class CopyPurpose(TextChoices):
    """何のために統計を書き出すか."""

    COUNCIL = "council", "協議会への報告"
    REPORT = "report", "国や都道府県への報告"
    ASSEMBLY = "assembly", "議会・監査の資料"
    PLANNING = "planning", "事業の見直し"
    PUBLISH = "publish", "公表"


class Asker(TextChoices):
    """だれが開示を求めたか (個人情報保護法76条: the person, or who acts for them)."""

    SELF = "self", "本人"
    LEGAL = "legal", "法定代理人"
    CHOSEN = "chosen", "任意代理人"


class DisclosurePurpose(TextChoices):
    """何のために写しを作るか."""

    DISCLOSURE = "disclosure", "開示の請求(個人情報保護法76条)"
    CORRECTION = "correction", "訂正の請求の確かめ(同90条)"
    REVIEW = "review", "審査請求・監査への対応"
