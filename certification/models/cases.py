"""Applications on their way: reviews by department, judgements, returns, proposals, the clock, letters."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Department, Municipality, User
from certification.models.master import ReviewItem, ReviewTable
from certification.models.plans import Plan, PlanVersion
from certification.rules.clock import ClockKind
from certification.rules.letter_kinds import LetterKind
from certification.rules.procedures import Procedure, state_label
from certification.rules.workflow import OPEN_STATES, Action, Order, ProposalKind, State, Turn, Verdict


class Application(models.Model):
    """A procedure about a plan. `state` is written by `services.workflow.perform` alone.

    Its versions are those of the plan from `first_number` to the current one: a plan has one open procedure at a time.
    `turn`, `due_on`, `progress` and the copied names are derived: recomputed in the same call, read by lists.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name="自治体"
    )
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="applications", verbose_name="計画")
    procedure = models.CharField("手続", max_length=20, choices=Procedure, default=Procedure.CERTIFICATION)
    state = models.CharField("状態", max_length=20, choices=State, default=State.DRAFT)
    lock_version = models.PositiveIntegerField("更新回数", default=0)
    current_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", verbose_name="今の版"
    )
    base_version = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="もとにした版",
        help_text="認定を受けた計画についての手続で、そのとき認定されていた版です。",
    )
    first_number = models.PositiveIntegerField("最初の版", default=1)
    table = models.ForeignKey(
        ReviewTable, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="別表"
    )
    lead_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主管課"
    )
    order = models.CharField("審査の順", max_length=8, choices=Order, default=Order.SERIAL)
    receipt_number = models.CharField("受付番号", max_length=30, blank=True)
    submitted_at = models.DateTimeField("申請日時", null=True, blank=True)
    accepted_at = models.DateTimeField("受付日時", null=True, blank=True)
    decided_at = models.DateTimeField("決裁日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="決裁者"
    )
    reviewers = models.ManyToManyField(User, related_name="+", blank=True, verbose_name="審査に加わった人")
    turn = models.CharField("だれの番か", max_length=12, choices=Turn, default=Turn.APPLICANT)
    due_on = models.DateField("期限", null=True, blank=True)
    progress = models.JSONField("審査の進み", default=list, blank=True)
    housing_name = models.CharField("住宅の名称", max_length=200, blank=True)
    applicant_name = models.CharField("申請者", max_length=200, blank=True)
    housing_address = models.CharField("所在地", max_length=300, blank=True)
    search_text = models.TextField("検索用", blank=True)
    last_moved_at = models.DateTimeField("最後の動き")
    last_moved_label = models.CharField("最後の動きの内容", max_length=80, blank=True)

    class Meta:
        verbose_name = "申請"
        verbose_name_plural = "申請"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="application_decided_paired",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("certified", "refused"), decided_at__isnull=False)
                | (~Q(state__in=("certified", "refused")) & Q(decided_at__isnull=True)),
                name="application_decided_only_at_end",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, receipt_number="")
                | (Q(accepted_at__isnull=False) & ~Q(receipt_number="")),
                name="application_accepted_has_number",
            ),
            models.UniqueConstraint(
                fields=("municipality", "receipt_number"),
                condition=~Q(receipt_number=""),
                name="application_receipt_number_once",
            ),
            models.UniqueConstraint(
                fields=("plan",), condition=Q(state__in=OPEN_STATES), name="application_one_open_per_plan"
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "-id"), name="application_all"),
            models.Index(
                fields=("municipality", "due_on", "id"),
                condition=Q(state__in=tuple(state for state in OPEN_STATES if state != State.DRAFT)),
                name="application_open_by_due",
            ),
            models.Index(
                fields=("lead_department", "due_on", "id"),
                condition=Q(turn=Turn.DECIDER),
                name="application_of_decider",
            ),
        )

    def __str__(self) -> str:
        return self.receipt_number or f"申請 {self.pk}"

    @property
    def state_label(self) -> str:
        """The state in the words of this procedure."""
        return state_label(self.state, self.procedure)


