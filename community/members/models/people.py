"""People with an account."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from community.kernel.ids import public_id


def sort_key(name: str) -> str:
    """Names sort by pinyin: the database's collation knows none."""
    from pypinyin import lazy_pinyin  # 57 MB of dictionary, wanted by few processes

    return " ".join(lazy_pinyin(name)).casefold()[:200]


ERASED = "@erased.invalid"  # whose mailbox nobody has
FORMER, LEFT = "former-", "erased-"  # who was a member, and who never became one


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. Staff roles are groups; membership is computed from terms, never stored here."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("name"), max_length=60, blank=True)
    name_key = models.CharField(max_length=200, blank=True, editable=False)
    phone = PhoneNumberField(_("mobile phone"), blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)  # shown by a code: then it signs in
    wechat = models.CharField(_("WeChat"), max_length=40, blank=True)
    language = models.CharField(max_length=10, choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans")
    hide_me = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Func(F("email"), function="LOWER")), name="email_lower"),
            models.UniqueConstraint(
                fields=["phone"], condition=Q(phone_verified_at__isnull=False), name="person_phone_once"
            ),
            models.CheckConstraint(
                condition=Q(phone_verified_at=None) | ~Q(phone=""), name="person_verified_phone_is_there"
            ),
        ]
        indexes = [models.Index(fields=["name_key"], name="person_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.lower()
        self.name_key = sort_key(self.name)
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        if not self.full_name and self.email.endswith(ERASED):
            return str(_("a former member") if self.email.startswith(FORMER) else _("somebody who left"))
        return self.full_name or self.email.partition("@")[0]
