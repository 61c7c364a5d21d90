from django.urls import path

from community.pages.views import audit, coverage, desk, health, home, intake, jobs, notifications, public, week

urlpatterns = [
    path("", public.landing, name="landing"),
    path("join/", public.join, name="join"),
    path("privacy/", public.privacy, name="privacy"),
    path("terms/", public.terms, name="terms"),
    path("home/", home.home, name="home"),
    path("home/first-days/away/", home.put_away, name="first_days_away"),
    path("notifications/week/", week.week, name="my_week"),
    path("desk/", desk.desk_index, name="desk"),
    path("desk/intake/", intake.intake, name="desk_intake"),
    path("desk/jobs/", jobs.job_list, name="desk_jobs"),
    path("desk/jobs/letters/", jobs.letters, name="desk_letters"),
    path("desk/jobs/letters/<pid:public_id>/again/", jobs.send_again, name="desk_letter_again"),
    path("desk/jobs/deleted/", jobs.deleted, name="desk_deleted"),
    path("desk/jobs/<str:name>/run/", jobs.run_now, name="desk_job_run"),
    path("desk/audit/", audit.trail, name="desk_audit"),
    path("desk/figures/coverage/", coverage.page, name="desk_figures_coverage"),
    path("desk/mailboxes/", notifications.desk_mailboxes, name="desk_mailboxes"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/log/", notifications.log, name="notifications_log"),
    path("notifications/preferences/", notifications.preferences, name="notifications_preferences"),
    path("notifications/read/", notifications.read_all, name="notifications_read"),
    path("notifications/mailbox/", notifications.mailbox_again, name="notifications_mailbox"),
    path("notifications/stop/<str:token>/", notifications.stop, name="notifications_stop"),
    path("notifications/<pid:key>/", notifications.notification, name="notification"),
    path("notifications/<pid:key>/open/", notifications.open_one, name="notification_open"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", public.robots, name="robots"),
]
