"""Evidence at rest: unreadable without a key, readable through key changes, without an address."""

import stat

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile

from community.kernel.vault import VaultStorage

PAPER = b"%PDF-1.7 business licence of an invented company"


@pytest.fixture
def keys(settings) -> list[str]:
    settings.EVIDENCE_KEYS = [Fernet.generate_key().decode()]
    return settings.EVIDENCE_KEYS


@pytest.fixture
def vault(keys, tmp_path) -> VaultStorage:
    return VaultStorage(location=tmp_path)


def test_what_lies_on_the_disk_is_unreadable_and_closed_to_others(vault, tmp_path):
    name = vault.save("evidence/licence", ContentFile(PAPER))
    stored = tmp_path / name
    assert b"licence of" not in stored.read_bytes()
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert stat.S_IMODE(stored.parent.stat().st_mode) == 0o700
    assert vault.open(name).read() == PAPER


def test_a_file_half_read_before_is_stored_whole(vault):
    content = ContentFile(PAPER)
    content.read(10)
    assert vault.open(vault.save("evidence/licence", content)).read() == PAPER


def test_a_new_key_in_front_keeps_old_files_readable(vault, keys, settings):
    old = vault.save("evidence/old", ContentFile(PAPER))
    settings.EVIDENCE_KEYS = [Fernet.generate_key().decode(), *keys]
    new = vault.save("evidence/new", ContentFile(PAPER))
    assert vault.open(old).read() == vault.open(new).read() == PAPER
    settings.EVIDENCE_KEYS = settings.EVIDENCE_KEYS[:1]  # the old key is retired
    assert vault.open(new).read() == PAPER  # so new files were written with the new one
    with pytest.raises(InvalidToken):
        vault.open(old)


def test_a_byte_changed_on_the_disk_is_noticed(vault, tmp_path):
    name = vault.save("evidence/licence", ContentFile(PAPER))
    sealed = bytearray((tmp_path / name).read_bytes())
    sealed[40] ^= 1
    (tmp_path / name).write_bytes(sealed)
    with pytest.raises(InvalidToken):
        vault.open(name)


def test_without_a_key_nothing_is_taken(vault, settings, tmp_path):
    settings.EVIDENCE_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="EVIDENCE_KEYS"):
        vault.save("evidence/licence", ContentFile(PAPER))
    assert not list(tmp_path.rglob("licence*"))


def test_private_files_have_no_address(vault):
    with pytest.raises(ValueError, match="no address"):
        vault.url("evidence/licence")
