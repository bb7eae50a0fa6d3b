"""The forms of a case: intake, contacts, tasks, consents, protection, closing. Shape and type; rules judge the rest."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone

from accounts.forms import DateField, LineField, NumberField
from consultations.models import Case, DeskBooking
from consultations.rules.consents import USUAL_DAYS, Scope
from consultations.rules.intake import OPENING_HOURS
from consultations.rules.words import (
    AgeBand,
    FailureReason,
    GivenBy,
    GivenHow,
    Household,
    Housing,
    Method,
    MovingReason,
    Obstacle,
    Outcome,
    OverrideGround,
    PhoneRule,
    Purpose,
    Route,
    Triage,
    Verdict,
)
from consultations.services.intake import COLUMNS, Intake

Choices = Sequence[tuple[object, str]]
UNKNOWN: Final = ("", "まだ聞いていない")
_LINES: Final = {"rows": 4}


def _list(name: str, kind: Any, *, blank: bool = True, **options: Any) -> forms.ChoiceField:
    choices = [(each.value, each.label) for each in kind]
    return forms.ChoiceField(
        label=name, choices=[UNKNOWN, *choices] if blank else choices, required=not blank, **options
    )


def _several(name: str, kind: Any, *, missing: str = "", **options: Any) -> forms.MultipleChoiceField:
    """`missing`: what is said where none is ticked; without it none need be."""
    return forms.MultipleChoiceField(
        label=name,
        choices=[(each.value, each.label) for each in kind],
        required=bool(missing),
        error_messages={"required": missing},
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        **options,
    )


class IntakeForm(forms.Form):
    """What is asked first and what may be asked later; each delicate question says why it is asked."""

    desk = forms.ChoiceField(label="窓口", error_messages={"required": "窓口を選んでください。"})
    received_on = DateField(label="受け付けた日", help_text="紙の相談票を写すときは、聞いた日を入れます。")
    method = _list("相談の方法", Method, blank=False)
    call_name = LineField(
        label="呼び名",
        max_length=60,
        required=False,
        width="w-medium",
        help_text="名のりたくない方は、仮の名前でかまいません。連絡のときもこの名前で呼びます。",
    )
    is_pseudonym = forms.BooleanField(label="仮の名前である", required=False)
    phone = LineField(label="電話番号", max_length=20, required=False, width="w-medium")
    phone_rule = _list(
        "電話のしかた",
        PhoneRule,
        blank=False,
        help_text="家の人に知られると危ない方がいます。必ず聞きます。",
    )
    contact_note = LineField(
        label="連絡するときの注意",
        max_length=200,
        required=False,
        help_text="例: 平日の昼だけ。市役所と名のらない。姉の家に手紙で。",
    )
    summary = forms.CharField(
        label="相談の内容",
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs=_LINES),
        help_text="本人の言葉で、困っていることを書きます。",
    )
    leave_by = DateField(
        label="退去期限", required=False, help_text="いつまでに出なければならないか。例: 令和9年1月31日"
    )
    triage = _list("方針", Triage, blank=False)
    is_protected = forms.BooleanField(
        label="要保護にする",
        required=False,
        help_text="DV・虐待・追われている方など。担当者と、名前を挙げた人だけが開け、検索にも出ません。",
    )
    name = LineField(label="氏名", max_length=100, required=False, width="w-medium")
    kana = LineField(label="氏名(カナ)", max_length=100, required=False, width="w-medium")
    birth_date = DateField(
        label="生年月日", required=False, help_text="分からないときは空にして、年代を選びます。"
    )
    age_band = _list("年代", AgeBand)
    address = LineField(
        label="住所", max_length=200, required=False, help_text="店や印刷物に出ることはありません。"
    )
    email = forms.EmailField(
        label="メール",
        required=False,
        error_messages={"invalid": "メールアドレスの形になっていません。例: hanako@example.jp"},
    )
    language = LineField(
        label="ことば・通訳", max_length=60, required=False, help_text="例: ベトナム語の通訳、手話"
    )
    proxy_name = LineField(label="代わりに相談した人", max_length=100, required=False, width="w-medium")
    proxy_relation = LineField(
        label="本人との関係",
        max_length=60,
        required=False,
        width="w-medium",
        help_text="例: 長女、ケアマネジャー",
    )
    proxy_phone = LineField(
        label="代わりに相談した人の電話番号", max_length=20, required=False, width="w-medium"
    )
    route = _list("相談経路", Route)
    categories = forms.MultipleChoiceField(
        label="あてはまる区分",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        help_text="使える制度を探し、年度の報告で数えるために聞きます。言いたくないことは選びません。",
    )
    primary = forms.ChoiceField(
        label="主な区分", required=False, help_text="一人を一回だけ数えるときに使います。"
    )
    household = _list("世帯", Household)
    household_size = NumberField(label="人数", required=False, min_value=1, max_value=20, unit="人")
    housing = _list("いまの住まい", Housing)
    moving_reason = _list("転居理由", MovingReason)
    obstacles = _several(
        "見つかりにくい事情",
        Obstacle,
        help_text="店に合わせた探し方をするために聞きます。断る理由にはしません。",
    )
    rent_limit_yen = NumberField(
        label="家賃の上限(共益費込み)", required=False, min_value=1, max_value=1_000_000, unit="円"
    )
    wished_area = LineField(
        label="希望する地域",
        max_length=120,
        required=False,
        help_text="町名や駅。例: 見本町、輪野駅から歩ける所",
    )
    wishes = forms.CharField(
        label="そのほかの希望", required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, desks: Choices, categories: Choices, case: Case | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].choices = list(desks)  # type: ignore[attr-defined]
        self.fields["categories"].choices = list(categories)  # type: ignore[attr-defined]
        self.fields["primary"].choices = [("", "選ばない"), *categories]  # type: ignore[attr-defined]
        self.fields["key"].initial = uuid.uuid4
        self.fields["received_on"].initial = timezone.localdate
        if case is not None:
            for name in ("desk", "received_on", "is_protected", "key"):
                del self.fields[name]

    def content(self) -> Intake:
        """What was typed, as the service takes it."""
        return Intake(**{name: self.cleaned_data[name] for name in COLUMNS})


def known_of(case: Case) -> dict[str, Any]:
    """What stands in a case, as the first values of its form."""
    chosen = [row.category.code for row in case.categories.select_related("category")]
    primary = next(
        (row.category.code for row in case.categories.select_related("category") if row.is_primary), ""
    )
    return {**{name: getattr(case, name) for name in COLUMNS}, "categories": chosen, "primary": primary}


def told_by(booking: DeskBooking) -> dict[str, Any]:
    """What somebody said when booking, as the first values of the intake."""
    return {
        "desk": str(booking.desk.public_id),
        "call_name": booking.call_name,
        "phone": booking.phone,
        "email": booking.email,
        "language": booking.get_interpreter_display() if booking.interpreter else "",
        "summary": booking.wish,
        "method": Method.VISIT.value,
    }


class ContactForm(forms.Form):
    """What was done, when, with whom."""

    day = DateField(label="日")
    time = forms.TimeField(
        label="時刻",
        widget=forms.TextInput(attrs={"class": "w-num", "inputmode": "numeric"}),
        error_messages={
            "required": "時刻を入れてください。例: 14:30",
            "invalid": "時刻の形になっていません。例: 14:30",
        },
    )
    method = _list("方法", Method, blank=False)
    other_side = LineField(
        label="相手",
        max_length=100,
        required=False,
        width="w-medium",
        help_text="例: 本人、長女、病院の相談員",
    )
    text = forms.CharField(
        label="内容",
        max_length=4_000,
        widget=forms.Textarea(attrs=_LINES),
        help_text="書いた記録は直せません。誤りは、もう一つ書いて訂正します。",
        error_messages={"required": "したことや聞いたことを書いてください。"},
    )
    minutes = NumberField(label="かかった時間", required=False, min_value=1, max_value=600, unit="分")
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        local = timezone.localtime(now)
        self.fields["day"].initial = local.date()
        self.fields["time"].initial = f"{local:%H:%M}"
        self.fields["key"].initial = uuid.uuid4

    def moment(self) -> dt.datetime:
        """The typed day and time, in Japan."""
        return dt.datetime.combine(
            self.cleaned_data["day"], self.cleaned_data["time"], tzinfo=timezone.get_current_timezone()
        )


class TaskForm(forms.Form):
    """What is to be done, until when, by whom."""

    title = LineField(
        label="すること",
        max_length=100,
        help_text="例: 病院に退院の日を確かめる",
        error_messages={"required": "することを書いてください。"},
    )
    due_on = DateField(label="期限")
    person = forms.TypedChoiceField(label="だれが", coerce=int, required=False, empty_value=None)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "決めない"), *people]  # type: ignore[attr-defined]
        self.fields["key"].initial = uuid.uuid4


class PersonForm(forms.Form):
    """A colleague of the desk."""

    person = forms.TypedChoiceField(label="担当", coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "決めない"), *people]  # type: ignore[attr-defined]


class ConsentForm(forms.Form):
    """To what the person agreed."""

    purpose = _list("目的", Purpose, blank=False)
    scope = _several("渡してよいもの", Scope, missing="渡してよいものを、一つ以上選んでください。")
    shop = forms.ChoiceField(
        label="この店だけ",
        required=False,
        help_text="名前と連絡先を店に伝えるときは、店を一つ選びます。選ばない同意では、名前は出ません。",
    )
    recipients = LineField(
        label="渡す相手",
        max_length=200,
        required=False,
        help_text="関係機関や会議のときに書きます。例: 輪野市社会福祉協議会",
    )
    given_how = _list("しかた", GivenHow, blank=False)
    given_by = _list("同意した人", GivenBy, blank=False)
    proxy = LineField(
        label="代理の人と根拠", max_length=120, required=False, help_text="例: 見本 花子(成年後見人)"
    )
    given_on = DateField(label="同意した日")
    until = DateField(label="いつまで", help_text="ふつうは半年。長くて1年です。")
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, shops: Choices, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shop"].choices = [("", "選ばない(名前は伝えない)"), *shops]  # type: ignore[attr-defined]
        self.fields["given_on"].initial = today
        self.fields["until"].initial = today + dt.timedelta(days=USUAL_DAYS)
        self.fields["key"].initial = uuid.uuid4

    @property
    def shop_id(self) -> uuid.UUID | None:
        """The shop that was chosen."""
        chosen = self.cleaned_data["shop"]
        return uuid.UUID(chosen) if chosen else None


class WithdrawForm(forms.Form):
    """How a consent was taken back, and by whom."""

    given_how = _list("しかた", GivenHow, blank=False)
    given_by = _list("撤回した人", GivenBy, blank=False)


class OverrideForm(forms.Form):
    """Telling one agency without consent."""

    agency = forms.ChoiceField(
        label="伝える関係機関", error_messages={"required": "伝える関係機関を選んでください。"}
    )
    scope = _several(
        "伝えるもの", Scope, missing="伝えるものを、一つ以上選んでください。要るものだけにします。"
    )
    ground = forms.ChoiceField(
        label="根拠",
        choices=OverrideGround.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "根拠を選んでください。"},
    )
    reason = forms.CharField(
        label="なぜ同意をとれないか、なぜ今伝えるのか",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例: 意識がなく救急で運ばれ、今夜の行き先を決めるため",
        error_messages={"required": "理由を書いてください。"},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, agencies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = [("", "選んでください"), *agencies]  # type: ignore[attr-defined]
        self.fields["key"].initial = uuid.uuid4


class ReviewForm(forms.Form):
    """What another supervisor says of it."""

    verdict = forms.ChoiceField(
        label="確かめた結果",
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "どちらかを選んでください。"},
        help_text="「妥当でない」にすると、すぐに伝えられなくなり、進んでいる紹介も終わります。",
    )
    note = forms.CharField(
        label="気づいたこと", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class OpeningForm(forms.Form):
    """Opening a protected case in an emergency."""

    number = LineField(
        label="相談番号",
        max_length=20,
        width="w-medium",
        help_text="例: R8-相-0012",
        error_messages={"required": "相談番号を入れてください。"},
    )
    reason = forms.CharField(
        label="なぜ今開くのですか",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="相談責任者が毎週確かめます。例: 本人から助けを求める電話があり、担当者が休みのため",
        error_messages={"required": "理由を書いてください。"},
    )
    hours = forms.TypedChoiceField(
        label="いつまで", coerce=int, choices=[(hours, f"{hours}時間") for hours in OPENING_HOURS]
    )


class ClosingForm(forms.Form):
    """What became of it."""

    outcome = _list("結果", Outcome, blank=False)
    rent_yen = NumberField(
        label="決まった家賃(共益費込み)", required=False, min_value=0, max_value=1_000_000, unit="円"
    )
    area = LineField(label="決まった地域(町名)", max_length=60, required=False, width="w-medium")
    is_followed = forms.BooleanField(
        label="入居後の確認をする(1か月・3か月・12か月後)",
        required=False,
        initial=True,
        help_text="成約か、いまの住まいに住み続けるときだけ。本人が望まないときは外します。",
    )
    moved_in_on = DateField(
        label="入居する日",
        required=False,
        help_text="入居後の確認を数え始める日。空けておくと、今日から数えます。",
    )
    failure_reasons = _several("不成約の理由", FailureReason)
    closing_note = forms.CharField(
        label="まとめ", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


def people_of(users: Iterable[Any]) -> list[tuple[int, str]]:
    """Colleagues as choices."""
    return [(user.pk, user.name) for user in users]
