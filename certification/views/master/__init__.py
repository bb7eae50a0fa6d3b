"""Pages of the municipality's administrator: the settings with the departments, and the 別表 with its next version."""

from certification.views.master.routes import approval_routes
from certification.views.master.settings import settings
from certification.views.master.table import (
    review_item,
    review_table,
    review_table_draft,
    review_table_publish,
)

__all__ = (
    "approval_routes",
    "review_item",
    "review_table",
    "review_table_draft",
    "review_table_publish",
    "settings",
)
