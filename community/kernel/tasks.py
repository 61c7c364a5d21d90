from celery import shared_task
from django.utils import timezone

from community.kernel import outbox


@shared_task(name="kernel.deliver_waiting_messages")
def deliver_waiting_messages() -> None:
    outbox.deliver_due(at=timezone.now())
