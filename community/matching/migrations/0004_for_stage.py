from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0003_needs_counted")]
    operations = [
        migrations.AddField("document", "for_stage", models.CharField(blank=True, default="", max_length=20)),
    ]
