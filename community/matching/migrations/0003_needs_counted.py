from django.db import migrations, models

COUNT = """
    UPDATE matching_term term SET asked = used.asked FROM (
        SELECT term_id, count(*) AS asked FROM matching_posting JOIN matching_document document ON document.id = document_id
        WHERE document.kind = 'need' GROUP BY term_id
    ) used WHERE used.term_id = term.id;
    UPDATE matching_corpus SET needs = (SELECT count(*) FROM matching_document WHERE kind = 'need');
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_corpus")]
    operations = [
        migrations.AddField("corpus", "needs", models.PositiveIntegerField(default=0)),
        migrations.AddField("term", "asked", models.PositiveIntegerField(default=0)),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
