"""What comes in about people: invitations, roles, a joint applicant, and the registration of somebody who was invited."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from accounts.models import User
from certification.rules.operators import ROLE_TEXTS, OperatorRole

ROLE_CHOICES: Final = [(role.value, f"{role.label}({ROLE_TEXTS[role]})") for role in OperatorRole]


class EmailField(forms.EmailField):
    """An address, in small letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "off"}),
            error_messages={
                "required": "メールアドレスを入れてください。",
                "invalid": "メールアドレスの形になっていません。例: hanako@example.jp",
            },
            **options,
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class PlainForm(forms.Form):
    """Browsers do not check; the server says what is wrong, in whole sentences."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


def _name_field(label: str, *, what: str, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=120,
        help_text=hint,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": f"{what}を入れてください。"},
    )


class InviteMemberForm(PlainForm):
    """Somebody for the own operator."""

    email = EmailField(label="招く方のメールアドレス")
    role = forms.TypedChoiceField(
        label="役割",
        choices=ROLE_CHOICES,
        coerce=OperatorRole,
        widget=forms.RadioSelect,
        initial=OperatorRole.WRITER,
        error_messages={"required": "役割を選んでください。"},
    )


class RoleForm(PlainForm):
    """Another role for a colleague. `seen`: the role on the page."""

    role = forms.TypedChoiceField(
        label="役割", choices=ROLE_CHOICES, coerce=OperatorRole, widget=forms.RadioSelect
    )
    seen = forms.CharField(max_length=8, widget=forms.HiddenInput)


class SeenRoleForm(forms.Form):
    """The role on the page whose removal is asked for."""

    seen = forms.CharField(max_length=8)


class InviteOperatorForm(PlainForm):
    """A new operator, by the office."""

    name = _name_field(
        "事業者の名称", what="事業者の名称", hint="商号や法人名を、登記のとおりに。個人の方は氏名です。"
    )
    email = EmailField(
        label="担当の方のメールアドレス", help_text="手続をした方が、この事業者の最初の管理者になります。"
    )


class InvitePartnerForm(PlainForm):
    """A second operator for one plan."""

    name = _name_field(
        "共同で申請する事業者の名称",
        what="事業者の名称",
        hint="援助を行う法人など、いっしょに申請する事業者です。",
    )
    email = EmailField(label="その事業者の担当の方のメールアドレス")
    may_write = forms.BooleanField(
        label="「居住安定援助の内容」と「援助の対価」を、その事業者にも書いてもらう", required=False
    )


class ConfirmForm(forms.Form):
    """The hash of what the page showed, and the box that says so."""

    seen = forms.RegexField(r"\A[0-9a-f]{64}\Z")
    agree = forms.BooleanField(
        label="計画の全体と書類を読み、この内容で共同して申請することに同意します",
        error_messages={"required": "読んで同意するときは、印を付けてください。"},
    )


class JoinForm(PlainForm):
    """With which operator a joint applicant joins; nothing to choose for those who have none."""

    operator = forms.TypedChoiceField(
        label="どの事業者として加わりますか",
        coerce=lambda text: uuid.UUID(text) if text else None,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, operators: Sequence[tuple[str, str]], named: str) -> None:
        super().__init__(data)
        if not operators:
            del self.fields["operator"]
            return
        field = self.fields["operator"]
        field.choices = [*operators, ("", f"新しい事業者として({named})")]  # type: ignore[attr-defined]
        field.initial = operators[0][0]

    def chosen(self) -> uuid.UUID | None:
        return self.cleaned_data.get("operator")


class RegisterForm(PlainForm):
    """Name and password of somebody who was invited. The address is the invitation's and proved by its link."""

    name = forms.CharField(
        label="氏名",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "氏名を入れてください。"},
    )
    kana = forms.CharField(
        label="氏名(カナ)",
        required=False,
        validators=[MaxLengthValidator(100)],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password1 = forms.CharField(
        label="パスワード",
        strip=False,
        help_text="10文字以上。数字だけのもの、よく使われるもの、氏名やメールアドレスに似たものは使えません。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "パスワードを決めて入れてください。"},
    )
    password2 = forms.CharField(
        label="パスワード(もう一度)",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "確かめるため、同じパスワードをもう一度入れてください。"},
    )

    def __init__(self, data: Any = None, *, email: str) -> None:
        super().__init__(data)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "二つのパスワードが違います。もう一度、同じものを入れてください。")
            return data
        if first:
            self._check(first, name=data.get("name", ""))
        return data

    def _check(self, password: str, *, name: str) -> None:
        try:
            get_adapter().clean_password(password, user=User(email=self.email, name=name))
        except ValidationError as error:
            self.add_error("password1", error)
