"""Consultations as a Django app."""

from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = "居住相談"

    def ready(self) -> None:
        """Register the menu and the names of acts with the ground floor."""
        from accounts.audit import name_actions
        from consultations import actions, navigation

        name_actions(actions.ACTION_LABELS)
        navigation.register_items()
