from django.urls import path

from community.ties.views import desk, maps, people, projects

urlpatterns = [
    path("people/", people.index, name="people"),
    path("people/met/", people.met, name="people_met"),
    path("people/map/", maps.mine, name="people_map"),
    path("people/wish/", people.wish, name="people_wish"),
    path("people/one-to-ones/<pid:public_id>/answer/", people.answer, name="one_to_one_answer"),
    path("people/one-to-ones/<pid:public_id>/take-back/", people.take_back, name="one_to_one_take_back"),
    path("people/projects/", projects.index, name="projects"),
    path("people/projects/new/", projects.new, name="project_new"),
    path("people/projects/<pid:public_id>/answer/", projects.answer, name="project_answer"),
    path("people/projects/<pid:public_id>/leave/", projects.leave, name="project_leave"),
    path("desk/ties/", desk.index, name="desk_ties"),
]
