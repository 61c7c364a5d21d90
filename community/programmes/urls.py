from django.urls import path

from community.programmes.views import challenges, checkins, desk, hosting, members

urlpatterns = [
    path("programmes/", members.index, name="programmes"),
    path("programmes/goal/", members.goal, name="programme_goal"),
    path("programmes/goal/close/", members.close_goal, name="programme_goal_close"),
    path("programmes/<pid:public_id>/", members.page, name="programme"),
    path("programmes/<pid:public_id>/join/", members.join, name="programme_join"),
    path("programmes/<pid:public_id>/leave/", members.leave, name="programme_leave"),
    path("programmes/<pid:public_id>/ask/", members.ask_in, name="programme_ask"),
    path("programmes/<pid:public_id>/checkin/", checkins.write, name="programme_checkin"),
    path("programmes/<pid:public_id>/host/", hosting.page, name="programme_host"),
    path("programmes/<pid:public_id>/askings/<pid:asking_id>/", hosting.answer, name="programme_asking"),
    path("programmes/<pid:public_id>/places/<pid:place_id>/", hosting.place, name="programme_place"),
    path("programmes/<pid:public_id>/challenge/", challenges.new, name="programme_challenge"),
    path("check-ins/<pid:public_id>/", checkins.thread, name="check_in"),
    path("check-ins/<pid:public_id>/replies/<pid:reply_id>/remove/", checkins.take_back, name="check_in_reply_remove"),
    path("challenges/<pid:public_id>/", challenges.page, name="challenge"),
    path("challenges/<pid:public_id>/join/", challenges.join, name="challenge_join"),
    path("challenges/<pid:public_id>/leave/", challenges.leave, name="challenge_leave"),
    path("challenges/<pid:public_id>/tick/", challenges.tick, name="challenge_tick"),
    path("challenges/<pid:public_id>/cancel/", challenges.cancel, name="challenge_cancel"),
    path("desk/programmes/", desk.index, name="desk_programmes"),
    path("desk/programmes/new/", desk.new, name="desk_programme_new"),
    path("desk/programmes/challenge/", desk.challenge, name="desk_programmes_challenge"),
    path("desk/programmes/<pid:public_id>/", desk.edit, name="desk_programme"),
    path("desk/programmes/<pid:public_id>/open/", desk.open_up, name="desk_programme_open"),
    path("desk/programmes/<pid:public_id>/copy/", desk.copy, name="desk_programme_copy"),
    path("desk/programmes/<pid:public_id>/cancel/", desk.cancel, name="desk_programme_cancel"),
]
