"""Fees paid before the club moved in, for days still to come."""

from django.db.models import QuerySet

from community.billing.models import OpeningBalance


def balances() -> QuerySet[OpeningBalance]:
    return OpeningBalance.objects.select_related("person").order_by("person__name_key", "person_id", "starts_on")
