"""資料: papers and pictures of a case."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from consultations.models.cases import Case


class CaseFile(models.Model):
    """A paper or picture of a case. The file itself lies outside the web root under a random name.

    What was put in by mistake is taken out: the file goes, the row stays and says so.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files", verbose_name="相談")
    label = models.CharField("何の資料か", max_length=120)
    original_name = models.CharField("元のファイル名", max_length=255, blank=True)
    stored_name = models.CharField("保管名", max_length=80, blank=True)
    content_type = models.CharField("形式", max_length=80)
    size = models.PositiveIntegerField("大きさ(バイト)")
    sha256 = models.CharField("指紋", max_length=64)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="付けた人")
    added_at = models.DateTimeField("付けた日時")
    removed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="取り除いた人"
    )
    removed_at = models.DateTimeField("取り除いた日時", null=True, blank=True)

    class Meta:
        verbose_name = "相談の資料"
        verbose_name_plural = "相談の資料"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("case", "sha256"), condition=Q(removed_at__isnull=True), name="case_file_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True) & ~Q(stored_name="")
                | Q(removed_at__isnull=False, removed_by__isnull=False, stored_name="", original_name=""),
                name="case_file_removed_facts_together",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.added_at:%Y-%m-%d}"
