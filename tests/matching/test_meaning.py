"""Ranking by meaning is an extra: off by default, done apart, and never a condition."""

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from django.utils import translation

from community.matching import gateway, tasks
from community.matching.models import Document, Match, Vector
from community.matching.selectors import wording
from community.matching.services import encoding, pairing
from tests.make import NOON, member
from tests.matching import make

CONCEPTS = ("live host 直播 主播", "mould 模具 注塑", "tax 税 会计", "export 出海 跨境")


def seen(texts: Sequence[str], asking: bool) -> list[bytes]:
    """An encoder of four ideas, in two languages."""
    rows = np.array(
        [[0.01 + sum(word in text.lower() for word in idea.split()) for idea in CONCEPTS] for text in texts]
    )
    return [row.astype("<f2").tobytes() for row in rows / np.linalg.norm(rows, axis=1, keepdims=True)]


def broken(texts: Sequence[str], asking: bool) -> list[bytes]:
    raise gateway.Unreachable("is not installed")


@pytest.fixture
def switched_on(settings, monkeypatch) -> None:
    settings.MATCHING_ENCODERS = ["use"]
    monkeypatch.setitem(gateway.KNOWN, "use", seen)


@pytest.fixture
def offers() -> None:
    for text in ["注塑模具加工", "会计报税", "跨境出海", "税务筹划", "模具设计", "出海咨询", "会计外包", "精密注塑"]:
        make.offer(text)


@pytest.mark.django_db
class TestRanking:
    def test_an_english_need_finds_a_chinese_card_and_says_why(self, switched_on, offers) -> None:
        who = member()
        make.card("带货主播三十名", who)
        need = make.need("Looking for a live host")
        pairing.pair(need.key, at=NOON)
        assert not Match.objects.exists()  # by words alone there is nothing; it was not encoded yet
        encoding.sweep(at=NOON)
        pairing.sweep(at=NOON)
        match = Match.objects.get()
        assert (match.person, match.tier) == (who, 1)
        with translation.override("en"):
            assert "Close in meaning" in wording.said(match.reasons, at=NOON)

    def test_the_task_encodes_and_compares_again(self, switched_on, offers, monkeypatch) -> None:
        monkeypatch.setattr(tasks.timezone, "now", lambda: NOON)
        make.card("带货主播三十名")
        make.need("Looking for a live host")
        tasks.sweep()
        assert Match.objects.get().tier == 1
        assert not Document.objects.filter(paired_at=None).exists()
        assert encoding.sweep(at=NOON) == 0

    def test_words_count_beside_meaning(self, switched_on, offers) -> None:
        both, meaning = member(), member()
        make.card("直播主播培训", meaning)
        make.card("抖音直播主播", both)
        need = make.need("抖音直播主播")
        encoding.sweep(at=NOON)
        pairing.pair(need.key, at=NOON)
        assert list(Match.objects.order_by("rank").values_list("person", flat=True))[:2] == [both.pk, meaning.pk]

    def test_a_text_that_changes_is_encoded_anew(self, switched_on) -> None:
        who = member()
        make.offer("注塑模具", who, key="o")
        encoding.sweep(at=NOON)
        make.offer("报税会计", who, key="o")
        assert not Vector.objects.exists()
        assert encoding.sweep(at=NOON) == 1

    def test_off_by_default_and_nothing_is_encoded(self, settings) -> None:
        assert settings.MATCHING_ENCODERS == [] == gateway.encoders()
        make.offer("直播主播")
        make.need("找直播主播")
        tasks.sweep()
        assert not Vector.objects.exists() and Match.objects.get().tier == 0

    def test_a_missing_encoder_or_numpy_leaves_ranking_by_words(self, switched_on, monkeypatch) -> None:
        who = member()
        make.offer("直播主播", who)
        need = make.need("找直播主播")
        encoding.sweep(at=NOON)
        monkeypatch.setattr(gateway, "numeric", lambda: broken([], False))
        pairing.pair(need.key, at=NOON)
        assert Match.objects.get().tier == 0
        make.offer("直播场地")
        monkeypatch.setitem(gateway.KNOWN, "use", broken)
        assert encoding.sweep(at=NOON) == 0
        monkeypatch.setattr(gateway, "import_module", lambda name: (_ for _ in ()).throw(ImportError(name)))
        with pytest.raises(gateway.Unreachable, match="numpy is not installed"):
            gateway._loaded("numpy")


class Answers(BaseHTTPRequestHandler):
    """Somebody who speaks OpenAI's embeddings interface, well or badly."""

    how = "well"
    asked: list[dict] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(body | {"key": self.headers["Authorization"]})
        rows = [{"index": n, "embedding": [3.0, 4.0 * n]} for n in range(len(body["input"]))][::-1]
        answer = {
            "well": json.dumps({"data": rows}),
            "few": json.dumps({"data": rows[:1]}),
            "ragged": json.dumps({"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}),
            "text": json.dumps({"data": [{"index": 0, "embedding": "abc"}] * 2}),
            "none": "null",
            "garbage": "<html>",
        }.get(self.how, "{}")
        self.send_response(503 if self.how == "down" else 200)
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(settings) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.MATCHING_ENCODERS = ["url"]
    settings.MATCHING_ENCODER_URL = f"http://127.0.0.1:{server.server_port}/v1/embeddings"
    settings.MATCHING_ENCODER_KEY, settings.MATCHING_ENCODER_MODEL = "secret", "small"
    Answers.how, Answers.asked = "well", []
    yield settings.MATCHING_ENCODER_URL
    server.shutdown()
    server.server_close()


def test_an_address_is_asked_as_openai_is_and_its_answer_is_sorted(address) -> None:
    encoder = gateway.encoders()[0]
    vectors = [np.frombuffer(one, dtype="<f2") for one in encoder.encode(["甲", "乙"], True)]
    assert Answers.asked == [{"model": "small", "input": ["甲", "乙"], "key": "Bearer secret"}]
    assert vectors[0] == pytest.approx([1, 0]) and vectors[1] == pytest.approx([0.6, 0.8], abs=1e-3)


def test_another_model_is_another_encoder(address, settings) -> None:
    before = gateway.encoders()[0].name
    settings.MATCHING_ENCODER_MODEL = "large"
    assert gateway.encoders()[0].name != before


@pytest.mark.parametrize("how", ["down", "few", "ragged", "text", "none", "garbage", "empty"])
def test_an_answer_of_no_use_is_refused(address, how: str) -> None:
    Answers.how = how
    with pytest.raises(gateway.Unreachable):
        gateway.encoders()[0].encode(["甲", "乙"], False)


def test_nobody_at_the_address_is_refused(address, settings) -> None:
    settings.MATCHING_ENCODER_URL = "http://127.0.0.1:9/"
    with pytest.raises(gateway.Unreachable):
        gateway.encoders()[0].encode(["甲"], False)