class DepartmentReview(models.Model):
    """One department's part in a case: open while it still has to send its result."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="department_reviews", verbose_name="申請"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name="課")
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="担当"
    )
    added_by_request = models.BooleanField("追加した課", default=False)
    opened_at = models.DateTimeField("依頼日時", null=True, blank=True)
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送信した人"
    )
    turn_due_on = models.DateField("この課の番の期限", null=True, blank=True)

    class Meta:
        verbose_name = "課の審査"
        verbose_name_plural = "課の審査"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("application", "department"), name="department_review_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
                name="department_review_sent_paired",
            ),
        )
        indexes = (
            models.Index(
                fields=("department", "turn_due_on", "application"),
                condition=Q(turn_due_on__isnull=False),
                name="review_turn_of_department",
            ),
            models.Index(
                fields=("assigned_to", "turn_due_on", "application"),
                condition=Q(turn_due_on__isnull=False),
                name="review_turn_of_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.department}"


class Judgement(models.Model):
    """What one department says of one item. `revision` guards against two people writing at once."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="judgements", verbose_name="申請"
    )
    item = models.ForeignKey(ReviewItem, on_delete=models.PROTECT, related_name="+", verbose_name="審査事項")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name="課")
    verdict = models.CharField("判定", max_length=14, choices=Verdict, blank=True)
    note = models.TextField("所見", blank=True)
    judged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="判定した人"
    )
    judged_at = models.DateTimeField("判定日時", null=True, blank=True)
    version = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="判定した版",
    )
    previous_verdict = models.CharField("前の版での判定", max_length=14, choices=Verdict, blank=True)
    previous_note = models.TextField("前の版での所見", blank=True)
    revision = models.PositiveIntegerField("更新回数", default=0)

    class Meta:
        verbose_name = "項目の判定"
        verbose_name_plural = "項目の判定"
        ordering = ("application", "item__number", "department")
        constraints = (
            models.UniqueConstraint(fields=("application", "item", "department"), name="judgement_once"),
            models.CheckConstraint(
                condition=Q(verdict="", judged_at__isnull=True, judged_by__isnull=True, version__isnull=True)
                | (
                    ~Q(verdict="")
                    & Q(judged_at__isnull=False, judged_by__isnull=False, version__isnull=False)
                ),
                name="judgement_given_has_person_and_version",
            ),
        )

    def __str__(self) -> str:
        return f"{self.item_id} {self.get_verdict_display()}"


class ReturnRound(models.Model):
    """差戻し: the points released together, with one due date."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="return_rounds", verbose_name="申請"
    )
    number = models.PositiveSmallIntegerField("回")
    message = models.TextField("前書き", blank=True)
    due_on = models.DateField("補正の期限")
    released_at = models.DateTimeField("差戻し日時")
    released_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="差し戻した人"
    )

    class Meta:
        verbose_name = "差戻し"
        verbose_name_plural = "差戻し"
        ordering = ("application", "number")
        constraints = (models.UniqueConstraint(fields=("application", "number"), name="return_round_once"),)

    def __str__(self) -> str:
        return f"{self.application} 第{self.number}回"


class ReturnPointQuerySet(models.QuerySet["ReturnPoint"]):
    def told(self) -> ReturnPointQuerySet:
        """What the applicant may know: released points only. Applicants' selectors start here."""
        return self.filter(round__isnull=False)


class ReturnPoint(models.Model):
    """補正の指摘: drafted by the department that found it, released by the lead, answered, judged."""

    class Status(models.TextChoices):
        DRAFT = "draft", "案"
        RELEASED = "released", "回答待ち"
        ANSWERED = "answered", "回答あり"
        RESOLVED = "resolved", "解消"
        UNRESOLVED = "unresolved", "未解消"
        CARRIED = "carried", "次回に持ち越し"

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="return_points", verbose_name="申請"
    )
    item = models.ForeignKey(
        ReviewItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="審査事項"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name="見つけた課"
    )
    drafted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="起こした人"
    )
    drafted_at = models.DateTimeField("起こした日時")
    text = models.TextField("直していただくこと")
    status = models.CharField("状態", max_length=10, choices=Status, default=Status.DRAFT)
    round = models.ForeignKey(
        ReturnRound,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="points",
        verbose_name="差戻し",
    )
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="前回の指摘"
    )
    answer = models.TextField("回答", blank=True)
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)
    judged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="確かめた人"
    )
    judged_at = models.DateTimeField("確かめた日時", null=True, blank=True)
    judgement_note = models.TextField("確かめた結果の説明", blank=True)

    objects = ReturnPointQuerySet.as_manager()

    class Meta:
        verbose_name = "補正の指摘"
        verbose_name_plural = "補正の指摘"
        ordering = ("application", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(status="draft", round__isnull=True)
                | (~Q(status="draft") & Q(round__isnull=False)),
                name="return_point_released_has_round",
            ),
            models.UniqueConstraint(
                fields=("application", "item", "department"),
                condition=Q(status="draft", item__isnull=False),
                name="return_point_one_draft_per_item",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} 指摘 {self.pk}"


