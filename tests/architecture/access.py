"""Who may open what: one line for every address of the house, one column for every kind of person.

An address that is not listed here fails the test: what nobody thought about is shut. "event/draft" is the address
`event` of a draft; which object stands behind an address, and whose it is, says `club.py`.
    ok   the page            in   led to sign in         --   does not exist (404)
    go   led elsewhere       no   another's part (403)   ps   a button: POST only (405)
"""

from tests.architecture.house import PEOPLE

# Opening (GET)             anon visi appl appr memb expi orga revi trea admi
GET = """
landing                      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
join                         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
fees                         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
robots                       ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
healthz                      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
readyz                       ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
set_language                 go   go   go   go   go   go   go   go   go   go
stripe_webhook               ps   ps   ps   ps   ps   ps   ps   ps   ps   ps

home                         in   ok   ok   ok   ok   ok   ok   ok   ok   ok
application                  in   ok   ok   ok   ok   ok   ok   ok   ok   ok
application_edit             in   ok   go   go   go   ok   ok   ok   ok   ok
application_documents        in   go   go   go   go   go   go   go   go   go
application_submit           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
application_withdraw         in   ps   ps   ps   ps   ps   ps   ps   ps   ps
application_question         in   ps   ps   ps   ps   ps   ps   ps   ps   ps
document                     in   --   ok   --   --   --   --   --   --   --
document_remove              in   ps   ps   ps   ps   ps   ps   ps   ps   ps
document_replace             in   ps   ps   ps   ps   ps   ps   ps   ps   ps
my_company                   in   ok   ok   ok   ok   ok   ok   ok   ok   ok
my_company_withdraw          in   ps   ps   ps   ps   ps   ps   ps   ps   ps
sponsoring                   in   --   --   --   ok   --   --   --   --   --
sponsoring_decline           in   ps   ps   ps   ps   ps   ps   ps   ps   ps

events                       ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
event                        ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
event/draft                  --   --   --   --   --   --   ok   --   --   ok
event_signup                 in   go   go   go   go   go   go   go   go   go
event_withdraw               in   go   go   go   go   go   go   go   go   go
event_accept                 in   go   go   go   go   go   go   go   go   go
event_waiver                 in   go   go   go   go   go   go   go   go   go
event_change_over            in   go   go   go   go   go   go   go   go   go
event_guest                  in   ok   ok   ok   ok   ok   ok   ok   ok   ok
event_guest/draft            in   --   --   --   --   --   ok   --   --   ok
event_guest_drop             in   ps   ps   ps   ps   ps   ps   ps   ps   ps
event_pay                    in   go   go   go   go   go   go   go   go   go
event_ics                    ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
event_ics/draft              --   --   --   --   --   --   --   --   --   --
calendar_feed                ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
my_calendar                  in   ok   ok   ok   ok   ok   ok   ok   ok   ok
my_calendar_renew            in   ps   ps   ps   ps   ps   ps   ps   ps   ps
event_ticket                 in   go   go   ok   go   go   go   go   go   go
checkin                      in   ok   ok   ok   ok   ok   ok   ok   ok   ok
event_after                  in   ok   ok   ok   ok   ok   ok   ok   ok   ok
event_after/draft            in   --   --   --   --   --   --   --   --   --
event_host                   in   --   --   --   --   --   ok   --   --   ok
event_run                    in   --   --   --   --   --   ok   --   --   ok
event_cards                  in   --   --   --   --   --   ok   --   --   ok
event_allotment              in   --   --   --   --   --   --   --   --   --
event_explain                in   ps   ps   ps   ps   ps   ps   ps   ps   ps
event_signup/draft           in   --   --   --   --   --   go   --   --   go

billing                      in   ok   ok   ok   ok   ok   ok   ok   ok   ok
billing_join                 in   ok   ok   ok   ok   ok   ok   ok   ok   ok
billing_leave                in   ok   ok   ok   ok   ok   ok   ok   ok   ok
billing_leave_now            in   ps   ps   ps   ps   ps   ps   ps   ps   ps
billing_change_mind          in   ps   ps   ps   ps   ps   ps   ps   ps   ps
billing_tier                 in   ok   ok   ok   ok   ok   ok   ok   ok   ok
billing_tier_up              in   ps   ps   ps   ps   ps   ps   ps   ps   ps
billing_tier_wish            in   ps   ps   ps   ps   ps   ps   ps   ps   ps
renewal                      in   ok   ok   ok   ok   ok   ok   ok   ok   ok
renewal_quiet                ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
year                         in   ok   ok   ok   ok   ok   ok   ok   ok   ok
invoice                      in   --   --   ok   --   --   --   --   --   --
invoice_pdf                  in   --   --   ok   --   --   --   --   --   --
invoice_pay                  in   ps   ps   ps   ps   ps   ps   ps   ps   ps
invoice_code                 in   ps   ps   ps   ps   ps   ps   ps   ps   ps
invoice_fapiao               in   --   --   ok   --   --   --   --   --   --
fapiao_withdraw              in   ps   ps   ps   ps   ps   ps   ps   ps   ps
fapiao_file                  in   --   --   ok   --   --   --   --   --   --
invoice_return               in   --   --   ok   --   --   --   --   --   --
invoice_transfer             in   --   --   ok   --   --   --   --   --   --
my_refund                    in   --   --   ok   --   --   --   --   --   --
slip                         in   --   --   ok   --   --   --   --   --   --

posts                        in   no   no   no   ok   no   ok   no   no   ok
posts_mine                   in   no   no   no   ok   no   ok   no   no   ok
posts_new                    in   no   no   no   ok   no   no   no   no   no
posts_unmute                 in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post                         in   --   --   --   ok   --   ok   --   --   ok
post/draft                   in   --   --   --   ok   --   --   --   --   --
post_photo                   in   --   --   --   ok   --   ok   --   --   ok
post_photo/draft             in   --   --   --   ok   --   --   --   --   --
post_edit                    in   --   --   --   ok   --   --   --   --   --
post_report                  in   --   --   --   ok   --   ok   --   --   ok
post_publish                 in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_renew                   in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_close                   in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_discard                 in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_photos                  in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_photo_remove            in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_answers                 in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_answer_best             in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_answer_remove           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_mute                    in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_help                    in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_not_me                  in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_ask                     in   ps   ps   ps   ps   ps   ps   ps   ps   ps
post_solve                   in   --   --   --   ok   --   --   --   --   --
members                      in   no   no   no   ok   no   ok   no   no   ok
member                       in   no   no   no   ok   no   ok   no   no   ok
member_contact               in   ps   ps   ps   ps   ps   ps   ps   ps   ps
member_introduce             in   ps   ps   ps   ps   ps   ps   ps   ps   ps
profile                      in   no   no   no   ok   no   ok   no   no   ok
profile_refresh              in   no   no   no   ok   no   ok   no   no   ok
introductions                in   ok   ok   ok   ok   ok   ok   ok   ok   ok
introduction                 in   --   --   --   ok   --   --   --   --   --
introduction_answer          in   ps   ps   ps   ps   ps   ps   ps   ps   ps
introduction_withdraw        in   ps   ps   ps   ps   ps   ps   ps   ps   ps
introduction_talked          in   ps   ps   ps   ps   ps   ps   ps   ps   ps
thanks                       in   ps   ps   ps   ps   ps   ps   ps   ps   ps

desk                         in   no   no   no   no   no   ok   ok   ok   ok
desk_applications            in   no   no   no   no   no   no   ok   no   ok
desk_application             in   no   no   no   no   no   no   ok   no   ok
desk_application_claim       in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_application_release     in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_application_verify      in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_application_approve     in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_application_ask         in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_application_reject      in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_application_letter      in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_application_note        in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_application_answer      in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_application_extend      in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_application_consent     in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_leavings                in   no   no   no   no   no   no   no   ok   ok
desk_leaving_decide          in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_tiers                   in   no   no   no   no   no   no   no   no   ok
desk_tier_new                in   no   no   no   no   no   no   no   no   ok
desk_tier                    in   no   no   no   no   no   no   no   no   ok
desk_tier_price              in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_tier_price_take_back    in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_chapters                in   no   no   no   no   no   no   no   no   ok
desk_chapters_choose         in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_figures                 in   no   no   no   no   no   ok   ok   no   ok
desk_figures_events          in   no   no   no   no   no   ok   no   no   ok
desk_intake                  in   no   no   no   no   no   no   ok   no   ok
desk_document                in   no   no   no   no   no   no   ok   no   ok
desk_document_original       in   no   no   no   no   no   no   ok   no   ok
desk_document_page           in   no   no   no   no   no   no   ok   no   ok
desk_companies               in   no   no   no   no   no   no   ok   no   ok
desk_company                 in   no   no   no   no   no   no   ok   no   ok
desk_company_check           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_company_register        in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_change                  in   no   no   no   no   no   no   ok   no   ok
desk_change_approve          in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_change_refuse           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_events                  in   no   no   no   no   no   ok   no   no   ok
desk_openings                in   no   no   no   no   no   no   no   no   ok
desk_event_new               in   no   no   no   no   no   ok   no   no   ok
desk_series_list             in   no   no   no   no   no   ok   no   no   ok
desk_series_new              in   no   no   no   no   no   ok   no   no   ok
desk_series                  in   no   no   no   no   no   ok   no   no   ok
desk_series_generate         in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_series_skip             in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_series_take_back        in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_template_new            in   no   no   no   no   no   ok   no   no   ok
desk_template                in   no   no   no   no   no   ok   no   no   ok
desk_task                    in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_task_remove             in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_task              in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event                   in   no   no   no   no   no   ok   no   no   ok
desk_event/draft             in   no   no   no   no   no   ok   no   no   ok
desk_event_publish           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_cancel            in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_hosts             in   no   no   no   no   no   ok   no   no   ok
desk_event_host              in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_table_hosts       in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_announce          in   no   no   no   no   no   ok   no   no   ok
desk_event_roster            in   no   no   no   no   no   ok   no   no   ok
desk_event_waitlist          in   no   no   no   no   no   ok   no   no   ok
desk_event_scan              in   no   no   no   no   no   ok   no   no   ok
desk_event_scan_record       in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_absences          in   no   no   no   no   no   ok   no   no   ok
desk_event_walk_ins          in   no   no   no   no   no   ok   no   no   ok
desk_event_holds             in   no   no   no   no   no   ok   no   no   ok
desk_event_money             in   no   no   no   no   no   ok   no   no   ok
desk_event_tables            in   no   no   no   no   no   ok   no   no   ok
desk_event_new_preview       in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_preview           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_tables_propose    in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_tables_figures    in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_tables_wish       in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_tables_forget     in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_excuse            in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_walk_in           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_hold_release      in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_price             in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_price_take_back   in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_release           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_move_up           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_take_off          in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_roster_close      in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_checkin           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_checkin_undo      in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_accepted          in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_guest_checkin     in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_event_guest_undo        in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_posts                   in   no   no   no   no   no   ok   no   no   ok
desk_report                  in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_billing                 in   no   no   no   no   no   no   no   ok   ok
desk_coupons                 in   no   no   no   no   no   no   no   ok   ok
desk_coupon_new              in   no   no   no   no   no   no   no   ok   ok
desk_coupon                  in   no   no   no   no   no   no   no   ok   ok
desk_coupon_end              in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_fapiaos                 in   no   no   no   no   no   no   no   ok   ok
desk_fapiao                  in   no   no   no   no   no   no   no   ok   ok
desk_fapiao_return           in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_fapiao_flush            in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_fapiao_void             in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_fapiao_file             in   no   no   no   no   no   no   no   ok   ok
desk_money_person            in   no   no   no   no   no   no   no   ok   ok
desk_month                   in   no   no   no   no   no   no   no   ok   ok
desk_transfers               in   no   no   no   no   no   no   no   ok   ok
desk_transfer_confirm        in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_transfer_withdraw       in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_transfer_reverse        in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_reconciliation          in   no   no   no   no   no   no   no   ok   ok
desk_reconciliation_compare  in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_reconciliation_explain  in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_refunds                 in   no   no   no   no   no   no   no   ok   ok
desk_refund_batch            in   no   no   no   no   no   no   no   ok   ok
desk_refund_account          in   no   no   no   no   no   no   no   ok   ok
desk_refund_sent             in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_refund_back             in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_statements              in   no   no   no   no   no   no   no   ok   ok
desk_statement               in   no   no   no   no   no   no   no   ok   ok
desk_row_record              in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_row_aside               in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_row_reopen              in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_slip                    in   no   no   no   no   no   no   no   ok   ok
desk_entities                in   no   no   no   no   no   no   no   no   ok
desk_money_accept            in   ps   ps   ps   ps   ps   ps   ps   ps   ps
desk_money_refund            in   ps   ps   ps   ps   ps   ps   ps   ps   ps
"""


def rows(table: str) -> dict[str, dict[str, str]]:
    """{address: {person: answer}}"""
    lines = [line.split() for line in table.splitlines() if line.strip()]
    assert all(len(line) == 1 + len(PEOPLE) for line in lines), "a column is missing"
    return {line[0]: dict(zip(PEOPLE, line[1:], strict=True)) for line in lines}
