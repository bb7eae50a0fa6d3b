"""Pages of the municipality's administrator: the settings with the departments, and the 別表 with its next version."""

from certification.views.master.contact_points import contact_points
from certification.views.master.letters import (
    letter_template,
    letter_template_discard,
    letter_template_preview,
    letter_template_publish,
    letter_templates,
)
from certification.views.master.routes import approval_routes
from certification.views.master.settings import settings
from certification.views.master.table import (
    review_item,
    review_table,
    review_table_draft,
    review_table_publish,
)
from certification.views.master.thresholds import threshold_end, thresholds

__all__ = (
    "approval_routes",
    "contact_points",
    "letter_template",
    "letter_template_discard",
    "letter_template_preview",
    "letter_template_publish",
    "letter_templates",
    "review_item",
    "review_table",
    "review_table_draft",
    "review_table_publish",
    "settings",
    "threshold_end",
    "thresholds",
)
