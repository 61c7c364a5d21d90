from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone

from community.billing import gateway
from devtools.stripe_double import StripeDouble
from tests.billing import make as billing


@pytest.fixture
def double() -> Iterator[StripeDouble]:
    """The outside world of this test; the gateway speaks to it instead of the network."""
    yield billing.new_double()
    gateway.use_transport(None)


@pytest.fixture
def at() -> datetime:
    """Now: the views read the clock themselves, and the stand-in's runs with it."""
    return timezone.now()
