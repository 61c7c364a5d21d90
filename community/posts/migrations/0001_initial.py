import community.kernel.ids
import django.contrib.postgres.fields
import django.db.models.deletion
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
                name='Mute',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('since_at', models.DateTimeField()),
                    ('muted', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mutes', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('person', 'muted'), name='mute_once'), models.CheckConstraint(condition=models.Q(('person', models.F('muted')), _negated=True), name='mute_not_oneself')],
                },
            ),
            migrations.CreateModel(
                name='Profile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('about', models.CharField(blank=True, max_length=500)),
                    ('needs', models.CharField(blank=True, max_length=500)),
                    ('offers', models.CharField(blank=True, max_length=500)),
                    ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                    ('audiences', models.JSONField(blank=True, default=dict)),
                    ('made_at', models.DateTimeField()),
                    ('refreshed_at', models.DateTimeField()),
                    ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profile', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [models.Index(fields=['refreshed_at'], name='profile_refreshed')],
                },
            ),
            migrations.CreateModel(
                name='Answer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('text', models.TextField()),
                    ('written_at', models.DateTimeField()),
                    ('removed_at', models.DateTimeField(blank=True, null=True)),
                    ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to=settings.AUTH_USER_MODEL)),
                    ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='posts.answer')),
                    ('removed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['written_at', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Post',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('kind', models.CharField(choices=[('need', 'Need'), ('offer', 'Offer'), ('dilemma', 'Dilemma')], max_length=8)),
                    ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('solved', 'Solved'), ('closed', 'Closed'), ('expired', 'Expired')], default='draft', max_length=8)),
                    ('title', models.CharField(max_length=60)),
                    ('text', models.TextField(blank=True)),
                    ('lack', models.CharField(choices=[('money', 'Money'), ('people', 'People'), ('resources', 'Resources'), ('know_how', 'Know-how')], max_length=10)),
                    ('topic', models.CharField(choices=[('staff', 'Staff'), ('partner', 'Partners'), ('customers', 'Customers'), ('promotion', 'Promotion'), ('product', 'Product'), ('suppliers', 'Suppliers'), ('finance_law', 'Finance and law'), ('going_abroad', 'Going abroad'), ('founders_life', "Founder's life")], max_length=14)),
                    ('created_at', models.DateTimeField()),
                    ('opened_at', models.DateTimeField(blank=True, null=True)),
                    ('expires_at', models.DateTimeField()),
                    ('first_answered_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('hidden_at', models.DateTimeField(blank=True, null=True)),
                    ('hidden_reason', models.CharField(blank=True, max_length=300)),
                    ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to=settings.AUTH_USER_MODEL)),
                    ('best', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='best_of', to='posts.answer')),
                    ('city', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.city')),
                    ('hidden_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('industry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.industry')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('status', 'open')), fields=['-opened_at'], name='post_open'), models.Index(condition=models.Q(('status', 'open')), fields=['expires_at'], name='post_expiry'), models.Index(fields=['author', 'kind', 'status'], name='post_author')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('opened_at', None), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('opened_at__isnull', False)), _connector='OR'), name='post_opened_pair'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status__in', ['solved', 'closed'])), models.Q(models.Q(('status__in', ['solved', 'closed']), _negated=True), ('ended_at', None)), _connector='OR'), name='post_ended_pair'), models.CheckConstraint(condition=models.Q(models.Q(('hidden_at', None), ('hidden_by', None)), models.Q(('hidden_at__isnull', False), ('hidden_by__isnull', False)), _connector='OR'), name='post_hidden_pair'), models.CheckConstraint(condition=models.Q(('best', None), ('kind', 'dilemma'), _connector='OR'), name='post_best_of_dilemma'), models.CheckConstraint(condition=models.Q(('first_answered_at', None), ('first_answered_at__gte', models.F('opened_at')), _connector='OR'), name='post_answer_after')],
                },
            ),
            migrations.CreateModel(
                name='Photo',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('file', models.FileField(upload_to='photos/')),
                    ('content_type', models.CharField(max_length=20)),
                    ('added_at', models.DateTimeField()),
                    ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='posts.post')),
                ],
                options={
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Report',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('why', models.CharField(choices=[('ad', 'An advertisement, nothing is asked or offered'), ('contact', 'Contact data in public'), ('rude', 'Insulting or degrading'), ('private', 'Tells what was told in confidence'), ('other', 'Something else')], max_length=8)),
                    ('note', models.CharField(blank=True, max_length=300)),
                    ('made_at', models.DateTimeField()),
                    ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ('answer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='posts.answer')),
                    ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='posts.post')),
                    ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['made_at', 'pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('post', 'answer', 'reporter'), name='report_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('settled_by', None)), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='report_settled_pair')],
                },
            ),
            migrations.CreateModel(
                name='Introduction',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('status', models.CharField(choices=[('asked', 'Waits for an answer'), ('accepted', 'Introduced'), ('met', 'Have talked'), ('thanked', 'Thanked'), ('declined', 'Not this time'), ('expired', 'Not answered')], default='asked', max_length=8)),
                    ('note', models.CharField(blank=True, max_length=300)),
                    ('asked_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ('talk_at', models.DateTimeField(blank=True, null=True)),
                    ('met_at', models.DateTimeField(blank=True, null=True)),
                    ('thanked_at', models.DateTimeField(blank=True, null=True)),
                    ('asked', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='introductions_received', to=settings.AUTH_USER_MODEL)),
                    ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='introductions_asked', to=settings.AUTH_USER_MODEL)),
                    ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='introductions', to='posts.post')),
                ],
                options={
                    'indexes': [models.Index(fields=['asked', 'status'], name='introduction_asked'), models.Index(condition=models.Q(('status', 'asked')), fields=['expires_at'], name='introduction_expiry')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('asker', models.F('asked')), _negated=True), name='introduction_of_two'), models.UniqueConstraint(condition=models.Q(('status__in', ('asked', 'accepted', 'met'))), fields=('asker', 'asked', 'post'), name='introduction_one_live', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('accepted', 'met', 'thanked')), _negated=True), models.Q(('answered_at__isnull', False), ('talk_at__isnull', False)), _connector='OR'), name='introduction_answered')],
                },
            ),
            migrations.CreateModel(
                name='Thanks',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=community.kernel.ids.public_id, editable=False, max_length=12, unique=True)),
                    ('text', models.CharField(blank=True, max_length=300)),
                    ('business', models.BooleanField(default=False)),
                    ('amount', models.BigIntegerField(blank=True, null=True)),
                    ('currency', models.CharField(default='CNY', max_length=3)),
                    ('thanked_at', models.DateTimeField()),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                    ('refused_at', models.DateTimeField(blank=True, null=True)),
                    ('helper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='thanks', to=settings.AUTH_USER_MODEL)),
                    ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='thanks', to='posts.post')),
                ],
                options={
                    'verbose_name_plural': 'thanks',
                    'indexes': [models.Index(fields=['helper', '-thanked_at'], name='thanks_helper')],
                    'constraints': [models.UniqueConstraint(fields=('post', 'helper'), name='thanks_once'), models.CheckConstraint(condition=models.Q(('amount', None), models.Q(('amount__gt', 0), ('business', True)), _connector='OR'), name='thanks_amount_of_business'), models.CheckConstraint(condition=models.Q(('confirmed_at', None), ('refused_at', None), _connector='OR'), name='thanks_one_answer')],
                },
            ),
        ]),
        migrations.AddField(
            model_name='answer',
            name='post',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='posts.post'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['author', '-written_at'], name='answer_author'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('removed_at', None), ('removed_by', None)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='answer_removed_pair'),
        ),
    ]
