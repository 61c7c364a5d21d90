"""Writing down what somebody agreed to, by purpose and version, in their own words (R52)."""

from datetime import datetime

from django.utils import translation

from community.kernel import audit
from community.members import rules
from community.members.models import Consent, Person
from community.members.selectors import consents


def give(person: Person, purpose: str, *, at: datetime) -> Consent:
    """Write down a consent with its words, in the caller's transaction, the person locked. The same version again is no
    second consent; a newer one takes the older's place."""
    now = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if now is not None and now.version == rules.CONSENT_VERSION:
        return now
    if now is not None:
        Consent.objects.filter(pk=now.pk).update(withdrawn_at=at)
    with translation.override(person.language):
        words = consents.words_of(purpose)
    given = Consent.objects.create(
        person=person, purpose=purpose, version=rules.CONSENT_VERSION, words=words, language=person.language,
        given_at=at,
    )  # fmt: skip
    audit.record("consent.give", given, by=person, at=at, new=purpose, data={"kind": given.version})
    return given
