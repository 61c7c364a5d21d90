from django.urls import path

from community.posts.views import desk, reading, thread, writing

urlpatterns = [
    path("posts/", reading.index, name="posts"),
    path("posts/mine/", reading.mine, name="posts_mine"),
    path("posts/new/", writing.new, name="posts_new"),
    path("posts/<pid:public_id>/", reading.page, name="post"),
    path("posts/<pid:public_id>/edit/", writing.edit, name="post_edit"),
    path("posts/<pid:public_id>/publish/", writing.publish, name="post_publish"),
    path("posts/<pid:public_id>/renew/", writing.renew, name="post_renew"),
    path("posts/<pid:public_id>/close/", writing.close, name="post_close"),
    path("posts/<pid:public_id>/discard/", writing.discard, name="post_discard"),
    path("posts/<pid:public_id>/photos/", writing.add_photo, name="post_photos"),
    path("posts/<pid:public_id>/photos/<pid:photo_id>/", reading.photo, name="post_photo"),
    path("posts/<pid:public_id>/photos/<pid:photo_id>/remove/", writing.remove_photo, name="post_photo_remove"),
    path("posts/<pid:public_id>/answers/", thread.answer, name="post_answers"),
    path("posts/<pid:public_id>/answers/<pid:answer_id>/best/", thread.best, name="post_answer_best"),
    path("posts/<pid:public_id>/answers/<pid:answer_id>/remove/", thread.remove, name="post_answer_remove"),
    path("posts/<pid:public_id>/report/", thread.report, name="post_report"),
    path("posts/<pid:public_id>/mute/", thread.mute, name="post_mute"),
    path("posts/unmute/", thread.unmute, name="posts_unmute"),
    path("desk/posts/", desk.index, name="desk_posts"),
    path("desk/reports/<pid:public_id>/", desk.settle, name="desk_report"),
]
