from django.urls import path

from community.members.views import applying, deciding, documents, figures, reviewing, talking

urlpatterns = [
    path("application/", applying.application, name="application"),
    path("application/edit/", applying.edit, name="application_edit"),
    path("application/submit/", applying.submit, name="application_submit"),
    path("application/withdraw/", applying.withdraw, name="application_withdraw"),
    path("application/question/", talking.question, name="application_question"),
    path("application/documents/", documents.upload, name="application_documents"),
    path("application/documents/<pid:public_id>/", documents.own, name="document"),
    path("application/documents/<pid:public_id>/remove/", documents.remove, name="document_remove"),
    path("desk/applications/", reviewing.queue, name="desk_applications"),
    path("desk/applications/<pid:public_id>/", reviewing.application, name="desk_application"),
    path("desk/applications/<pid:public_id>/claim/", reviewing.claim, name="desk_application_claim"),
    path("desk/applications/<pid:public_id>/release/", reviewing.release, name="desk_application_release"),
    path("desk/applications/<pid:public_id>/verify/", reviewing.verify, name="desk_application_verify"),
    path("desk/applications/<pid:public_id>/approve/", deciding.approve, name="desk_application_approve"),
    path("desk/applications/<pid:public_id>/ask/", deciding.ask, name="desk_application_ask"),
    path("desk/applications/<pid:public_id>/reject/", deciding.reject, name="desk_application_reject"),
    path("desk/applications/<pid:public_id>/letter/", deciding.letter, name="desk_application_letter"),
    path("desk/applications/<pid:public_id>/note/", talking.note, name="desk_application_note"),
    path("desk/applications/<pid:public_id>/answer/", talking.answer, name="desk_application_answer"),
    path("desk/applications/<pid:public_id>/extend/", talking.extend, name="desk_application_extend"),
    path("desk/applications/<pid:public_id>/extend/consent/", talking.consent, name="desk_application_consent"),
    path("desk/figures/", figures.gate, name="desk_figures"),
    path("desk/documents/<pid:public_id>/", documents.for_review, name="desk_document"),
]
