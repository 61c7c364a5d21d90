from community.members.models.applications import Application
from community.members.models.chapters import Chapter
from community.members.models.clocks import ClockExtension, ExtensionRequest
from community.members.models.companies import (
    Company,
    CompanyChange,
    Document,
    RegisterAnswer,
    Stake,
    Verification,
)
from community.members.models.desk import ClubSettings, Question
from community.members.models.lists import City, Industry, Named, Tier
from community.members.models.people import Person, PersonManager, sort_key
from community.members.models.rights import Consent, DataExport, Erasure
from community.members.models.standing import Block, Expulsion, Farewell, Suspension
from community.members.models.terms import DateRange, Term

__all__ = [
    "Application",
    "Block",
    "Chapter",
    "City",
    "ClockExtension",
    "ClubSettings",
    "Company",
    "CompanyChange",
    "Consent",
    "DataExport",
    "DateRange",
    "Document",
    "Erasure",
    "Expulsion",
    "ExtensionRequest",
    "Farewell",
    "Industry",
    "Named",
    "Person",
    "PersonManager",
    "Question",
    "RegisterAnswer",
    "Stake",
    "Suspension",
    "Term",
    "Tier",
    "Verification",
    "sort_key",
]
