"""R15, R16, R19: a saved card pays the next year: agreed to, told before, charged once, off in one tap."""

from datetime import timedelta

import pytest
from django.test import Client

from community.billing import gateway, rules
from community.billing.models import Attempt, AutoRenewal, CardCharge, Invoice, Payment
from community.billing.services import charging, converging, paying, renewals
from community.kernel import outbox
from community.kernel.days import day_of, start_of
from community.kernel.models import Message, Reach
from community.members.models import Person, Term
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY, HOUR, MINUTE
from tests.billing.test_changing import ordered, tier

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
DECLINED, CONFIRM = "4000000000000341", "4000002760003184"


def press(bill: Invoice, at, *, auto_renew: bool, language: str = "zh-hans") -> str:
    """Press pay; the session's id."""
    assert paying.start(bill, person=bill.person, channel="stripe", language=language, auto_renew=auto_renew, at=at)
    session = Attempt.objects.get(invoice=bill, status="open").session_id
    assert session
    return session


def hour_of(charge: CardCharge):
    return rules.charge_at(charge.charge_on)


def letters(person: Person, kind: str) -> list[Message]:
    return list(Message.objects.filter(person=person, kind=f"billing/{kind}").order_by("pk"))


def intents(double) -> list[dict]:
    return double.store.all("payment_intent")


class TestAgreeing:
    def test_word_by_word_with_version_and_time_when_the_payment_counts(self, at, double):
        bill = billing.invoice(at, attended=True)
        session = press(bill, at, auto_renew=True, language="en")
        asked = AutoRenewal.objects.get()
        assert (asked.status, asked.consent_version, asked.language, asked.consented_at) == (
            "asked",
            rules.CONSENT,
            "en",
            at,
        )
        assert "five days before" in asked.consent
        assert double.get(session)["payment_method_types"] == ["card"]
        double.pay(session)
        billing.deliver(double, at)
        kept = AutoRenewal.objects.get()
        assert (kept.status, kept.card, kept.good_until) == ("on", "Visa ···· 4242", "12/2034")
        [letter] = letters(bill.person, "auto_renewal_on")
        assert letter.context["consent"] == kept.consent
        billing.deliver(double, at + MINUTE)
        converging.converge(intents(double)[-1]["id"], at=at)
        assert len(letters(bill.person, "auto_renewal_on")) == 1
        billing.assert_whole(at, double)

    def test_without_a_tick_nothing_is_kept(self, at, double):
        payment = billing.paid(at, double, attended=True)
        assert not AutoRenewal.objects.exists() and not double.store.all("customer")
        assert payment.status == "applied"

    def test_another_wish_is_another_page_and_the_first_one_is_closed(self, at, double):
        bill = billing.invoice(at)
        for first, then in ((False, True), (True, False)):
            one = press(bill, at, auto_renew=first)
            assert press(bill, at, auto_renew=first) == one
            other = press(bill, at, auto_renew=then)
            assert one != other and double.get(one)["status"] == "expired"
            assert double.get(other)["customer_creation"] == ("always" if then else "if_required")
        assert [a.status for a in AutoRenewal.objects.order_by("pk")] == ["off"] or not AutoRenewal.objects.filter(
            status="on"
        )

    def test_paid_without_a_tick_a_later_tick_agrees_to_nothing(self, at, double):
        bill = billing.invoice(at)
        double.pay(press(bill, at, auto_renew=False))
        answer = paying.start(bill, person=bill.person, channel="stripe", language="en", auto_renew=True, at=at)
        assert answer is None and not AutoRenewal.objects.exists()

    def test_a_page_that_closes_unpaid_agrees_to_nothing(self, at, double):
        bill = billing.invoice(at)
        session = press(bill, at, auto_renew=True)
        double.client().v1.checkout.sessions.expire(session)
        billing.deliver(double, at)
        found = AutoRenewal.objects.get()
        assert (found.status, found.why, found.method_id) == ("off", "not_kept", "")
        billing.assert_whole(at, double)

    def test_money_that_does_not_count_keeps_no_card(self, at, double):
        """The second of two pages: it goes back, and the card goes away."""
        bill = billing.invoice(at, attended=True)
        one = press(bill, at, auto_renew=False)
        bill.attempts.update(status="closed")
        other = press(bill, at, auto_renew=True)
        double.pay(one)
        billing.deliver(double, at)
        double.pay(other)
        billing.deliver(double, at)
        billing.sweep(at + 3 * MINUTE)
        found = AutoRenewal.objects.get()
        assert (found.status, found.why) == ("off", "not_kept") and found.detached_at
        assert double.get(found.method_id)["customer"] is None
        billing.assert_whole(at, double)

    def test_another_card_takes_the_place_of_the_first(self, at, double):
        bill = billing.invoice(at, attended=True)
        double.pay(press(bill, at, auto_renew=True))
        billing.deliver(double, at)
        later = at + 340 * DAY
        double.advance(340 * DAY.total_seconds())
        renewals.issue_all_due(at=later)
        double.pay(press(Invoice.objects.get(purpose="renewal"), later, auto_renew=True), "5555555555554444")
        billing.sweep(later + 3 * MINUTE)
        old, new = AutoRenewal.objects.order_by("pk")
        assert (old.status, old.why, new.status, new.card) == ("off", "replaced", "on", "Mastercard ···· 4444")
        billing.sweep(later + 6 * MINUTE)
        assert double.get(old.method_id)["customer"] is None and double.get(new.method_id)["customer"]


