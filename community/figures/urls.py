from django.urls import path

from community.figures.views import desk, question, voices

urlpatterns = [
    path("question/", question.page, name="question"),
    path("desk/figures/", desk.overview, name="desk_figures"),
    path("desk/figures/gate/", desk.gate, name="desk_figures_gate"),
    path("desk/figures/renewal/", desk.renewal, name="desk_figures_renewal"),
    path("desk/figures/people/", desk.people, name="desk_figures_people"),
    path("desk/figures/events/", desk.events, name="desk_figures_events"),
    path("desk/figures/needs/", desk.needs, name="desk_figures_needs"),
    path("desk/figures/recommending/", voices.page, name="desk_figures_voices"),
    path("desk/figures/<slug:section>/<slug:group>/<slug:code>/<slug:which>/", desk.behind, name="desk_figures_behind"),
]
