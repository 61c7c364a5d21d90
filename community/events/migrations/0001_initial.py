import community.kernel.ids
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
                name='CalendarFeed',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('token', models.CharField(max_length=64, unique=True)),
                    ('made_at', models.DateTimeField()),
                    ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.CreateModel(
                name='Template',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('name', models.CharField(max_length=60)),
                    ('kind', models.CharField(choices=[('roundtable', 'Roundtable'), ('visit', 'Company visit'), ('class', 'Class'), ('sport', 'Sport'), ('trip', 'Trip'), ('online', 'Online'), ('programme', 'Programme meeting')], default='roundtable', max_length=12)),
                    ('topic', models.CharField(max_length=80)),
                    ('about', models.TextField(blank=True)),
                    ('agenda', models.TextField(blank=True)),
                    ('minutes', models.PositiveIntegerField()),
                    ('table_count', models.PositiveSmallIntegerField(default=1)),
                    ('seats_each', models.PositiveSmallIntegerField(default=12)),
                    ('made_at', models.DateTimeField()),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['name', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('minutes__range', (15, 20160))), name='template_length')],
                },
            ),
            migrations.CreateModel(
                name='OpeningHours',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=12, unique=True)),
                    ('quiet', models.PositiveSmallIntegerField()),
                    ('standing', models.PositiveSmallIntegerField()),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('quiet__lte', models.F('standing')), ('standing__lte', 336)), name='opening_in_order')],
                },
            ),
            migrations.CreateModel(
                name='TemplateTask',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveSmallIntegerField()),
                    ('title', models.CharField(max_length=60)),
                    ('days', models.SmallIntegerField()),
                    ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='events.template')),
                ],
                options={
                    'ordering': ['days', 'position'],
                    'constraints': [models.UniqueConstraint(fields=('template', 'position'), name='template_task_position'), models.CheckConstraint(condition=models.Q(('days__range', (-60, 30))), name='template_task_days')],
                },
            ),
            migrations.CreateModel(
                name='Series',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('first_on', models.DateField()),
                    ('last_on', models.DateField(blank=True, null=True)),
                    ('every_weeks', models.PositiveSmallIntegerField(choices=[(1, 'Every week'), (2, 'Every two weeks'), (4, 'Every four weeks')], default=1)),
                    ('begins', models.TimeField()),
                    ('ahead_weeks', models.PositiveSmallIntegerField(default=6)),
                    ('district', models.CharField(blank=True, max_length=40)),
                    ('place', models.CharField(blank=True, max_length=80)),
                    ('address', models.CharField(blank=True, max_length=200)),
                    ('directions', models.TextField(blank=True)),
                    ('made_at', models.DateTimeField()),
                    ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.city')),
                    ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='events.template')),
                ],
                options={
                    'ordering': ['first_on', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('last_on', None), ('last_on__gte', models.F('first_on')), _connector='OR'), name='series_forward'), models.CheckConstraint(condition=models.Q(('every_weeks__in', [1, 2, 4])), name='series_every'), models.CheckConstraint(condition=models.Q(('ahead_weeks__range', (1, 26))), name='series_ahead')],
                },
            ),
            migrations.CreateModel(
                name='Event',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('kind', models.CharField(choices=[('roundtable', 'Roundtable'), ('visit', 'Company visit'), ('class', 'Class'), ('sport', 'Sport'), ('trip', 'Trip'), ('online', 'Online'), ('programme', 'Programme meeting')], default='roundtable', max_length=12)),
                    ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Published'), ('held', 'Held'), ('cancelled', 'Cancelled')], default='draft', max_length=10)),
                    ('topic', models.CharField(max_length=80)),
                    ('about', models.TextField(blank=True)),
                    ('agenda', models.TextField(blank=True)),
                    ('district', models.CharField(blank=True, max_length=40)),
                    ('place', models.CharField(blank=True, max_length=80)),
                    ('address', models.CharField(blank=True, max_length=200)),
                    ('directions', models.TextField(blank=True)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('table_count', models.PositiveSmallIntegerField(default=1)),
                    ('seats_each', models.PositiveSmallIntegerField(default=12)),
                    ('sequence', models.PositiveIntegerField(default=0)),
                    ('created_at', models.DateTimeField()),
                    ('published_at', models.DateTimeField(blank=True, null=True)),
                    ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                    ('cancel_reason', models.TextField(blank=True)),
                    ('roster_closed_at', models.DateTimeField(blank=True, null=True)),
                    ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.city')),
                    ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hosted_events', to=settings.AUTH_USER_MODEL)),
                    ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('roster_closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.company')),
                    ('follows', models.ManyToManyField(blank=True, related_name='followed_by', to='events.event')),
                    ('releases_at', models.DateTimeField(blank=True, null=True)),
                    ('by_hand', models.BooleanField(default=False)),
                    ('series_on', models.DateField(blank=True, null=True)),
                    ('series', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='events.series')),
                    ('bring', models.CharField(blank=True, max_length=200)),
                    ('insurance', models.CharField(blank=True, max_length=300)),
                    ('level', models.CharField(blank=True, choices=[('all', 'For everybody'), ('beginner', 'For beginners'), ('middle', 'With some experience'), ('advanced', 'Advanced')], max_length=10)),
                    ('waiver', models.TextField(blank=True)),
                    ('allots_at', models.DateTimeField(blank=True, null=True)),
                    ('allotted_at', models.DateTimeField(blank=True, null=True)),
                    ('reserve_for_others', models.PositiveSmallIntegerField(default=0)),
                    ('opens_all_at', models.DateTimeField(blank=True, null=True)),
                    ('opens_quiet_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['status', 'starts_at'], name='event_by_time')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='event_forward'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['roundtable']), _negated=True), models.Q(('seats_each__range', (1, 12)), ('table_count__range', (1, 20))), _connector='OR'), name='event_tables_of_twelve'), models.CheckConstraint(condition=models.Q(('seats_each__range', (1, 5000))), name='event_capacity'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_by__isnull', False)), models.Q(('published_at__isnull', True), ('published_by__isnull', True)), _connector='OR'), name='event_published_pair'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False)), models.Q(('cancelled_at__isnull', True), ('cancelled_by__isnull', True)), _connector='OR'), name='event_cancelled_pair'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('status', 'cancelled')), models.Q(models.Q(('status', 'cancelled'), _negated=True), ('cancelled_at__isnull', True)), _connector='OR'), name='event_cancelled_has_date'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['open', 'held']), _negated=True), ('published_at__isnull', False), _connector='OR'), name='event_open_has_date'), models.CheckConstraint(condition=models.Q(models.Q(('roster_closed_at__isnull', False), ('status', 'held')), models.Q(models.Q(('status', 'held'), _negated=True), ('roster_closed_at__isnull', True)), _connector='OR'), name='event_held_has_date'), models.CheckConstraint(condition=models.Q(('releases_at', None), models.Q(('kind', 'visit'), ('releases_at__lt', models.F('starts_at'))), _connector='OR'), name='event_release_before_start'), models.UniqueConstraint(condition=models.Q(('series_on__isnull', False)), fields=('series', 'series_on'), name='event_once_per_series_day'), models.CheckConstraint(condition=models.Q(('series_on', None), ('series__isnull', False), _connector='OR'), name='event_series_pair'), models.CheckConstraint(condition=models.Q(models.Q(('allots_at', None), ('allotted_at', None), ('reserve_for_others', 0)), models.Q(('allots_at__lt', models.F('starts_at')), ('allotted_at', None)), models.Q(('allots_at__lt', models.F('starts_at')), ('allotted_at__gte', models.F('allots_at'))), _connector='OR'), name='event_allotted_in_time')],
                },
            ),
            migrations.CreateModel(
                name='SkippedDay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('skipped_on', models.DateField()),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skipped', to='events.series')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('series', 'skipped_on'), name='series_skips_once')],
                },
            ),
            migrations.CreateModel(
                name='Table',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField()),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tables', to='events.event')),
                    ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('topic', models.CharField(blank=True, max_length=80)),
                ],
                options={
                    'ordering': ['number'],
                    'constraints': [models.UniqueConstraint(fields=('event', 'number'), name='table_number'), models.CheckConstraint(condition=models.Q(('number__range', (1, 20))), name='table_count')],
                },
            ),
            migrations.CreateModel(
                name='EventTask',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('title', models.CharField(max_length=60)),
                    ('days', models.SmallIntegerField()),
                    ('done_at', models.DateTimeField(blank=True, null=True)),
                    ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='events.event')),
                ],
                options={
                    'ordering': ['days', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['event'], name='event_task_open')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('days__range', (-60, 30))), name='event_task_days'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='event_task_done_pair')],
                },
            ),
            migrations.CreateModel(
                name='SeatingPlan',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('seed', models.PositiveBigIntegerField()),
                    ('digest', models.CharField(max_length=64)),
                    ('question', models.JSONField()),
                    ('tables', models.JSONField()),
                    ('hosts', models.JSONField()),
                    ('made_at', models.DateTimeField()),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seating_plans', to='events.event')),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ('refused', models.CharField(blank=True, max_length=40)),
                ],
                options={
                    'ordering': ['-made_at', '-pk'],
                    'indexes': [models.Index(condition=models.Q(('answered_at', None)), fields=['made_at'], name='plans_unanswered')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('refused', ''), ('answered_at__isnull', False), _connector='OR'), name='plan_refused_is_answered')],
                },
            ),
            migrations.CreateModel(
                name='SeatingWish',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('together', 'at one table with'), ('apart', 'not at one table with')], max_length=10)),
                    ('made_at', models.DateTimeField()),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seating_wishes', to='events.event')),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['made_at', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='wish_of_two'), models.UniqueConstraint(fields=('event', 'one', 'other'), name='wish_once_a_pair')],
                },
            ),
            migrations.CreateModel(
                name='Announcement',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, max_length=12, unique=True)),
                    ('audience', models.CharField(choices=[('coming', 'Everybody with a seat'), ('waiting', 'The waitlist'), ('all', 'Everybody with a seat, and the waitlist')], max_length=10)),
                    ('text', models.TextField()),
                    ('people', models.PositiveIntegerField(default=0)),
                    ('sent_at', models.DateTimeField()),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='events.event')),
                    ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-sent_at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='MeetAgain',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('wished_at', models.DateTimeField()),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.event')),
                    ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('event', 'person', 'other'), name='again_once_per_event'), models.CheckConstraint(condition=models.Q(('person', models.F('other')), _negated=True), name='again_is_of_two')],
                },
            ),
            migrations.CreateModel(
                name='Opinion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('worth', models.CharField(choices=[('yes', 'Yes, it was worth it'), ('partly', 'Partly'), ('no', 'No')], max_length=8)),
                    ('answered_at', models.DateTimeField()),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='events.event')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('event', 'person'), name='opinion_once_per_event')],
                },
            ),
            migrations.CreateModel(
                name='WaiverAcceptance',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('version', models.CharField(max_length=12)),
                    ('text', models.TextField()),
                    ('accepted_at', models.DateTimeField()),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='events.event')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('event', 'person', 'version'), name='waiver_once_per_wording')],
                },
            ),
            migrations.CreateModel(
                name='AllotmentRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('ran_at', models.DateTimeField()),
                    ('inputs', models.JSONField()),
                    ('digest', models.CharField(max_length=64)),
                    ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='allotment', to='events.event')),
                ],
            ),
            migrations.CreateModel(
                name='StaffHold',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, max_length=12, unique=True)),
                    ('reason', models.CharField(max_length=200)),
                    ('made_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='staff_holds', to='events.event')),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['ends_at', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['event'], name='staff_holds_running')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('made_at__lt', models.F('ends_at'))), name='staff_hold_has_end'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='staff_hold_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), ('ended_at__gte', models.F('made_at')), _connector='OR'), name='staff_hold_ended')],
                },
            ),
            migrations.CreateModel(
                name='EventPrice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('amount', models.BigIntegerField()),
                    ('currency', models.CharField(default='CNY', max_length=3)),
                    ('valid_from_on', models.DateField()),
                    ('set_at', models.DateTimeField()),
                    ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='events.event')),
                    ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-valid_from_on'],
                    'constraints': [models.UniqueConstraint(fields=('event', 'valid_from_on'), name='event_price_once_per_day'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='event_price_positive')],
                },
            ),
            migrations.CreateModel(
                name='Seat',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField()),
                    ('made_at', models.DateTimeField()),
                    ('removed_at', models.DateTimeField(blank=True, null=True)),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='events.event')),
                    ('table', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='events.table')),
                ],
                options={
                    'ordering': ['table__number', 'number'],
                    'constraints': [models.UniqueConstraint(fields=('table', 'number'), name='seat_number_at_table'), models.UniqueConstraint(condition=models.Q(('table', None)), fields=('event', 'number'), name='seat_number_in_room'), models.CheckConstraint(condition=models.Q(('number__range', (1, 12)), models.Q(('number__range', (1, 5000)), ('table', None)), _connector='OR'), name='seat_one_to_twelve')],
                },
            ),
            migrations.CreateModel(
                name='Signup',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('status', models.CharField(choices=[('waiting', 'On the waitlist'), ('offered', 'Offered a seat'), ('confirmed', 'Confirmed'), ('attended', 'Here'), ('missed', 'Missed'), ('withdrawn', 'Gave the seat back')], max_length=10)),
                    ('is_host', models.BooleanField(default=False)),
                    ('signed_up_at', models.DateTimeField()),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ('withdrawn_late', models.BooleanField(default=False)),
                    ('attended_at', models.DateTimeField(blank=True, null=True)),
                    ('checked_in_at', models.DateTimeField(blank=True, null=True)),
                    ('missed_at', models.DateTimeField(blank=True, null=True)),
                    ('checked_in_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='signups', to='events.event')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signups', to=settings.AUTH_USER_MODEL)),
                    ('seat', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signups', to='events.seat')),
                    ('moved_up_at', models.DateTimeField(blank=True, null=True)),
                    ('offer_ends_at', models.DateTimeField(blank=True, null=True)),
                    ('offered_at', models.DateTimeField(blank=True, null=True)),
                    ('excuse', models.TextField(blank=True)),
                    ('excused_at', models.DateTimeField(blank=True, null=True)),
                    ('excused_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('uploaded_at', models.DateTimeField(blank=True, null=True)),
                    ('with_guest', models.BooleanField(default=False)),
                ],
                options={
                    'indexes': [models.Index(fields=['event', 'status'], name='signup_event_status'), models.Index(condition=models.Q(('status', 'offered')), fields=['offer_ends_at'], name='signup_offers_by_end')],
                    'constraints': [models.UniqueConstraint(fields=('event', 'person'), name='signup_once_per_person'), models.UniqueConstraint(condition=models.Q(('seat__isnull', False)), fields=('seat',), name='signup_one_per_seat'), models.CheckConstraint(condition=models.Q(models.Q(('seat__isnull', False), ('status__in', ('offered', 'confirmed', 'attended'))), models.Q(('seat__isnull', True), ('status__in', ['waiting', 'withdrawn'])), ('status', 'missed'), _connector='OR'), name='signup_seated'), models.CheckConstraint(condition=models.Q(models.Q(('attended_at__isnull', False), ('checked_in_at__isnull', False), ('checked_in_by__isnull', False), ('status', 'attended')), models.Q(models.Q(('status', 'attended'), _negated=True), ('attended_at__isnull', True), ('checked_in_at__isnull', True), ('checked_in_by__isnull', True)), _connector='OR'), name='signup_attended_has_all'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), ('withdrawn_at__isnull', False)), models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', True), ('withdrawn_late', False)), _connector='OR'), name='signup_withdrawn_has_date'), models.CheckConstraint(condition=models.Q(models.Q(('missed_at__isnull', False), ('status', 'missed')), models.Q(models.Q(('status', 'missed'), _negated=True), ('missed_at__isnull', True)), _connector='OR'), name='signup_missed_has_date'), models.CheckConstraint(condition=models.Q(models.Q(('offer_ends_at__gt', models.F('offered_at')), ('offered_at__isnull', False), ('status', 'offered')), models.Q(models.Q(('status', 'offered'), _negated=True), ('offer_ends_at__isnull', True)), _connector='OR'), name='signup_offer_has_end'), models.CheckConstraint(condition=models.Q(models.Q(('excused_at__isnull', True), ('excused_by__isnull', True)), models.Q(('excused_at__isnull', False), ('excused_by__isnull', False)), _connector='OR'), name='signup_excused_pair')],
                },
            ),
            migrations.CreateModel(
                name='SeatHold',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('taken_at', models.DateTimeField()),
                    ('freed_at', models.DateTimeField(blank=True, null=True)),
                    ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='events.seat')),
                    ('signup', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='events.signup')),
                    ('staff_hold', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='events.staffhold')),
                    ('for_guest', models.BooleanField(default=False)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('freed_at', None)), fields=('seat',), name='hold_one_per_seat'), models.CheckConstraint(condition=models.Q(('freed_at', None), ('freed_at__gte', models.F('taken_at')), _connector='OR'), name='hold_forward'), models.CheckConstraint(condition=models.Q(models.Q(('signup__isnull', False), ('staff_hold', None)), models.Q(('signup', None), ('staff_hold__isnull', False)), _connector='OR'), name='hold_of_one'), models.CheckConstraint(condition=models.Q(('for_guest', False), ('signup__isnull', False), _connector='OR'), name='hold_for_a_guest')],
                },
            ),
            migrations.CreateModel(
                name='Guest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('name', models.CharField(blank=True, max_length=80)),
                    ('contact', models.CharField(blank=True, max_length=254)),
                    ('added_at', models.DateTimeField()),
                    ('checked_in_at', models.DateTimeField(blank=True, null=True)),
                    ('forgotten_at', models.DateTimeField(blank=True, null=True)),
                    ('checked_in_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='guests', to='events.event')),
                    ('seat', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guests', to='events.seat')),
                    ('signup', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='guest', to='events.signup')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('seat__isnull', False)), fields=['event'], name='guests_seated'), models.Index(condition=models.Q(('forgotten_at', None)), fields=['added_at'], name='guests_to_forget')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('seat__isnull', False)), fields=('seat',), name='guest_one_per_seat'), models.CheckConstraint(condition=models.Q(models.Q(('checked_in_at', None), ('checked_in_by', None)), models.Q(('checked_in_at__isnull', False), ('checked_in_by__isnull', False), ('seat__isnull', False)), _connector='OR'), name='guest_checked_in_pair'), models.CheckConstraint(condition=models.Q(models.Q(('forgotten_at', None), models.Q(('name', ''), _negated=True)), models.Q(('contact', ''), ('forgotten_at__isnull', False), ('name', '')), _connector='OR'), name='guest_forgotten_has_date')],
                },
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='eventprice',
                trigger=pgtrigger.compiler.Trigger(name='of_what_may_cost', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF (SELECT kind FROM events_event WHERE id = NEW.event_id)\n                            NOT IN ('trip') THEN\n                        RAISE EXCEPTION 'an event of this kind is included in the fee'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'event_price_of_what_may_cost';\n                    END IF;\n                    RETURN NEW;\n                ", hash='1d7435100315f1561daf09c07ad2b4d7160c9c53', operation='INSERT OR UPDATE', pgid='pgtrigger_of_what_may_cost_40992', table='events_eventprice', when='BEFORE')),
            ),
        ]),
    ]
