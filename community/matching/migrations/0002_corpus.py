from django.db import migrations


def begin(apps, schema_editor):
    apps.get_model("matching", "Corpus").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
