"""A consultation case: who asks, what stands in the way, and who may read it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from consultations.rules.words import (
    AgeBand,
    CaseState,
    Confidentiality,
    EventKind,
    Household,
    Housing,
    Method,
    MovingReason,
    Outcome,
    PhoneRule,
    Route,
    Triage,
)
from councils.models import Category, Council, Desk


class CaseNumberSeries(models.Model):
    """The last number a council gave in a fiscal year."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+", verbose_name="協議会")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("最後の番号", default=0)

    class Meta:
        verbose_name = "相談番号"
        verbose_name_plural = "相談番号"
        constraints = (
            models.UniqueConstraint(fields=("council", "fiscal_year"), name="case_series_once_a_year"),
        )

    def __str__(self) -> str:
        return f"{self.council} {self.fiscal_year}年度 {self.last}"


class Case(models.Model):
    """相談ケース. Everything about the person is a column here, so that one list says what leaves and what is erased."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField("フォームの鍵", unique=True, help_text="二度押しても一つの相談にします。")
    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, related_name="cases", verbose_name="協議会"
    )
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="cases", verbose_name="窓口")
    first_desk = models.ForeignKey(
        Desk,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="初めに受け付けた窓口",
        help_text="引き継いだときだけ。数えるのは、この窓口です。",
    )
    number = models.CharField("相談番号", max_length=20)
    state = models.CharField("状態", max_length=8, choices=CaseState, default=CaseState.OPEN)
    revision = models.PositiveIntegerField("改版", default=0)

    received_at = models.DateTimeField("受け付けた日時")
    received_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="受け付けた人"
    )
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="担当"
    )
    method = models.CharField("相談の方法", max_length=8, choices=Method)
    route = models.CharField("相談経路", max_length=12, choices=Route, blank=True)
    triage = models.CharField("方針", max_length=12, choices=Triage, default=Triage.UNDECIDED)
    confidentiality = models.CharField(
        "秘匿", max_length=10, choices=Confidentiality, default=Confidentiality.NORMAL
    )

    name = models.CharField("氏名", max_length=100, blank=True)
    kana = models.CharField("氏名(カナ)", max_length=100, blank=True)
    call_name = models.CharField("呼び名", max_length=60, blank=True)
    is_pseudonym = models.BooleanField("仮の名前", default=False)
    birth_date = models.DateField("生年月日", null=True, blank=True)
    age_band = models.CharField("年代", max_length=6, choices=AgeBand, blank=True)
    address = models.CharField("住所", max_length=200, blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    email = models.EmailField("メール", blank=True)
    phone_rule = models.CharField("電話のしかた", max_length=10, choices=PhoneRule, default=PhoneRule.OK)
    contact_note = models.CharField("連絡するときの注意", max_length=200, blank=True)
    proxy_name = models.CharField("代わりに相談した人", max_length=100, blank=True)
    proxy_relation = models.CharField("本人との関係", max_length=60, blank=True)
    proxy_phone = models.CharField("代わりに相談した人の電話番号", max_length=20, blank=True)
    language = models.CharField("ことば・通訳", max_length=60, blank=True)

    household = models.CharField("世帯", max_length=14, choices=Household, blank=True)
    household_size = models.PositiveSmallIntegerField("人数", null=True, blank=True)
    housing = models.CharField("いまの住まい", max_length=10, choices=Housing, blank=True)
    leave_by = models.DateField("退去期限", null=True, blank=True)
    moving_reason = models.CharField("転居理由", max_length=12, choices=MovingReason, blank=True)
    obstacles = models.JSONField("見つかりにくい事情", default=list, blank=True)
    rent_limit_yen = models.PositiveIntegerField("家賃の上限(円)", null=True, blank=True)
    wished_area = models.CharField("希望する地域", max_length=120, blank=True)
    wishes = models.TextField("そのほかの希望", blank=True)
    summary = models.TextField("相談の内容", blank=True)

    search_text = models.TextField("検索用", blank=True, editable=False)
    # NULL where none is known: a column that may be empty is added without copying the table, which SQLite would not do
    # while triggers of other tables look at this one.
    phone_digits = models.CharField(  # noqa: DJ001
        "電話番号の数字", max_length=20, null=True, blank=True, editable=False
    )
    last_contact_at = models.DateTimeField("最後の対応", null=True, blank=True)
    next_due_on = models.DateField("次の期限", null=True, blank=True)

    closed_on = models.DateField("終結日", null=True, blank=True)
    outcome = models.CharField("結果", max_length=12, choices=Outcome, blank=True)
    failure_reasons = models.JSONField("不成約の理由", default=list, blank=True)
    closing_note = models.TextField("終結のまとめ", blank=True)
    contracted_rent_yen = models.PositiveIntegerField("決まった家賃(円)", null=True, blank=True)
    contracted_area = models.CharField("決まった地域(町名)", max_length=60, blank=True)

    disposed_at = models.DateTimeField("廃棄した日時", null=True, blank=True)

    class Meta:
        verbose_name = "相談"
        verbose_name_plural = "相談"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("council", "number"), name="case_number_once"),
            models.CheckConstraint(
                condition=Q(state=CaseState.OPEN, closed_on__isnull=True, outcome="")
                | (Q(state=CaseState.CLOSED, closed_on__isnull=False) & ~Q(outcome="")),
                name="case_closed_with_outcome",
            ),
        )
        indexes = (
            models.Index(fields=("desk", "state", "next_due_on", "id"), name="case_of_desk_by_due"),
            models.Index(fields=("assigned_to", "state", "next_due_on"), name="case_of_person"),
            models.Index(fields=("council", "received_at"), name="case_of_council_by_day"),
            # Who may be the same person: asked whenever a case is opened.
            models.Index(fields=("council", "phone_digits"), name="case_of_council_by_phone"),
            models.Index(fields=("council", "birth_date"), name="case_of_council_by_birth"),
            models.Index(fields=("desk", "state", "last_contact_at", "id"), name="case_of_desk_by_contact"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def shown_name(self) -> str:
        """How colleagues speak of the person: the name to be called by, else the name."""
        return self.call_name or self.name or "名前を聞いていない方"


class CaseCategory(models.Model):
    """A category of 要配慮者 of a case, with its name as it was; one of them is the primary one for counting."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="categories", verbose_name="相談")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", verbose_name="区分")
    label = models.CharField("区分(そのときの名前)", max_length=60)
    is_primary = models.BooleanField("主な区分", default=False)

    class Meta:
        verbose_name = "相談の区分"
        verbose_name_plural = "相談の区分"
        ordering = ("-is_primary", "category__position")
        constraints = (
            models.UniqueConstraint(fields=("case", "category"), name="case_category_once"),
            models.UniqueConstraint(
                fields=("case",), condition=Q(is_primary=True), name="case_one_primary_category"
            ),
        )

    def __str__(self) -> str:
        return self.label


