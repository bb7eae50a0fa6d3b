"""Certification as a Django app."""

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "certification"
    verbose_name = "居住サポート住宅の認定"

    def ready(self) -> None:
        """Register the hand-over of open cases, the periodic jobs, the menu and the names of acts with the ground floor."""
        from accounts.audit import name_actions
        from certification import actions, navigation
        from certification.services import (
            approval,
            handover,
            invitations,
            letter_templates,
            master,
            periodic,
            routes,
        )

        actions.register()
        for module in (master, letter_templates, approval, routes):
            name_actions(module.ACTION_LABELS)
        handover.register()
        navigation.register_items()
        periodic.register()
        invitations.register()
