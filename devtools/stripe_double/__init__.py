"""A stand-in for Stripe in test mode: no network, no money.

    double = StripeDouble()
    client = stripe.StripeClient(double.api_key, http_client=DoubleClient(double))

Requests are judged by the installed SDK's own parameter types, answers by its resource classes. The
same double is served over loopback HTTP by `python -m devtools.stripe_double`.
"""

from .account import Account
from .client import DoubleClient
from .delivery import Delivered, Unruly
from .double import StripeDouble
from .errors import ConnectionLost, ContractBroken, NotOpen, NotSimulated
from .server import DoubleServer

__all__ = [
    "Account",
    "ConnectionLost",
    "ContractBroken",
    "Delivered",
    "DoubleClient",
    "DoubleServer",
    "NotOpen",
    "NotSimulated",
    "StripeDouble",
    "Unruly",
]
