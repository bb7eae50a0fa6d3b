"""公開一覧: the public row of a certified plan."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from certification.models.plans import Plan, PlanVersion
from certification.rules.register import PublicField


def _paired(low: str, high: str) -> Q:
    """Both ends are known, or neither."""
    neither = Q(**{f"{low}__isnull": True, f"{high}__isnull": True})
    # A comparison with NULL is not false, so a check would let half a span pass.
    both = Q(**{f"{low}__isnull": False, f"{high}__isnull": False, f"{low}__lte": F(high)})
    return neither | both


class RegisterEntryQuerySet(models.QuerySet["RegisterEntry"]):
    def listed(self) -> RegisterEntryQuerySet:
        """What the public may see: an abolished or revoked plan is out. Public selectors start here."""
        return self.filter(plan__status=Plan.Status.CERTIFIED)


class RegisterEntry(models.Model):
    """A certified plan as everybody sees it.

    `card` and the columns after it are derived from `version` and `published_fields` by `services.register` alone: what
    the operator did not agree to stands nowhere in this row but as a reference to the version.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    plan = models.OneToOneField(
        Plan, on_delete=models.PROTECT, related_name="register_entry", verbose_name="計画"
    )
    version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", verbose_name="認定された版"
    )
    published_fields = models.JSONField("公開する項目", default=list, blank=True)
    card = models.JSONField("公開する内容", default=dict, blank=True)
    rent_low_yen = models.PositiveIntegerField("家賃(下)", null=True, blank=True)
    rent_high_yen = models.PositiveIntegerField("家賃(上)", null=True, blank=True)
    floor_area_low_m2 = models.DecimalField("広さ(下)", max_digits=9, decimal_places=2, null=True, blank=True)
    floor_area_high_m2 = models.DecimalField(
        "広さ(上)", max_digits=9, decimal_places=2, null=True, blank=True
    )
    facets = models.TextField("しぼり込み用", blank=True)
    vacancies = models.PositiveSmallIntegerField("空いている部屋の数", null=True, blank=True)
    vacancies_on = models.DateField("空きを知らせた日", null=True, blank=True)
    revision = models.PositiveIntegerField("更新回数", default=0)
    changed_at = models.DateTimeField("更新日時")

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "公開一覧の住宅"
        verbose_name_plural = "公開一覧の住宅"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=_paired("rent_low_yen", "rent_high_yen"), name="register_entry_rent_span"
            ),
            models.CheckConstraint(
                condition=_paired("floor_area_low_m2", "floor_area_high_m2"), name="register_entry_area_span"
            ),
            models.CheckConstraint(
                condition=Q(vacancies__isnull=True, vacancies_on__isnull=True)
                | Q(vacancies__isnull=False, vacancies_on__isnull=False),
                name="register_entry_vacancies_dated",
            ),
        )

    def __str__(self) -> str:
        return f"公開一覧 {self.pk}"

    def shows(self, field: PublicField) -> bool:
        """Whether the operator agreed to show this."""
        return field.value in self.published_fields
