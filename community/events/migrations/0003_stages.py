import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0002_invitations")]
    operations = [
        migrations.AddField(
            "event",
            "stages",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=20), default=list, blank=True),
        ),
    ]
