"""How login works here: by e-mail, no sign-up, every login and every failure on record."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import services, sessions


class AccountAdapter(DefaultAccountAdapter):
    """Overrides only what allauth calls at the moments that matter; no signal writes anything.

    Sign-in methods beyond the password (TOTP, passkey, recovery codes) end in `post_login` too, so each is on record.
    """

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "メールアドレスかパスワードが違います。入力し直してください。",
        "account_inactive": "この利用者は使用停止になっています。自治体管理者にお問い合わせください。",
        "too_many_login_attempts": "ログインの失敗が続いたため、しばらくログインできません。30分ほどおいてから、もう一度お試しください。",
        "rate_limited": "短い時間に何度も送信されました。しばらくおいてから、もう一度お試しください。",
        "incorrect_password": "パスワードが違います。",
        "incorrect_code": "認証コードが違います。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are registered by their municipality, never by themselves."""
        return False

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        sessions.forget_times(request)
        services.record_sign_in(user_id=user.pk, now=timezone.now())
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        services.record_failed_sign_in(email=str(credentials.get("email", "")), now=timezone.now())
        super().authentication_failed(request, **credentials)

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            services.record_sign_out(user_id=request.user.pk, now=timezone.now())
        super().logout(request)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        services.record_password_set(user_id=user.pk, now=timezone.now())

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """By the address on the user itself: this system keeps no second list of addresses."""
        found = self.authenticate(self.request, email=user.get_username(), password=password)
        return found is not None and found.pk == user.pk
