"""目的外使用の承認: which dedicated rooms may be let to others, and until when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from certification.models.cases import Application
from certification.models.plans import Plan


class OtherUsePermit(models.Model):
    """One approval (法50条1項): rooms by their keys in the plan, a fixed-term lease that ends (3項).

    The end date is watched: the operator is reminded before it, the office after it.
    """

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="other_use_permits", verbose_name="計画"
    )
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="other_use_permit", verbose_name="申請"
    )
    unit_keys = models.JSONField("部屋")
    lease_from = models.DateField("賃貸借の始まり")
    lease_until = models.DateField("賃貸借の終わり")

    class Meta:
        verbose_name = "目的外使用の承認"
        verbose_name_plural = "目的外使用の承認"
        ordering = ("plan", "lease_until")
        constraints = (
            models.CheckConstraint(
                condition=Q(lease_until__gte=F("lease_from")), name="other_use_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} {self.lease_until}まで"
