from django.db import migrations, models

STAGES = ["", "preparing", "first_year", "finding_market", "growing", "established"]


class Migration(migrations.Migration):
    dependencies = [("posts", "0001_initial")]
    operations = [
        migrations.AddField("post", "for_stage", models.CharField(blank=True, default="", max_length=20)),
        migrations.AddConstraint(
            "post",
            models.CheckConstraint(condition=models.Q(for_stage__in=STAGES), name="post_for_a_stage"),
        ),
    ]
