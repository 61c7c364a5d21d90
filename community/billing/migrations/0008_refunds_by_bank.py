from django.db import migrations


class Migration(migrations.Migration):
    """What came by transfer goes back by transfer: refunds of before get their channel and their case."""

    dependencies = [("billing", "0007_bank_refunds")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE billing_refund SET channel = 'bank' FROM billing_payment paid
                WHERE paid.id = billing_refund.payment_id AND paid.channel = 'bank';
            INSERT INTO billing_bankrefund (refund_id, holder, bank, account, serial)
                SELECT id, '', '', '', '' FROM billing_refund WHERE channel = 'bank';
            """,
            migrations.RunSQL.noop,
        )
    ]