class TestTelling:
    def test_the_notice_names_amount_day_and_the_way_off(self, at, double):
        charge = billing.announced(at, double)
        [letter] = letters(charge.invoice.person, "renewal_by_card")
        assert (
            letter.context["charge_on"] == charge.charge_on.isoformat() and letter.context["card"] == "Visa ···· 4242"
        )
        assert letter.context["off_path"].startswith("/billing/auto-renewal/off/")
        assert charge.charge_on == charge.invoice.renews.ends_on - timedelta(days=5)

    def test_told_late_it_is_charged_late_and_never_after_the_grace(self, at, double):
        late, too_late = billing.ending(1, at), billing.ending(-12, at)
        renewals.issue_all_due(at=at)
        for person in (late, too_late):
            billing.with_card(Invoice.objects.get(person=person), double, at)
        renewals.remind_all_due(at=at)
        assert CardCharge.objects.get().charge_on == day_of(at) + timedelta(days=3)
        assert len(letters(late, "renewal_by_card")) == len(letters(too_late, "renewal")) == 1

    def test_no_wish_for_fewer_letters_holds_it_back(self, at, double, mailoutbox):
        """Without the letter nothing may be taken, so it goes out whatever its owner reads in the app alone."""
        person = billing.ending(20, at)
        Reach.objects.create(person=person, no_email=["billing/renewal"])
        renewals.issue_all_due(at=at)
        renewals.remind_all_due(at=at)
        outbox.deliver_due(at=at)
        assert not mailoutbox
        billing.with_card(Invoice.objects.get(person=person), double, at - 400 * DAY)
        later = start_of(day_of(at) + 13 * DAY) + 10 * HOUR  # by night it would wait
        renewals.remind_all_due(at=later)
        outbox.deliver_due(at=later)
        [told] = [mail for mail in mailoutbox if "auto-renewal/off" in mail.body and "¥3,800" in mail.subject]
        assert told.to == [person.email]

    def test_told_by_night_it_waits_for_the_morning(self, at, double, mailoutbox):
        person, night = billing.ending(20, at), start_of(day_of(at))
        renewals.issue_all_due(at=night)
        billing.with_card(Invoice.objects.get(person=person), double, night - 400 * DAY)
        renewals.remind_all_due(at=night)
        [letter] = letters(person, "renewal_by_card")
        assert letter.next_try_at == night + timedelta(hours=8)

    def test_a_card_that_ends_before_is_not_announced_and_its_owner_reads_it(self, at, double):
        person = billing.ending(20, at)
        renewals.issue_all_due(at=at)
        found = billing.with_card(Invoice.objects.get(person=person), double, at)
        last = day_of(at).replace(day=1) - timedelta(days=1)
        AutoRenewal.objects.filter(pk=found.pk).update(exp_year=last.year, exp_month=last.month)
        renewals.remind_all_due(at=at)
        assert not CardCharge.objects.exists()
        client = Client()
        client.force_login(person)
        page = client.get("/billing/")
        assert page.context["card_lasts"] is False and found.card in page.content.decode()

    def test_as_many_queries_for_thirty_as_for_three(self, at, double, django_assert_max_num_queries):
        for _ in range(3):
            billing.with_card(self.bill(at), double, at)
        with django_assert_max_num_queries(40) as few:
            renewals.remind_all_due(at=at)
        for _ in range(30):
            billing.with_card(self.bill(at), double, at)
        with django_assert_max_num_queries(len(few.captured_queries)):
            renewals.remind_all_due(at=at)
        assert CardCharge.objects.count() == 33

    def bill(self, at) -> Invoice:
        person = billing.ending(20, at)
        renewals.issue_all_due(at=at)
        return Invoice.objects.get(person=person)


