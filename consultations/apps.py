"""Consultations as a Django app."""

from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = "居住相談"

    def ready(self) -> None:
        """Register the menu, the names of acts, the hourly jobs and the links of mails with the ground floor."""
        from accounts.audit import name_actions
        from consultations import actions, navigation
        from consultations.services import bookings, files, overriding, protecting, referrals, shop_inquiries

        name_actions(actions.ACTION_LABELS)
        shop_inquiries.register()
        referrals.register()
        overriding.register()
        protecting.register()
        files.register()
        bookings.register()
        navigation.register_items()
