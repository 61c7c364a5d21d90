from django.urls import path

from community.complaints.views import desk, mine

urlpatterns = [
    path("complaints/", mine.index, name="complaints"),
    path("complaints/new/", mine.new, name="complaint_new"),
    path("complaints/<pid:public_id>/", mine.page, name="complaint"),
    path("complaints/<pid:public_id>/add/", mine.add, name="complaint_add"),
    path("complaints/<pid:public_id>/rate/", mine.rate, name="complaint_rate"),
    path("desk/complaints/", desk.index, name="desk_complaints"),
    path("desk/complaints/<pid:public_id>/", desk.page, name="desk_complaint"),
    path("desk/complaints/<pid:public_id>/take/", desk.take, name="desk_complaint_take"),
    path("desk/complaints/<pid:public_id>/answer/", desk.answer, name="desk_complaint_answer"),
    path("desk/complaints/<pid:public_id>/close/", desk.close, name="desk_complaint_close"),
]
