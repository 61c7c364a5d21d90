"""What a new club charges (R12): one price per seeded tier. Administrators add later ones; none is ever edited."""

from datetime import date

from django.db import migrations

PRICES = {"member": 380_000, "trainee": 98_000}  # fen


def fill(apps, schema_editor):
    Price = apps.get_model("billing", "Price")
    for tier in apps.get_model("members", "Tier").objects.filter(code__in=PRICES):
        Price.objects.create(tier=tier, amount=PRICES[tier.code], currency="CNY", valid_from_on=date(2026, 1, 1))


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("members", "0002_lists")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
