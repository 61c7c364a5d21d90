import community.kernel.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from community.kernel.migrating import Together


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together([
            migrations.CreateModel(
                name='Goal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('stage', models.CharField(blank=True, max_length=20)),
                    ('text', models.CharField(blank=True, max_length=140)),
                    ('by_on', models.DateField()),
                    ('status', models.CharField(choices=[('open', 'Under way'), ('reached', 'Reached'), ('changed', 'Changed'), ('given_up', 'Given up')], default='open', max_length=8)),
                    ('stated_at', models.DateTimeField()),
                    ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ('word', models.CharField(blank=True, max_length=200)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goals', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [models.Index(fields=['person', '-stated_at'], name='goal_person')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('person',), name='goal_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('status', 'open')), models.Q(models.Q(('status', 'open'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='goal_closed_pair')],
                },
            ),
            migrations.CreateModel(
                name='Programme',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('rung', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12)),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('name_zh', models.CharField(max_length=60)),
                    ('name_en', models.CharField(blank=True, max_length=60)),
                    ('purpose', models.TextField()),
                    ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                    ('leads_to', models.CharField(blank=True, max_length=20)),
                    ('starts_on', models.DateField()),
                    ('last_on', models.DateField()),
                    ('seats', models.PositiveSmallIntegerField(default=30)),
                    ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Signing up'), ('running', 'Running'), ('ended', 'Ended'), ('cancelled', 'Cancelled')], default='draft', max_length=10)),
                    ('created_at', models.DateTimeField()),
                    ('opened_at', models.DateTimeField(blank=True, null=True)),
                    ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                    ('cancel_reason', models.CharField(blank=True, max_length=300)),
                    ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='programmes.programme')),
                ],
                options={
                    'indexes': [models.Index(fields=['status', 'starts_on'], name='programme_list'), models.Index(fields=['rung'], name='programme_rung')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('last_on__gt', models.F('starts_on'))), name='programme_lasts'), models.CheckConstraint(condition=models.Q(('seats__gte', 1), ('seats__lte', 30)), name='programme_seats'), models.CheckConstraint(condition=models.Q(('follows', models.F('id')), _negated=True), name='programme_not_itself'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('status', 'cancelled')), models.Q(models.Q(('status', 'cancelled'), _negated=True), ('cancelled_at', None)), _connector='OR'), name='programme_cancelled_pair'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'cancelled']), ('opened_at__isnull', False), _connector='OR'), name='programme_opened')],
                },
            ),
            migrations.CreateModel(
                name='Host',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes_hosted', to=settings.AUTH_USER_MODEL)),
                    ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hosts', to='programmes.programme')),
                ],
                options={
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('programme', 'person'), name='programme_host_once')],
                },
            ),
            migrations.CreateModel(
                name='Place',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('number', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('status', models.CharField(choices=[('joined', 'Taking part'), ('left', 'Left'), ('moved_up', 'Moves up'), ('repeats', 'Repeats'), ('let_go', 'Leaves the ladder')], default='joined', max_length=10)),
                    ('joined_at', models.DateTimeField()),
                    ('left_at', models.DateTimeField(blank=True, null=True)),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('sentence', models.CharField(blank=True, max_length=500)),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programme_places', to=settings.AUTH_USER_MODEL)),
                    ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='programmes.programme')),
                ],
                options={
                    'indexes': [models.Index(fields=['person', 'status'], name='place_person')],
                    'constraints': [models.UniqueConstraint(fields=('programme', 'person'), name='place_once'), models.UniqueConstraint(fields=('programme', 'number'), name='place_number_once'), models.CheckConstraint(condition=models.Q(('number', None), models.Q(('number__gte', 1), ('number__lte', 30)), _connector='OR'), name='place_of_thirty'), models.CheckConstraint(condition=models.Q(models.Q(('left_at__isnull', False), ('number', None), ('status', 'left')), models.Q(models.Q(('status', 'left'), _negated=True), ('left_at', None), ('number__isnull', False)), _connector='OR'), name='place_left_pair'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('status__in', ['moved_up', 'repeats', 'let_go'])), models.Q(models.Q(('status__in', ['moved_up', 'repeats', 'let_go']), _negated=True), ('decided_at', None), ('decided_by', None)), _connector='OR'), name='place_decided_pair')],
                },
            ),
            migrations.CreateModel(
                name='Asking',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('text', models.CharField(blank=True, max_length=200)),
                    ('asked_at', models.DateTimeField()),
                    ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ('let_in', models.BooleanField(default=False)),
                    ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='askings', to='programmes.programme')),
                ],
                options={
                    'ordering': ['asked_at', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('programme', 'person'), name='asking_once'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('let_in', False)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='asking_answered_pair')],
                },
            ),
            migrations.CreateModel(
                name='CheckIn',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('week', models.PositiveSmallIntegerField()),
                    ('way', models.CharField(choices=[('done', 'Done'), ('stuck', 'Stuck'), ('ask', 'I ask')], max_length=6)),
                    ('text', models.CharField(blank=True, max_length=500)),
                    ('written_at', models.DateTimeField()),
                    ('changed_at', models.DateTimeField(blank=True, null=True)),
                    ('late', models.BooleanField(default=False)),
                    ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='programmes.place')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('place', 'week'), name='checkin_once_a_week'), models.CheckConstraint(condition=models.Q(('week__gte', 1)), name='checkin_week')],
                },
            ),
            migrations.CreateModel(
                name='Reply',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('text', models.CharField(blank=True, max_length=300)),
                    ('written_at', models.DateTimeField()),
                    ('removed_at', models.DateTimeField(blank=True, null=True)),
                    ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('check_in', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='programmes.checkin')),
                ],
                options={
                    'verbose_name_plural': 'replies',
                    'ordering': ['written_at', 'pk'],
                    'indexes': [models.Index(fields=['check_in', 'written_at'], name='reply_checkin')],
                },
            ),
            migrations.CreateModel(
                name='Challenge',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                    ('name', models.CharField(max_length=60)),
                    ('text', models.CharField(max_length=500)),
                    ('starts_on', models.DateField()),
                    ('days', models.PositiveSmallIntegerField(choices=[(7, '7'), (14, '14'), (21, '21')])),
                    ('status', models.CharField(choices=[('open', 'Under way'), ('ended', 'Ended'), ('cancelled', 'Cancelled')], default='open', max_length=10)),
                    ('made_at', models.DateTimeField()),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='challenges', to='programmes.programme')),
                ],
                options={
                    'indexes': [models.Index(fields=['status', 'starts_on'], name='challenge_list')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('days__in', (7, 14, 21))), name='challenge_days'), models.CheckConstraint(condition=models.Q(('programme', None), ('stages', []), _connector='OR'), name='challenge_one_audience')],
                },
            ),
            migrations.CreateModel(
                name='Participation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('joined_at', models.DateTimeField()),
                    ('left_at', models.DateTimeField(blank=True, null=True)),
                    ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='programmes.challenge')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('left_at', None)), fields=['person'], name='participation_person')],
                    'constraints': [models.UniqueConstraint(fields=('challenge', 'person'), name='participation_once')],
                },
            ),
            migrations.CreateModel(
                name='Tick',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('ticked_on', models.DateField()),
                    ('note', models.CharField(blank=True, max_length=140)),
                    ('written_at', models.DateTimeField()),
                    ('participation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ticks', to='programmes.participation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('participation', 'ticked_on'), name='tick_once_a_day')],
                },
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='place',
                trigger=pgtrigger.compiler.Trigger(name='within_seats', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF NEW.number IS NOT NULL\n   AND NEW.number > (SELECT seats FROM programmes_programme WHERE id = NEW.programme_id)\nTHEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'place_within_seats',\n     MESSAGE = 'this cohort has no such place';\nEND IF;\nRETURN NEW;\n", hash='eeda2d1c50ee9938bace2f2b9953130b59f42821', operation='INSERT OR UPDATE OF "number"', pgid='pgtrigger_within_seats_f9f0e', table='programmes_place', when='BEFORE')),
            ),
        ]),
    ]
