from django.db import migrations, models

# R2: those an earlier import brought unchecked count from its day, or from their membership's first.
IMPORTED = """
UPDATE members_stake stake SET imported_on = greatest(
    (entry.at AT TIME ZONE 'Asia/Shanghai')::date,
    (SELECT min(starts_on) FROM members_term term WHERE term.person_id = stake.person_id AND term.voided_at IS NULL)
)
FROM kernel_auditentry entry
WHERE entry.subject_type = 'members.Stake' AND entry.subject_id = stake.id AND entry.action = 'stake.import'
  AND stake.verified_on IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0005_phone'),
        ('kernel', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='stake',
            name='imported_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='stake',
            index=models.Index(condition=models.Q(('ended_at', None), ('verified_on', None)), fields=['imported_on'], name='stake_due_unchecked'),
        ),
        migrations.RunSQL(IMPORTED, migrations.RunSQL.noop),
    ]