class CaseEvent(models.Model):
    """節目: taken in, ended with a result, taken up again. What is counted is counted from these, so that any past day
    can be counted again. Only ever added (trigger in the database).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", verbose_name="相談")
    kind = models.CharField("種類", max_length=8, choices=EventKind)
    happened_on = models.DateField("日付")
    recorded_at = models.DateTimeField("記録した日時")
    outcome = models.CharField("結果", max_length=12, choices=Outcome, blank=True)
    failure_reasons = models.JSONField("不成約の理由", default=list, blank=True)
    rent_yen = models.PositiveIntegerField("決まった家賃(円)", null=True, blank=True)

    class Meta:
        verbose_name = "相談の節目"
        verbose_name_plural = "相談の節目"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=(Q(kind=EventKind.CLOSED) & ~Q(outcome=""))
                | (~Q(kind=EventKind.CLOSED) & Q(outcome="")),
                name="case_event_outcome_when_closed",
            ),
        )
        indexes = (models.Index(fields=("kind", "happened_on"), name="case_event_by_day"),)

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()}"


class CaseReader(models.Model):
    """Who may open a case under protection, beside the one in charge."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="readers", verbose_name="相談")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="開ける人")
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="決めた人")
    named_at = models.DateTimeField("決めた日時")

    class Meta:
        verbose_name = "要保護の相談を開ける人"
        verbose_name_plural = "要保護の相談を開ける人"
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("case", "user"), name="case_reader_once"),)

    def __str__(self) -> str:
        return f"{self.case} {self.user}"


class CaseOpening(models.Model):
    """緊急に開いた記録 (break the glass): who opened a protected case without being named, why, until when.

    Only ever added (trigger in the database); the supervisor goes through them every week.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="openings", verbose_name="相談")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="開いた人")
    reason = models.CharField("理由", max_length=400)
    opened_at = models.DateTimeField("開いた日時")
    until = models.DateTimeField("いつまで")

    class Meta:
        verbose_name = "緊急に開いた記録"
        verbose_name_plural = "緊急に開いた記録"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("opened_at")), name="case_opening_ends"),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.opened_at:%Y-%m-%d}"
