from community.members.models.applications import Application, ClockExtension
from community.members.models.companies import Company, Document, Stake, Verification
from community.members.models.lists import City, Industry, Named, Tier
from community.members.models.people import Person, PersonManager, sort_key
from community.members.models.terms import DateRange, Term

__all__ = [
    "Application",
    "City",
    "ClockExtension",
    "Company",
    "DateRange",
    "Document",
    "Industry",
    "Named",
    "Person",
    "PersonManager",
    "Stake",
    "Term",
    "Tier",
    "Verification",
    "sort_key",
]
