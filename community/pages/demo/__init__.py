"""An invented club of any size: the same every time for one seed and one start day."""

from community.pages.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD

__all__ = ["DEMO_ACCOUNTS", "DEMO_PASSWORD"]
