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
                name='Corpus',
                fields=[
                    ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                    ('documents', models.PositiveIntegerField(default=0)),
                    ('length', models.PositiveBigIntegerField(default=0)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='corpus_is_one')],
                },
            ),
            migrations.CreateModel(
                name='Document',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('need', 'Need'), ('offer', 'Offer'), ('card', 'Card'), ('answer', 'Answer')], max_length=8)),
                    ('key', models.CharField(max_length=60)),
                    ('path', models.CharField(max_length=200)),
                    ('title', models.CharField(max_length=200)),
                    ('text', models.TextField(blank=True)),
                    ('lacks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                    ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                    ('size', models.CharField(blank=True, max_length=20)),
                    ('stage', models.CharField(blank=True, max_length=20)),
                    ('valid_until', models.DateTimeField(blank=True, null=True)),
                    ('visible', models.BooleanField(default=True)),
                    ('length', models.PositiveIntegerField()),
                    ('written_at', models.DateTimeField()),
                    ('paired_at', models.DateTimeField(blank=True, null=True)),
                    ('city', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='members.city')),
                    ('industry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='members.industry')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [models.Index(fields=['person', 'kind'], name='document_of_person'), models.Index(fields=['kind', '-written_at'], name='document_by_kind'), models.Index(condition=models.Q(('paired_at', None)), fields=['written_at'], name='document_to_pair')],
                    'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='document_of_one_source'), models.CheckConstraint(condition=models.Q(('kind__in', ('need', 'offer', 'card', 'answer'))), name='document_kind')],
                },
            ),
            migrations.CreateModel(
                name='Term',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('text', models.CharField(max_length=41, unique=True)),
                    ('df', models.PositiveIntegerField()),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('df', 0)), fields=['df'], name='term_unused')],
                },
            ),
            migrations.CreateModel(
                name='Match',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('fit', models.PositiveSmallIntegerField()),
                    ('rank', models.PositiveSmallIntegerField()),
                    ('tier', models.PositiveSmallIntegerField()),
                    ('slot', models.CharField(choices=[('ranked', 'Ranked'), ('rotating', 'Rotating')], default='ranked', max_length=8)),
                    ('reasons', models.JSONField(default=list)),
                    ('surfaced_at', models.DateTimeField()),
                    ('notified_at', models.DateTimeField(blank=True, null=True)),
                    ('seen_at', models.DateTimeField(blank=True, null=True)),
                    ('answer', models.CharField(blank=True, choices=[('help', 'Help'), ('declined', 'Declined')], max_length=8)),
                    ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ('outcome_at', models.DateTimeField(blank=True, null=True)),
                    ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='matching.document')),
                    ('need', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='matching.document')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [models.Index(fields=['person', '-surfaced_at'], name='match_exposure'), models.Index(fields=['document'], name='match_of_document')],
                    'constraints': [models.UniqueConstraint(fields=('need', 'person'), name='match_once_per_member'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='match_answer_has_time'), models.CheckConstraint(condition=models.Q(('outcome_at', None), models.Q(('answered_at__isnull', False), ('outcome_at__gte', models.F('answered_at'))), _connector='OR'), name='match_outcome_after_answer')],
                },
            ),
            migrations.CreateModel(
                name='Posting',
                fields=[
                    ('pk', models.CompositePrimaryKey('document', 'term', blank=True, editable=False, primary_key=True, serialize=False)),
                    ('tf', models.PositiveSmallIntegerField()),
                    ('field', models.PositiveSmallIntegerField()),
                    ('length', models.PositiveIntegerField()),
                    ('document', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='postings', to='matching.document')),
                    ('term', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='matching.term')),
                ],
                options={
                    'indexes': [models.Index(fields=['term'], include=('document', 'tf', 'field', 'length'), name='posting_covers_ranking')],
                },
            ),
            migrations.CreateModel(
                name='Vector',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('encoder', models.CharField(max_length=20)),
                    ('data', models.BinaryField()),
                    ('document', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='vectors', to='matching.document')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('document', 'encoder'), name='vector_once_per_encoder')],
                },
            ),
        ]),
    ]
