from django.urls import path, register_converter

from community.kernel.gallery import gallery
from community.pages.mailbox import MailKeyConverter
from community.pages.views import demo

register_converter(MailKeyConverter, "mail")

urlpatterns = [
    path("mail/", demo.mails, name="demo_mails"),
    path("mail/<mail:key>/", demo.mail, name="demo_mail"),
    path("mail/<mail:key>/html/", demo.mail_html, name="demo_mail_html"),
    path("components/", gallery, name="demo_components"),
]
