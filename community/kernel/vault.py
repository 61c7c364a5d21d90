"""Private files, encrypted at rest with keys that live outside the database (EVIDENCE_KEYS, current first)."""

from typing import IO, Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage


class VaultStorage(FileSystemStorage):
    """A file system storage without addresses: what it holds is opened by a permission-checked view only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("file_permissions_mode", 0o600)
        kwargs.setdefault("directory_permissions_mode", 0o700)
        super().__init__(*args, **kwargs)

    @property
    def _cipher(self) -> MultiFernet:
        if not settings.EVIDENCE_KEYS:
            raise ImproperlyConfigured("EVIDENCE_KEYS is empty: set at least one Fernet key before taking documents.")
        return MultiFernet([Fernet(key) for key in settings.EVIDENCE_KEYS])

    def _save(self, name: str, content: IO[Any]) -> str:
        content.seek(0)
        return super()._save(name, ContentFile(self._cipher.encrypt(content.read())))

    def _open(self, name: str, mode: str = "rb") -> File:
        with super()._open(name, "rb") as stored:
            return ContentFile(self._cipher.decrypt(stored.read()), name=name)

    def url(self, name: str | None) -> str:
        raise ValueError("Private files have no address.")
