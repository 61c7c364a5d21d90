from django.urls import path

from community.events.views import absences, calendars, checkin, desk, public, roster, waitlist

urlpatterns = [
    path("events/", public.index, name="events"),
    path("events/<pid:public_id>/", public.page, name="event"),
    path("events/<pid:public_id>/signup/", public.signup, name="event_signup"),
    path("events/<pid:public_id>/withdraw/", public.withdraw, name="event_withdraw"),
    path("events/<pid:public_id>/accept/", public.accept, name="event_accept"),
    path("events/<pid:public_id>/excuse/", absences.explain, name="event_explain"),
    path("events/<pid:public_id>/ticket/", checkin.ticket, name="event_ticket"),
    path("events/<pid:public_id>/event.ics", calendars.event, name="event_ics"),
    path("calendar/", calendars.mine, name="my_calendar"),
    path("calendar/renew/", calendars.renew, name="my_calendar_renew"),
    path("calendar/<slug:token>.ics", calendars.feed, name="calendar_feed"),
    path("checkin/", checkin.door, name="checkin"),
    path("desk/events/", desk.index, name="desk_events"),
    path("desk/events/new/", desk.new, name="desk_event_new"),
    path("desk/events/<pid:public_id>/", desk.event, name="desk_event"),
    path("desk/events/<pid:public_id>/publish/", desk.publish, name="desk_event_publish"),
    path("desk/events/<pid:public_id>/cancel/", desk.cancel, name="desk_event_cancel"),
    path("desk/events/<pid:public_id>/roster/", roster.roster, name="desk_event_roster"),
    path("desk/events/<pid:public_id>/roster/close/", roster.close, name="desk_event_roster_close"),
    path("desk/events/<pid:public_id>/scan/", checkin.scan, name="desk_event_scan"),
    path("desk/events/<pid:public_id>/absences/", absences.page, name="desk_event_absences"),
    path("desk/events/<pid:public_id>/absences/excuse/", absences.excuse, name="desk_event_excuse"),
    path("desk/events/<pid:public_id>/waitlist/", waitlist.page, name="desk_event_waitlist"),
    path("desk/events/<pid:public_id>/waitlist/up/", waitlist.move_up, name="desk_event_move_up"),
    path("desk/events/<pid:public_id>/waitlist/remove/", waitlist.remove, name="desk_event_take_off"),
    path("desk/events/<pid:public_id>/checkin/", roster.check_in, name="desk_event_checkin"),
    path("desk/events/<pid:public_id>/checkin/undo/", roster.undo, name="desk_event_checkin_undo"),
]
