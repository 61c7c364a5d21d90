import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0003_stages")]
    operations = [
        migrations.AddField(
            "template",
            "stages",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=20), default=list, blank=True),
        ),
    ]
