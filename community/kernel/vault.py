"""Private files, encrypted at rest with keys that live outside the database (EVIDENCE_KEYS, current first)."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
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

    def rotate(self, name: str) -> bool:
        """Encrypt one file anew under the current key; False when it is already. Safe to be interrupted: the new file
        takes the old one's place in one step. Raises cryptography.fernet.InvalidToken when no key opens it."""
        stored = Path(self.path(name)).read_bytes()
        try:
            Fernet(settings.EVIDENCE_KEYS[0]).decrypt(stored)
            return False
        except InvalidToken:
            fresh = self._cipher.encrypt(self._cipher.decrypt(stored))
        beside = Path(self.path(f"{name}.rotating"))
        beside.touch(mode=0o600)
        beside.write_bytes(fresh)
        beside.replace(self.path(name))
        return True

    def names(self, folder: str = "") -> Iterator[str]:
        """Every file in the store, folder by folder."""
        folders, files = self.listdir(folder)
        yield from (f"{folder}/{name}".lstrip("/") for name in sorted(files) if not name.endswith(".rotating"))
        for inner in sorted(folders):
            yield from self.names(f"{folder}/{inner}".lstrip("/"))

    def url(self, name: str | None) -> str:
        raise ValueError("Private files have no address.")
