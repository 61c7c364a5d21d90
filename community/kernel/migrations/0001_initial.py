import community.kernel.ids
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('action', models.CharField(max_length=60)),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.BigIntegerField()),
                ('old', models.CharField(blank=True, max_length=20)),
                ('new', models.CharField(blank=True, max_length=20)),
                ('reason', models.TextField(blank=True)),
                ('data', models.JSONField(blank=True, default=dict)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_type', 'subject_id', 'at'], name='audit_subject'), models.Index(fields=['person', 'at'], name='audit_person')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                ('kind', models.CharField(max_length=60)),
                ('occasion', models.CharField(max_length=200)),
                ('transactional', models.BooleanField()),
                ('context', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Sending'), ('sent', 'Sent'), ('failed', 'Failed'), ('dropped', 'Dropped'), ('kept', 'Kept'), ('refused', 'Refused')], default='waiting', max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.TextField(blank=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status__in', ['waiting', 'sending'])), fields=['next_try_at'], name='message_due'), models.Index(fields=['person', '-created_at'], name='message_person')],
                'constraints': [models.UniqueConstraint(fields=('occasion',), name='message_once_per_occasion')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditentry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='0119225bb067e9f7504a02008ec4d29bff851ad5', operation='DELETE', pgid='pgtrigger_append_only_5efc5', table='kernel_auditentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditentry',
            trigger=pgtrigger.compiler.Trigger(name='masked_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF current_setting('club.masking', true) = 'on'\n   AND ROW(NEW.id, NEW.at, NEW.actor_id, NEW.person_id, NEW.action, NEW.subject_type, NEW.subject_id, NEW.old, NEW.new)\n       IS NOT DISTINCT FROM\n       ROW(OLD.id, OLD.at, OLD.actor_id, OLD.person_id, OLD.action, OLD.subject_type, OLD.subject_id, OLD.old, OLD.new)\n   AND NEW.reason IN ('', '[masked]') AND OLD.data @> NEW.data\nTHEN RETURN NEW; END IF;\nRAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n", hash='53b774d9946470a0a025ed8d7e4bff6f79c063f0', operation='UPDATE', pgid='pgtrigger_masked_only_8e574', table='kernel_auditentry', when='BEFORE')),
        ),
    ]