class TestCharging:
    def test_on_its_day_at_ten_once_and_the_year_goes_on(self, at, double):
        charge = billing.announced(at, double)
        person, hour = charge.invoice.person, hour_of(charge)
        billing.sweep(hour - SECOND)
        assert not intents(double)
        for minute in range(0, 60, 3):
            billing.sweep(hour + minute * MINUTE)
        charge.refresh_from_db()
        assert (charge.status, charge.outcome, charge.tries) == ("ended", "paid", 1)
        assert [i["amount"] for i in intents(double)] == [billing.FEE]
        assert Payment.objects.get().status == "applied" and len(letters(person, "receipt")) == 1
        assert Term.objects.filter(person=person).count() == 2
        assert Attempt.objects.get(charge=charge).status == "complete"
        billing.assert_whole(at, double)

    def test_told_by_webhook_as_well(self, at, double):
        charge = billing.announced(at, double)
        billing.sweep(at)
        billing.deliver(double, at)
        double.replay(billing.webhook)
        billing.work(at + MINUTE)
        assert Payment.objects.count() == 1
        billing.assert_whole(at, double)
        assert charge.invoice.person.payments.count() == 1

    def test_declined_it_is_told_tried_once_more_and_ends_nothing(self, at, double):
        """R16."""
        charge = billing.announced(at, double, card=DECLINED)
        person, hour = charge.invoice.person, hour_of(charge)
        terms = list(Term.objects.filter(person=person).values())
        for day in range(12):
            for minute in (0, 3, 6):
                billing.sweep(hour + day * DAY + minute * MINUTE)
        charge.refresh_from_db()
        assert (charge.status, charge.outcome, charge.tries) == ("ended", "generic_decline", 2)
        tries = list(Attempt.objects.filter(charge=charge).order_by("started_at"))
        assert [t.started_at for t in tries] == [hour, hour + 2 * DAY] and {t.status for t in tries} == {"closed"}
        first, second = letters(person, "card_declined")
        assert first.context["again_on"] and not second.context["again_on"] and not first.context["confirm"]
        assert list(Term.objects.filter(person=person).values()) == terms
        assert charge.invoice.person.auto_renewals.get().status == "on", "the card may be good again next year"
        double.pay(press(charge.invoice, at, auto_renew=False))
        billing.sweep(at + 3 * MINUTE)
        assert Term.objects.filter(person=person).count() == 2
        billing.assert_whole(at, double)

    def test_a_bank_that_wants_to_see_the_payer_gets_the_ordinary_link_and_no_second_try(self, at, double):
        charge = billing.announced(at, double, card=CONFIRM)
        for day in range(4):
            billing.sweep(hour_of(charge) + day * DAY)
        charge.refresh_from_db()
        assert (charge.outcome, charge.tries) == ("authentication_required", 1)
        [letter] = letters(charge.invoice.person, "card_declined")
        assert letter.context["confirm"] and letter.context["path"] == f"/billing/invoices/{charge.invoice.number}/"

    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize("kind", ["drop", 500, 429])
    def test_an_answer_that_was_lost_is_asked_for_and_never_charged_anew(self, at, double, kind, when):
        charge = billing.announced(at, double)
        double.fault(kind, on="POST /v1/payment_intents", when=when, times=2)
        for minute in range(0, 15, 3):
            billing.sweep(at + minute * MINUTE)
        charge.refresh_from_db()
        assert charge.outcome == "paid" and len([i for i in intents(double) if i["status"] == "succeeded"]) == 1
        billing.assert_whole(at, double)

    def test_the_same_key_charges_once(self, at, double):
        charge = billing.announced(at, double)
        card = charge.auto_renewal
        once, again = (
            gateway.charge_card(
                key="k", money=charge.invoice.money, customer_id=card.customer_id, method_id=card.method_id, name="x",
                metadata={},
            )
            for _ in range(2)
        )  # fmt: skip
        assert once.id == again.id and len(intents(double)) == 1

    def test_two_at_once_who_both_found_nothing_charge_once(self, at, double):
        """The key is the try's, not the call's."""
        charge = billing.announced(at, double)
        attempt = charging.begin(charge.pk, at=at)
        assert attempt is not None
        double.fault("drop", on="POST /v1/payment_intents", when="after", times=2)
        with pytest.raises(gateway.Unreachable):
            converging.press(attempt, at=at, fresh=True)
        assert converging.press(attempt, at=at, fresh=True) == "complete"
        assert len(intents(double)) == 1
        billing.assert_whole(at, double)

    def test_a_key_the_provider_has_forgotten_is_not_used_again(self, at, double):
        charge = billing.announced(at, double)
        double.fault("drop", on="POST /v1/payment_intents", when="before", times=50)
        billing.sweep(at)
        double.faults.planned.clear()
        billing.sweep(at + rules.KEY_LIVES)
        assert Attempt.objects.get(charge=charge).status == "closed" and not intents(double)
        charge.refresh_from_db()
        assert charge.status == "planned", "another try has another key"

    def test_paid_by_hand_before_there_is_nothing_to_charge(self, at, double):
        charge = billing.announced(at, double, days=6)
        double.pay(press(charge.invoice, at, auto_renew=False))
        billing.sweep(at + 3 * MINUTE)
        billing.sweep(hour_of(charge))
        charge.refresh_from_db()
        assert charge.outcome == "by_hand" and len(intents(double)) == 1

    def test_a_page_that_is_open_is_waited_for(self, at, double):
        charge = billing.announced(at, double)
        session = press(charge.invoice, at, auto_renew=False)
        billing.sweep(at)
        assert not intents(double)
        double.client().v1.checkout.sessions.expire(session)
        for minute in (3, 6, 9):
            billing.sweep(at + minute * MINUTE)
        charge.refresh_from_db()
        assert charge.outcome == "paid" and len(intents(double)) == 1

    def test_pressing_pay_while_the_card_is_charged_finds_that_charge(self, at, double):
        charge = billing.announced(at, double)
        attempt = charging.begin(charge.pk, at=at)
        assert attempt is not None
        bill = charge.invoice
        assert paying.start(bill, person=bill.person, channel="stripe", language="en", at=at) is None
        assert Payment.objects.count() == 1 and len(intents(double)) == 1
        billing.assert_whole(at, double)

    def test_pressing_pay_after_a_decline_of_this_minute_opens_a_page(self, at, double):
        charge = billing.announced(at, double, card=DECLINED)
        assert charging.begin(charge.pk, at=at)
        assert press(charge.invoice, at, auto_renew=False).startswith("cs_")

    def test_a_card_that_was_taken_away_at_the_provider(self, at, double):
        charge = billing.announced(at, double)
        double.client().v1.payment_methods.detach(charge.auto_renewal.method_id)
        billing.sweep(at)
        charge.refresh_from_db()
        assert charge.status == "ended" and len(letters(charge.invoice.person, "card_declined")) == 1

    def test_reissued_after_the_letter_the_old_amount_is_never_charged(self, at, double):
        charge = billing.announced(at, double)
        billing.coupon(at, "LESS")
        billing.with_code(charge.invoice, "LESS", at)
        billing.sweep(at)
        charge.refresh_from_db()
        assert charge.outcome == "withdrawn" and not intents(double)


