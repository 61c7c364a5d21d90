"""Evidence at rest: unreadable without a key, readable through key changes, without an address."""

import random
import stat
import tracemalloc

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.http import FileResponse

from community.kernel import vault as sealing
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


class TestInFrames:
    """What is larger than a frame."""

    SIZES = (sealing.FRAME + 1, 2 * sealing.FRAME, 3 * sealing.FRAME + 77)

    @pytest.fixture
    def large(self, vault) -> tuple[str, bytes]:
        content = random.Random(7).randbytes(self.SIZES[-1])
        return vault.save("exports/large", ContentFile(content)), content

    @pytest.mark.parametrize("size", SIZES)
    def test_the_same_from_any_place(self, vault, size, tmp_path):
        content = random.Random(size).randbytes(size)
        name = vault.save("exports/large", ContentFile(content))
        assert (
            content[:64] not in (tmp_path / name).read_bytes() and content[-64:] not in (tmp_path / name).read_bytes()
        )
        with vault.open(name) as opened:
            assert opened.read() == content
            for place in (0, 5, sealing.FRAME - 3, sealing.FRAME, size - 9, size, size + 4):
                opened.seek(place)
                assert opened.read(100_000) == content[place : place + 100_000]
        assert opened.open().read(10) == content[:10]
        opened.close()

    def test_a_download_holds_a_frame_and_not_the_file(self, vault):
        frames = 12
        name = vault.save("exports/large", ContentFile(bytes(frames * sealing.FRAME)))
        tracemalloc.start()
        opened = vault.open(name)
        try:
            answer = FileResponse(opened, as_attachment=True, filename="all.zip")
            sent = sum(map(len, answer))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            opened.close()
        assert sent == int(answer["Content-Length"]) == frames * sealing.FRAME
        assert peak < 8 * sealing.FRAME, peak

    @pytest.mark.parametrize("harm", ["changed", "cut", "swapped", "another's", "longer"])
    def test_whatever_was_done_to_it_on_the_disk_is_noticed(self, vault, large, tmp_path, harm):
        stored = tmp_path / large[0]
        kept = bytearray(stored.read_bytes())
        start = len(sealing.MARK) + sealing.PLACE
        length = sealing._token_size(sealing.HEAD + sealing.FRAME)
        first, second = slice(start, start + length), slice(start + length, start + 2 * length)
        if harm == "changed":
            kept[start + length + 40] ^= 1
        elif harm == "cut":
            del kept[-(start + 100) :]
        elif harm == "swapped":
            kept[first], kept[second] = kept[second], kept[first]
        elif harm == "another's":
            other = (tmp_path / vault.save("exports/other", ContentFile(large[1]))).read_bytes()
            kept[second] = other[second]
        else:
            kept[start - 8 : start] = (len(large[1]) + sealing.FRAME).to_bytes(8, "big")
        stored.write_bytes(kept)
        with pytest.raises(InvalidToken):
            vault.open(large[0]).read()

    def test_rotated_with_the_keys(self, vault, large, keys, settings):
        assert not vault.rotate(large[0])
        settings.EVIDENCE_KEYS = [Fernet.generate_key().decode(), *keys]
        assert vault.rotate(large[0]) and not vault.rotate(large[0])
        settings.EVIDENCE_KEYS = settings.EVIDENCE_KEYS[:1]
        assert vault.open(large[0]).read() == large[1] and list(vault.names("exports")) == [large[0]]

    def test_without_its_key_it_does_not_open(self, vault, large, settings):
        settings.EVIDENCE_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(InvalidToken):
            vault.open(large[0])
