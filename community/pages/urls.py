from django.urls import path

from community.pages.views import desk, health, home, intake, public

urlpatterns = [
    path("", public.landing, name="landing"),
    path("join/", public.join, name="join"),
    path("home/", home.home, name="home"),
    path("desk/", desk.desk_index, name="desk"),
    path("desk/intake/", intake.intake, name="desk_intake"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", public.robots, name="robots"),
]