class Proposal(models.Model):
    """起案: what is proposed, on which content, by whom; and what the decider made of it.

    `signed_hash` binds the second signature to the plan, the judgements and the text proposed. It falls when they change.
    """

    class Status(models.TextChoices):
        OPEN = "open", "決裁待ち"
        RETURNED = "returned", "戻された"
        APPROVED = "approved", "決裁済み"
        WITHDRAWN = "withdrawn", "取下げにより終了"

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="proposals", verbose_name="申請"
    )
    kind = models.CharField("起案の内容", max_length=8, choices=ProposalKind)
    criterion = models.CharField("満たさない基準", max_length=40, blank=True)
    reasons = models.TextField("理由")
    signed_hash = models.CharField("署名の対象の指紋", max_length=64)
    status = models.CharField("状態", max_length=10, choices=Status, default=Status.OPEN)
    route = models.ForeignKey(
        "certification.ApprovalRoute",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="決裁の経路",
        help_text="起案したときの経路の版です。空なら、主管課の決裁者一人が決めます。",
    )
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="起案者")
    drafted_at = models.DateTimeField("起案日時")
    closed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="決裁・返戻した人",
    )
    closed_at = models.DateTimeField("決裁・返戻日時", null=True, blank=True)
    return_reason = models.TextField("戻した理由", blank=True)

    class Meta:
        verbose_name = "起案"
        verbose_name_plural = "起案"
        ordering = ("application", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("application",), condition=Q(status="open"), name="proposal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True, closed_by__isnull=True)
                | (~Q(status="open") & Q(closed_at__isnull=False, closed_by__isnull=False)),
                name="proposal_closed_paired",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | ~Q(closed_by=F("drafted_by")), name="proposal_four_eyes"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.get_kind_display()}"


class ClockEvent(models.Model):
    """A start or stop of the processing period. Append-only in use; the days are counted when read."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="clock_events", verbose_name="申請"
    )
    kind = models.CharField("種別", max_length=8, choices=ClockKind)
    at = models.DateTimeField("日時")
    label = models.CharField("できごと", max_length=80)

    class Meta:
        verbose_name = "処理期間のできごと"
        verbose_name_plural = "処理期間のできごと"
        ordering = ("application", "pk")

    def __str__(self) -> str:
        return f"{self.application} {self.label}"


class PerformedAct(models.Model):
    """An act already done, by the key its form carried: a double click finds it here and is one act.

    `action` is a code of the state table, or "begin" for the plan itself.
    """

    key = models.UUIDField("フォームの鍵", unique=True)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="performed_acts", verbose_name="申請"
    )
    action = models.CharField("行為", max_length=24, choices=Action)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="行為者")
    performed_at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "済んだ行為"
        verbose_name_plural = "済んだ行為"

    def __str__(self) -> str:
        return f"{self.application} {self.action}"


class NumberSeries(models.Model):
    """A counter without gaps: the row is locked and raised in the transaction that uses the number."""

    owner = models.CharField(
        "持ち主", max_length=40, help_text="自治体または課。例: municipality:132225, department:3"
    )
    series = models.CharField("種別", max_length=20)
    fiscal_year = models.PositiveSmallIntegerField("年度")
    last_number = models.PositiveIntegerField("最後の番号", default=0)

    class Meta:
        verbose_name = "番号簿"
        verbose_name_plural = "番号簿"
        constraints = (
            models.UniqueConstraint(fields=("owner", "series", "fiscal_year"), name="number_series_once"),
        )

    def __str__(self) -> str:
        return f"{self.owner} {self.series} {self.fiscal_year}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def told(self) -> LetterQuerySet:
        """Letters to the applicant. 照会書 go elsewhere: who may read them is asked of the inquiry."""
        return self.exclude(kind="inquiry")

    def about_plan(self, plan: Plan) -> LetterQuerySet:
        """Every letter about a plan: those of its procedures and those outside any (supervision)."""
        return self.filter(Q(plan=plan) | Q(application__plan=plan))


class Letter(models.Model):
    """通知文書: number, addressee and text as sent, and the PDF byte for byte.

    It belongs to a procedure, or to the plan alone where there is none (監督, 公示).
    """

    Kind = LetterKind

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name="申請",
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="計画"
    )
    kind = models.CharField("種類", max_length=24, choices=LetterKind)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name="発する課"
    )
    document_number = models.CharField("文書番号", max_length=60)
    issued_on = models.DateField("日付")
    content = models.JSONField("載せた内容")
    pdf = models.BinaryField("PDF")
    sha256 = models.CharField("指紋", max_length=64)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="発した人")

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "通知文書"
        verbose_name_plural = "通知文書"
        ordering = ("application", "pk")
        constraints = (
            models.UniqueConstraint(fields=("department", "document_number"), name="letter_number_once"),
            models.CheckConstraint(
                condition=Q(application__isnull=False) | Q(plan__isnull=False), name="letter_about_something"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document_number}"
