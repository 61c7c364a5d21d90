"""Every port of the house on one screen: who asks upwards, and who answers. Called once at start."""

from community.billing import ports as billing
from community.billing import selectors as billing_selectors
from community.billing.selectors import seats as seat_bills
from community.billing.services import auto_renewals, fapiao, leaving, paying_back, refunds, seats, transfers
from community.complaints.services import filing
from community.events import ports as events
from community.events import selectors as event_selectors
from community.events.services import excusing, giving_back
from community.figures.services import asking
from community.kernel import jobs
from community.matching import ports as matching
from community.matching.selectors import lists as matching_lists
from community.matching.services import indexing
from community.members import ports as members
from community.moving.services import forgetting as imports
from community.posts import selectors as post_selectors
from community.posts.selectors import year as post_years
from community.posts.services import masking, posting, profiles
from community.programmes.services import forgetting, joining
from community.schedule import SCHEDULE
from community.ties.services import forgetting as ties


def plug_in() -> None:
    jobs.schedule = SCHEDULE
    billing.exchanged = post_years.exchanged
    events.fitting_pairs = matching_lists.fitting_pairs
    events.payment_open = seat_bills.payment_open
    events.seat_bill = seat_bills.seat_bill
    events.give_back_money = seats.give_back_money
    members.earliest_attendance = event_selectors.earliest_attendance
    members.roster_open = event_selectors.roster_open
    members.seat_chances = event_selectors.seat_chances
    members.qualifying_events = event_selectors.qualifying_events
    members.give_back_seats = giving_back.give_back_seats
    matching.kept_apart = post_selectors.kept_apart
    members.close_posts = posting.close_posts
    members.leave_programmes = joining.leave_all
    members.redraw_card = profiles.redraw
    members.forget_words = forgetting.forget_words
    members.stop_auto_renewal = auto_renewals.stop_all
    members.settle_account = leaving.settle
    members.forget_cards = auto_renewals.forget
    members.forget_complaints = filing.forget
    members.forget_excuses = excusing.forget
    members.forget_slips = transfers.forget_slips
    members.forget_fapiaos = fapiao.forget
    members.forget_accounts = paying_back.forget_accounts
    members.forget_documents = indexing.forget_person
    members.forget_names = indexing.forget_names
    members.forget_posts = masking.forget
    members.forget_voices = asking.forget
    members.forget_imports = imports.forget_person
    members.forget_ties = ties.forget
    members.refund_fee = refunds.refund_fee
    members.money_open = billing_selectors.money_open
    members.money_until = billing_selectors.money_until
    members.void_open = leaving.void_open
    members.drop_refund = refunds.drop_refund
