from django.urls import path

from community.pages.views import coverage, desk, health, home, intake, jobs, public

urlpatterns = [
    path("", public.landing, name="landing"),
    path("join/", public.join, name="join"),
    path("home/", home.home, name="home"),
    path("desk/", desk.desk_index, name="desk"),
    path("desk/intake/", intake.intake, name="desk_intake"),
    path("desk/jobs/", jobs.job_list, name="desk_jobs"),
    path("desk/jobs/letters/", jobs.letters, name="desk_letters"),
    path("desk/jobs/letters/<pid:public_id>/again/", jobs.send_again, name="desk_letter_again"),
    path("desk/jobs/<str:name>/run/", jobs.run_now, name="desk_job_run"),
    path("desk/figures/coverage/", coverage.page, name="desk_figures_coverage"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", public.robots, name="robots"),
]
