"""Municipalities, departments, users and their appointments."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from accounts.rules.roles import Role
from japan.codes import CodeError, check_municipality_code


def validate_municipality_code(value: str) -> None:
    """Six digits with a right check digit (全国地方公共団体コード)."""
    try:
        check_municipality_code(value)
    except CodeError as error:
        raise ValidationError(str(error)) from error


class Municipality(models.Model):
    """A local government. A prefecture is one too: it has officers, a council and surveys."""

    class Kind(models.TextChoices):
        PREFECTURE = "prefecture", "都道府県"
        CITY = "city", "市"
        SPECIAL_WARD = "special_ward", "特別区"
        TOWN = "town", "町"
        VILLAGE = "village", "村"

    code = models.CharField(
        "全国地方公共団体コード", max_length=6, unique=True, validators=[validate_municipality_code]
    )
    name = models.CharField("名称", max_length=40)
    kana = models.CharField("名称(カナ)", max_length=80)
    kind = models.CharField("種別", max_length=12, choices=Kind)
    has_welfare_office = models.BooleanField("福祉事務所を置く", default=True)
    population = models.PositiveIntegerField("人口", null=True, blank=True)
    population_on = models.DateField("人口の基準日", null=True, blank=True)

    class Meta:
        verbose_name = "自治体"
        verbose_name_plural = "自治体"
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(population__isnull=True, population_on__isnull=True)
                | Q(population__isnull=False, population_on__isnull=False),
                name="municipality_population_has_date",
                violation_error_message="人口と基準日は、両方を入れるか、両方を空にしてください。",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A section of a municipality. Its document symbol stands in the numbers of its notices."""

    class Side(models.TextChoices):
        WELFARE = "welfare", "福祉"
        HOUSING = "housing", "住宅"
        OTHER = "other", "その他"

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="departments", verbose_name="自治体"
    )
    name = models.CharField("課の名称", max_length=60)
    short_name = models.CharField("略称", max_length=4, help_text="一覧の進み具合に使う1〜4文字。例: 福")
    side = models.CharField("分野", max_length=8, choices=Side)
    document_symbol = models.CharField(
        "文書記号", max_length=20, help_text="文書番号の頭に付く記号。例: 東福福総"
    )
    phone = models.CharField("電話番号", max_length=20, blank=True)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = "課"
        verbose_name_plural = "課"
        ordering = ("municipality", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "name"), name="department_name_once_per_municipality"
            ),
        )

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail address; there is no user name."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in by e-mail. What the person may do comes from appointments, not from here."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("メールアドレス", unique=True)
    name = models.CharField("氏名", max_length=100)
    kana = models.CharField("氏名(カナ)", max_length=100, blank=True)
    is_staff = models.BooleanField("管理画面に入れる", default=False)
    is_active = models.BooleanField("使用中", default=True)
    date_joined = models.DateTimeField("登録日時", auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "利用者"
        verbose_name_plural = "利用者"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def in_force(self, day: dt.date) -> AppointmentQuerySet:
        """Appointments that hold on `day` (both ends included)."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), from_on__lte=day)


class Appointment(models.Model):
    """辞令: a person serves a department in a role from a day, until a day or until further notice."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="appointments", verbose_name="利用者"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="appointments", verbose_name="課"
    )
    role = models.CharField("役割", max_length=14, choices=Role)
    from_on = models.DateField("発令日")
    until = models.DateField(
        "終了日", null=True, blank=True, help_text="この日まで有効です。空なら終わりを定めません。"
    )
    note = models.CharField("備考", max_length=200, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "辞令"
        verbose_name_plural = "辞令"
        ordering = ("-from_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("from_on")),
                name="appointment_ends_after_it_begins",
                violation_error_message="終了日は発令日以後の日にしてください。",
            ),
            models.UniqueConstraint(
                fields=("user", "department", "role"),
                condition=Q(until__isnull=True),
                name="appointment_once_open_per_post",
                violation_error_message="同じ課・同じ役割の辞令がすでにあります。",
            ),
        )
        indexes = (models.Index(fields=("department", "role", "from_on"), name="appointment_of_department"),)

    def __str__(self) -> str:
        return f"{self.user} {self.department} {self.get_role_display()}"


class Handover(models.Model):
    """引継ぎ: the open cases of a person who leaves a department go to another on a day, at once or later.

    A sitting for 1 April is usually held in March: the row waits and the worker hands on when the day has come.
    """

    from_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="引き継ぐ人")
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="引き受ける人")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name="課")
    effective_on = models.DateField("引継ぎの日")
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="決めた人"
    )
    requested_at = models.DateTimeField("決めた日時")
    done_at = models.DateTimeField("引き継いだ日時", null=True, blank=True)
    case_count = models.PositiveIntegerField("引き継いだ件数", null=True, blank=True)

    class Meta:
        verbose_name = "引継ぎ"
        verbose_name_plural = "引継ぎ"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, case_count__isnull=True)
                | Q(done_at__isnull=False, case_count__isnull=False),
                name="handover_done_paired",
            ),
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="handover_between_two"),
        )
        indexes = (
            models.Index(
                fields=("effective_on",), condition=Q(done_at__isnull=True), name="handover_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_user} → {self.to_user}"