class TestPages:
    def test_the_box_stands_where_a_year_is_paid_and_is_empty(self, at, double, client):
        bill = billing.invoice(at)
        client.force_login(bill.person)
        page = client.get(f"/billing/invoices/{bill.number}/").content.decode()
        assert 'name="auto_renew"' in page and "checked" not in page.split('name="auto_renew"')[1].split(">")[0]
        answer = client.post(f"/billing/invoices/{bill.number}/pay/", {"channel": "stripe", "auto_renew": "1"})
        assert answer.status_code == 303 and AutoRenewal.objects.get().status == "asked"

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_it_is_seen_and_switched_off_in_both_languages(self, at, double, client, language):
        charge = billing.announced(at, double)
        client.force_login(charge.invoice.person)
        client.cookies["django_language"] = language
        page = client.get("/billing/").content.decode()
        assert "4242" in page and "¥3,800" in page and "/billing/auto-renewal/off/" in page
        assert "4242" in client.get("/billing/renewal/").content.decode()
        client.post("/billing/auto-renewal/off/")
        assert "4242" not in client.get("/billing/").content.decode()

    def test_between_two_tries_it_names_the_second_and_after_them_that_there_is_none(self, at, double, client):
        charge = billing.announced(at, double, card=DECLINED)
        person = charge.invoice.person
        client.force_login(person)
        billing.sweep(hour_of(charge))
        assert client.get("/billing/").context["charge"].due_on == charge.charge_on + timedelta(days=2)
        billing.sweep(hour_of(charge) + 2 * DAY)
        page = client.get("/billing/")
        assert page.context["charge"] is None and page.context["over"]
        assert "本年度不再扣款" in page.content.decode() and "扣款前来信告知金额" not in page.content.decode()

    def test_nobody_without_one_sees_it(self, at, client):
        client.force_login(make.member())
        assert "auto-renewal/off" not in client.get("/billing/").content.decode()


def test_a_way_up_never_asks(at, double):
    """What is quoted to the fen for the rest of a year is not what a card is kept for."""
    tier()
    up = ordered(billing.ending(200, at), at)
    assert double.get(press(up, at, auto_renew=True))["customer_creation"] == "if_required"
    assert not AutoRenewal.objects.exists()
