"""What the ring keeps. Bodies and categories: `organisations`; councils: `councils`; where people go: `desks`, `shops`;
the prefecture's table on its way in: `intake`; what the public search reads: `directory`."""

from councils.models.councils import Council, CouncilProfile, Seat, SecretariatOffice
from councils.models.desks import Desk, Session
from councils.models.directory import DirectoryEdition, DirectoryEntry
from councils.models.intake import TableImport, TableImportRow
from councils.models.organisations import Category, Organisation, OrganisationAlias
from councils.models.shops import Shop

__all__ = (
    "Category",
    "Council",
    "CouncilProfile",
    "Desk",
    "DirectoryEdition",
    "DirectoryEntry",
    "Organisation",
    "OrganisationAlias",
    "Seat",
    "SecretariatOffice",
    "Session",
    "Shop",
    "TableImport",
    "TableImportRow",
)
