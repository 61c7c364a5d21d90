"""Private files, encrypted at rest with keys that live outside the database (EVIDENCE_KEYS, current first).

A small file is one sealed piece. A larger one is sealed in frames, so that whoever sends it to a browser never holds more
than a frame of it: a mark, then each frame as a token of its own, which knows which file and which place it is of.
"""

import secrets
from collections.abc import Callable, Iterator
from functools import partial
from io import SEEK_CUR, SEEK_END, BufferedReader, FileIO, RawIOBase
from pathlib import Path
from typing import IO, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

FRAME = 1024 * 1024  # bytes of the file in each frame but the last
READ_AT_ONCE = 64 * 1024
MARK = b"in frames 1\n"  # no single token begins so
NONCE, PLACE = 16, 8  # bytes before a frame's own: which file, how large it is, which frame
HEAD = NONCE + 2 * PLACE


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
        size = content.seek(0, SEEK_END)
        content.seek(0)
        if size > FRAME:
            return super()._save(name, _InFrames(content, size, self._cipher))
        return super()._save(name, ContentFile(self._cipher.encrypt(content.read())))

    def _open(self, name: str, mode: str = "rb") -> File:
        with super()._open(name, "rb") as stored:
            if stored.read(len(MARK)) != MARK:
                stored.seek(0)
                return ContentFile(self._cipher.decrypt(stored.read()), name=name)
        return _Opened(lambda: BufferedReader(_Frames(self.path(name), self._cipher), READ_AT_ONCE), name)

    def rotate(self, name: str) -> bool:
        """Encrypt one file anew under the current key; False when it is already. Safe to be interrupted: the new file
        takes the old one's place in one step. Raises cryptography.fernet.InvalidToken when no key opens it."""
        if self._is_current(name):
            return False
        beside = Path(self.path(f"{name}.rotating"))
        beside.touch(mode=0o600)
        with self._open(name) as opened, beside.open("wb") as out:
            size = opened.seek(0, SEEK_END)
            opened.seek(0)
            if size > FRAME:
                out.writelines(_sealed(opened, size, self._cipher))
            else:
                out.write(self._cipher.encrypt(opened.read()))
        beside.replace(self.path(name))
        return True

    def _is_current(self, name: str) -> bool:
        current = MultiFernet([Fernet(settings.EVIDENCE_KEYS[0])])
        try:
            with open(self.path(name), "rb") as stored:
                if stored.read(len(MARK)) == MARK:
                    _Frames(self.path(name), current).close()
                else:
                    stored.seek(0)
                    current.decrypt(stored.read())
        except InvalidToken:
            return False
        return True

    def names(self, folder: str = "") -> Iterator[str]:
        """Every file in the store, folder by folder."""
        folders, files = self.listdir(folder)
        yield from (f"{folder}/{name}".lstrip("/") for name in sorted(files) if not name.endswith(".rotating"))
        for inner in sorted(folders):
            yield from self.names(f"{folder}/{inner}".lstrip("/"))

    def url(self, name: str | None) -> str:
        raise ValueError("Private files have no address.")


def _token_size(plain: int) -> int:
    """How long Fernet's token of so many bytes is: 25 before, padded to blocks of 16, 32 behind, in base 64."""
    return (25 + (plain // 16 + 1) * 16 + 32 + 2) // 3 * 4


def _sealed(content: IO[Any], size: int, cipher: MultiFernet) -> Iterator[bytes]:
    """The file as it lies on the disk, piece by piece."""
    yield MARK + size.to_bytes(PLACE, "big")
    nonce = secrets.token_bytes(NONCE) + size.to_bytes(PLACE, "big")
    for number in range(-(-size // FRAME)):
        yield cipher.encrypt(nonce + number.to_bytes(PLACE, "big") + content.read(FRAME))


class _InFrames(File):
    """What the file system is given to write."""

    def __init__(self, content: IO[Any], size: int, cipher: MultiFernet) -> None:
        super().__init__(content)
        self._pieces = partial(_sealed, content, size, cipher)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return self._pieces()


class _Frames(RawIOBase):
    """A file in frames, read from any place; at most one frame of it is open. Raises InvalidToken where a frame is missing,
    was changed, is another file's or stands elsewhere."""

    def __init__(self, path: str, cipher: MultiFernet) -> None:
        self._cipher, self._stored, self._at, self._number = cipher, FileIO(path), 0, -1
        self._frame = self._nonce = b""
        self._stored.seek(len(MARK))
        self.size = int.from_bytes(self._stored.read(PLACE), "big")
        try:
            self._turn_to(0)
        except InvalidToken:
            self.close()
            raise

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + {SEEK_CUR: self._at, SEEK_END: self.size}.get(whence, 0))
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, into: Any) -> int:
        if self._at >= self.size:
            return 0
        number, start = divmod(self._at, FRAME)
        self._turn_to(number)
        found = self._frame[start : start + len(into)]
        into[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        self._stored.close()
        super().close()

    def _turn_to(self, number: int) -> None:
        if number == self._number:
            return
        self._stored.seek(len(MARK) + PLACE + number * _token_size(HEAD + FRAME))
        length = min(FRAME, self.size - number * FRAME)
        opened = self._cipher.decrypt(self._stored.read(_token_size(HEAD + length)))
        nonce, place, frame = opened[: NONCE + PLACE], opened[NONCE + PLACE : HEAD], opened[HEAD:]
        size = int.from_bytes(nonce[NONCE:], "big")
        if nonce != (self._nonce or nonce) or (size, int.from_bytes(place, "big"), len(frame)) != (
            self.size,
            number,
            length,
        ):
            raise InvalidToken
        self._nonce, self._number, self._frame = nonce, number, frame


class _Opened(File):
    """A file in frames as the rest of the house knows files: closed, it can be opened again."""

    def __init__(self, again: Callable[[], BufferedReader], name: str) -> None:
        super().__init__(again(), name)
        self._again = again

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> "_Opened":
        if self.closed:
            self.file = self._again()
        else:
            self.seek(0)
        return self
