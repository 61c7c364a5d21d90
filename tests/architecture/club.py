"""A small club with one person of each kind and one of every thing that has an address."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from community.billing.models import Leaving, Payment, ReconciliationItem
from community.complaints.services import filing
from community.events.models import CalendarFeed
from community.events.services import pricing, series
from community.kernel.days import day_of
from community.kernel.models import Message
from community.kernel.money import Money
from community.kernel.outbox.writing import stop_address
from community.members.models import Expulsion, Person, Suspension
from community.members.services import exporting
from community.moving.services import exporting as whole_club
from community.posts.models import Thanks
from community.posts.services import care, introducing, photos, solving
from community.programmes.services import ending, telling
from community.ties.services import one_to_ones, projects
from tests import make
from tests.architecture.access import PEOPLE
from tests.billing import make as make_billing
from tests.billing import payouts as make_payouts
from tests.events import make as make_events
from tests.moving import make as make_moving
from tests.posts import make as make_posts
from tests.programmes import make as make_programmes

DAY = timedelta(days=1)


def _png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


# Addresses without a thing in them, though their names begin like those of one.
PLAIN = {
    "complaint_new", "complaints", "desk_applications", "desk_companies", "desk_complaints", "desk_coupon_new", "desk_coupons", "desk_event_new",
    "desk_event_new_preview", "desk_events", "desk_exports", "desk_fapiaos", "desk_imports", "desk_imports_template", "desk_programme_new", "desk_refunds", "desk_series_list", "desk_series_new",
    "desk_statements", "desk_template_new",
    "desk_tier_new", "desk_tiers", "desk_transfers", "events", "my_company",
    "programme_goal", "programme_goal_close", "project_new", "projects",
}  # fmt: skip


class Club:
    def __init__(self, at: datetime) -> None:
        self.at = at
        self.people: dict[str, Person | None] = {"anonymous": None, "visitor": make.person("访客")}
        self._applicants()
        self._members()
        for role in PEOPLE[-4:]:
            self.people[role] = staff(role)
        self._standing()
        self._events()
        self._money()
        self._posts()
        self._programmes()
        self._ties()
        self._moving()

    def _ties(self) -> None:
        member, other = self.people["member"], make.member("同伴", since=self.at - 60 * DAY)
        assert member is not None
        self.one_to_one = one_to_ones.log(other, member.pk, met_on=day_of(self.at), at=self.at)
        self.project = projects.declare(
            other, title="共享仓", since_on=day_of(self.at), partners=[member.pk], at=self.at
        )

    def _moving(self) -> None:
        admin = self.people["administrator"]
        assert admin is not None
        self.batch = make_moving.handed_in(make_moving.workbook(make_moving.club(1)), by=admin, at=self.at)
        self.whole = whole_club.ask("csv", by=admin, at=self.at - DAY)
        whole_club.make(self.whole.pk, at=self.at - DAY)

    def _applicants(self) -> None:
        self.people["applicant"] = make.person("申请人")
        self.application = make.submitted(self.people["applicant"], at=self.at - DAY)
        self.document = self.application.documents.get()
        self.document.file.save("licence.png", ContentFile(_png()))
        self.people["approved"] = make.person("准会员")
        make.approved(self.people["approved"], at=self.at - DAY)

    def _members(self) -> None:
        self.people["member"] = make.member("会员", since=self.at - 60 * DAY)
        self.change = make.change(self.people["member"], at=self.at - DAY)
        self.company = self.change.company
        self.sponsored = make.submitted(
            make.person("实习生"), at=self.at - DAY, role="trainee", sponsor=self.people["member"]
        )
        self.export = exporting.ask(self.people["member"], language="en", at=self.at - 2 * DAY)
        exporting.make(self.export.pk, at=self.at - DAY)
        self.people["expired"] = make.member("前会员", since=self.at - 500 * DAY)

    def _standing(self) -> None:
        who, by, today = self.people["expired"], self.people["administrator"], day_of(self.at)
        assert who is not None and by is not None
        self.suspension = Suspension.objects.create(
            person=who, begins_on=today - 200 * DAY, ends_on=today - 190 * DAY, reason="争吵", set_at=self.at, set_by=by
        )
        applicant = self.people["applicant"]
        assert applicant is not None
        self.complaint = filing.file(applicant, about="event", text="门口等了半小时。", at=self.at)
        self.expulsion = Expulsion.objects.create(person=who, reason="争吵", asked_at=self.at, asked_by=by)

    def _events(self) -> None:
        when = {"starts_at": self.at + 3 * DAY, "ends_at": self.at + 3 * DAY + timedelta(hours=3)}
        hosts = [make.member(name, since=self.at - 60 * DAY) for name in ("陈明", "李婷")]
        self.event = make_events.event(at=self.at, host=hosts[0], **when)
        self.draft = make_events.draft(at=self.at, host=hosts[1], **when)
        self.trip = make_events.event(at=self.at, kind="trip", **when)
        pricing.set_price(self.trip.pk, Money(1), valid_from_on=day_of(self.at), by=hosts[0], at=self.at)
        self._series()
        self.feed = CalendarFeed.objects.create(person=hosts[0], token="a-token-of-the-club", made_at=self.at)
        self.signup = make_events.seat(self.event, self.people["approved"], at=self.at)

    def _series(self) -> None:
        by, on = self.people["organizer"], day_of(self.at) + 4 * DAY
        assert by is not None
        details = {"name": "圆桌", "kind": "roundtable", "topic": "主题待定", "minutes": 180}
        self.template = series.save_template(None, tasks=[("订场地", -14)], by=by, at=self.at, **details)
        self.series = series.save_series(
            None, by=by, at=self.at, template=self.template, first_on=on, every_weeks=1, begins=time(14),
            ahead_weeks=2, city=self.event.city,
        )  # fmt: skip
        self.slot = self.series.events.order_by("series_on")[0]

    def _money(self) -> None:
        from community.billing import gateway
        from community.billing.services import invoicing, renewals, transfers

        who = self.people["approved"]
        assert who is not None
        self.invoice = invoicing.choose_tier(who, "member", at=self.at)
        make_billing.entity()
        transfers.begin(self.invoice, person=who, at=self.at)
        self.slip = transfers.add_slip(self.invoice, SimpleUploadedFile("slip.png", _png()), by=who, at=self.at)
        self.transfer = make_billing.recorded(self.at, self.invoice)
        self.item = ReconciliationItem.objects.create(
            kind="foreign", subject="txn_club", amount=1, currency="CNY", found_at=self.at
        )
        self.refunds = make_billing.back_by_bank(self.at, who)
        self.arrival, self.payout = make_payouts.arrived(self.at), make_payouts.booked(self.at)
        self.statement, self.row = make_billing.statement(self.at)
        self.payment = Payment.objects.create(
            channel="stripe", external_id="pi_club", person=who, amount=make_billing.FEE, currency="CNY",
            status="held", case="mismatch", received_at=self.at, recorded_at=self.at,
        )  # fmt: skip
        self.coupon = make_billing.coupon(self.at)
        self.fapiao = make_billing.fapiao_in_hand(self.invoice, at=self.at)
        self.leaving = Leaving.objects.create(person=who, left_at=self.at, paid=2, unused=1)
        ending = make.member("到期会员", since=self.at - 350 * DAY)
        renewals.run(at=self.at)
        self.by_letter = {
            "renewal_quiet": Message.objects.get(person=ending, kind="billing/renewal").context["quiet_path"],
            "notifications_stop": urlsplit(stop_address(self.people["member"], "needs")).path,  # type: ignore[arg-type]
        }
        kept = make_billing.with_card(ending.invoices.get(), make_billing.new_double(), self.at)
        gateway.use_transport(None)
        agreed = Message.objects.get(person=kept.person, kind="billing/auto_renewal_on")
        self.by_letter["auto_renewal_off_by_letter"] = agreed.context["off_path"]

        self.unsent = Message.objects.exclude(person=ending).latest("pk")
        Message.objects.filter(pk=self.unsent.pk).update(status="failed", error="SMTPRecipientsRefused")

    def _posts(self) -> None:
        who = self.people["member"]
        assert who is not None
        self.post = make_posts.post(who, at=self.at)
        self.unpublished = make_posts.draft(who, at=self.at)
        for post in (self.post, self.unpublished):
            photos.add(post, make_posts.picture(), by=who, at=self.at)
        self.answer = make_posts.answer(self.post, at=self.at)
        self.introduction = introducing.help_with(self.post.pk, by=self.answer.author, at=self.at)
        solved = make_posts.post(self.answer.author, at=self.at)
        make_posts.answer(solved, by=who, at=self.at)
        solving.solve(solved.pk, [who.public_id], by=solved.author, at=self.at)
        self.thanks = Thanks.objects.get()
        self.person_report = care.report_member(who.pk, "rude", "骂人", by=self.answer.author, at=self.at)
        self.report = care.report(self.post, None, "ad", "", by=self.answer.author, at=self.at)

    def _programmes(self) -> None:
        who, host, long_ago = self.people["member"], self.answer.author, self.at - 10 * DAY
        assert who is not None
        days = {"starts_on": day_of(self.at) - 8 * DAY, "last_on": day_of(self.at) + 30 * DAY}
        self.programme = make_programmes.programme(at=long_ago, hosts=[host], **days)
        self.next_programme = make_programmes.draft(
            at=self.at, hosts=[host], starts_on=day_of(self.at) + 9 * DAY, last_on=day_of(self.at) + 30 * DAY
        )
        self.place = make_programmes.placed(self.programme, who, at=long_ago)
        ending.write_down(self.programme.pk, at=self.at)
        self.said = telling.check_in(self.programme.pk, who, 1, "stuck", "没人接电话。", at=self.at - 8 * DAY)
        self.reply = telling.reply(self.said, "早上打。", by=host, at=self.at)
        self.asking = self.programme.askings.create(person=host, asked_at=self.at)
        self.challenge = make_programmes.challenge(self.programme, at=self.at, by=host)

    def address(self, row: str) -> str:
        """The address of a row of the table."""
        name, _, variant = row.partition("/")
        behind: dict[str, Callable[[], Any]] = {
            "desk_application": lambda: self.application.public_id,
            "desk_chapters_choose": lambda: self.people["organizer"].public_id,
            "desk_role_take": lambda: self.people["organizer"].public_id,
            "desk_change": lambda: self.change.public_id,
            "desk_company": lambda: self.company.public_id,
            "my_company": lambda: self.change.public_id,
            "sponsoring": lambda: self.sponsored.public_id,
            "desk_document": lambda: self.document.public_id,
            "document": lambda: self.document.public_id,
            "desk_event_money": lambda: self.trip.public_id,
            "desk_event_price": lambda: self.trip.public_id,
            "event_pay": lambda: self.trip.public_id,
            "desk_event": lambda: (self.draft if variant == "draft" else self.event).public_id,
            "desk_series": lambda: self.series.public_id,
            "desk_template": lambda: self.template.public_id,
            "desk_task": lambda: self.slot.tasks.get().public_id,
            "event": lambda: (self.draft if variant == "draft" else self.event).public_id,
            "desk_person_invite": lambda: self.people["member"].public_id,
            "desk_report": lambda: self.report.public_id,
            "post": lambda: (self.unpublished if variant == "draft" else self.post).public_id,
        } | self._behind_money()
        if name in self.by_letter:
            return str(self.by_letter[name])
        if name == "calendar_feed":
            return reverse(name, args=[self.feed.token])
        if name in ("desk_document_page", "desk_figures_behind"):
            return reverse(name, args=self._page_of(name, variant))
        if name.startswith(("post_photo_", "post_answer_")) or name == "post_photo":
            return reverse(name, args=self._part_of_post(name, variant))
        if name in ("programme_asking", "programme_place", "check_in_reply_remove"):
            return reverse(name, args=self._part_of_programme(name))
        behind |= {"desk_tier": lambda: "member", "desk_leaving": lambda: self.leaving.public_id}
        behind |= self._of_posts() | self._of_programmes(variant)
        found = next((key for key in behind if name == key or name.startswith(f"{key}_")), None)
        return reverse(name) if found is None or name in PLAIN else reverse(name, args=[behind[found]()])

    def _page_of(self, name: str, variant: str) -> list[Any]:
        if name == "desk_document_page":
            return [self.document.public_id, 1]
        return ["gate", "steps", "started", "whole"] if variant == "gate" else ["overview", "top", "exit_90", "whole"]

    def _of_posts(self) -> dict[str, Callable[[], Any]]:
        return {
            "desk_standing_of": lambda: self.people["member"].public_id,
            "desk_person_report": lambda: self.person_report.public_id,
            "desk_person": lambda: self.people["member"].public_id,
            "complaint": lambda: self.complaint.public_id,
            "desk_complaint": lambda: self.complaint.public_id,
            "desk_suspension": lambda: self.suspension.public_id,
            "desk_expulsion": lambda: self.expulsion.public_id,
            "data_export_file": lambda: self.export.public_id,
            "consent_withdraw": lambda: "application",
            "member": lambda: self.answer.author.public_id,
            "introduction": lambda: self.introduction.public_id,
            "one_to_one": lambda: self.one_to_one.public_id,
            "project": lambda: self.project.public_id,
            "desk_letter_again": lambda: self.unsent.public_id,
            "desk_import": lambda: self.batch.public_id,
            "desk_export": lambda: self.whole.public_id,
            "desk_job_run": lambda: "members.remind_clocks",
            "thanks": lambda: self.thanks.public_id,
            "notification": lambda: Message.objects.filter(person=self.people["approved"]).latest("pk").public_id,
        }

    def _of_programmes(self, variant: str) -> dict[str, Callable[[], Any]]:
        programme = self.next_programme if variant == "draft" else self.programme
        return {
            "programme": lambda: programme.public_id,
            "desk_programme": lambda: programme.public_id,
            "check_in": lambda: self.said.public_id,
            "challenge": lambda: self.challenge.public_id,
        }

    def _part_of_programme(self, name: str) -> list[str]:
        if name == "check_in_reply_remove":
            return [self.said.public_id, self.reply.public_id]
        part = self.asking if name == "programme_asking" else self.place
        return [self.programme.public_id, part.public_id]

    def _part_of_post(self, name: str, variant: str) -> list[str]:
        post = self.unpublished if variant == "draft" else self.post
        part = post.photos.get() if "photo" in name else self.answer
        return [post.public_id, part.public_id]

    def _behind_money(self) -> dict[str, Callable[[], Any]]:
        return {
            "desk_reconciliation_explain": lambda: self.item.public_id,
            "desk_payout_arrived": lambda: self.payout.external_id,
            "desk_arrival_take_back": lambda: self.arrival.public_id,
            "desk_refund_batch": lambda: self.refunds.batch,
            "desk_refund_account": lambda: self.refunds.nobodys,
            "desk_refund": lambda: self.refunds.own,
            "my_refund": lambda: self.refunds.own,
            "desk_statement": lambda: self.statement.public_id,
            "desk_row": lambda: self.row.public_id,
            "desk_slip": lambda: self.slip.public_id,
            "slip": lambda: self.slip.public_id,
            "desk_transfer": lambda: self.transfer.public_id,
            "desk_fapiao": lambda: self.fapiao.public_id,
            "fapiao": lambda: self.fapiao.public_id,
            "desk_coupon": lambda: self.coupon.code,
            "invoice": lambda: self.invoice.number,
            "desk_money_person": lambda: self.invoice.person.public_id,
            "desk_money": lambda: self.payment.public_id,
        }

    def typed(self, row: str) -> dict[str, str]:
        """What must be said for a button to mean anything at all."""
        if row in ("desk_series_skip", "desk_series_take_back"):
            return {"on": self.slot.series_on.isoformat()}
        return {"signup": self.signup.public_id} if row.startswith("desk_event_checkin") else {}

    def client(self, who: str, **options: Any) -> Client:
        client = Client(**options)
        person = self.people[who]
        if person is not None:
            make.sign_in(client, person, at=self.at)
        return client


def staff(role: str, *, second_factor: bool = True) -> Person:
    person = make.person(role, roles=(role,))
    if second_factor:
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "only for tests"})
    return person
