"""The ring as a Django app."""

from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    name = "councils"
    verbose_name = "居住支援協議会"

    def ready(self) -> None:
        """Register the menu and the names of acts with the ground floor."""
        from accounts.audit import name_actions
        from councils import actions, navigation

        name_actions(actions.ACTION_LABELS)
        navigation.register_items()
