"""Start of the ground floor: what registers itself, does so here."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "利用者と記録"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import actions, checks, jobs, menu  # noqa: F401 - importing registers
