"""A file arrives whole or not at all, goes on from where it was, and what goes wrong is one sentence."""
import hashlib
import re
import socket
import ssl
import time
import urllib.error
from pathlib import Path

import pytest

from explainer import download as module
from explainer.download import Failed, Stopped, digest, download
from tests.served import serve

CONTENT = bytes(range(251)) * 400       # 100,400 bytes, no two thousand of them the same
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def served():
    with serve(CONTENT) as served:
        yield served


@pytest.fixture
def target(tmp_path):
    return tmp_path / "mnist.npz"


def part_of(target):
    return target.with_name("mnist.npz.part")


def refusal(served, target, address=None, **options):
    with pytest.raises(Failed) as failed:
        download(address or served.address, target, SHA256, **options)
    sentence = str(failed.value)
    assert sentence[-1] in ".?" and "\n" not in sentence and "Errno" not in sentence and not target.exists()
    return sentence


def test_the_file_arrives_byte_for_byte_and_nothing_else_stays(served, target):
    download(served.address, target, SHA256)
    assert target.read_bytes() == CONTENT and list(target.parent.iterdir()) == [target] and served.asked == [None]


def test_progress_goes_from_nothing_to_the_whole(served, target):
    seen = []
    download(served.address, target, SHA256, progress=lambda have, total: seen.append((have, total)))
    assert seen[0] == (0, len(CONTENT)) and seen[-1] == (len(CONTENT), len(CONTENT)) and seen == sorted(seen)


def test_a_connection_that_is_cut_is_taken_up_where_it_was(served, target):
    served.cuts = [30_000, 20_000]
    download(served.address, target, SHA256)
    assert target.read_bytes() == CONTENT and served.asked == [None, "bytes=30000-", "bytes=50000-"]


def test_what_an_earlier_attempt_left_is_not_fetched_again(served, target):
    part_of(target).write_bytes(CONTENT[:60_000])
    download(served.address, target, SHA256)
    assert target.read_bytes() == CONTENT and served.asked == ["bytes=60000-"]


def test_a_part_that_is_whole_already_needs_no_server(target):
    part_of(target).write_bytes(CONTENT)
    download("http://127.0.0.1:1/mnist.npz", target, SHA256)
    assert target.read_bytes() == CONTENT and not part_of(target).exists()


def test_a_server_that_knows_no_ranges_sends_it_from_the_beginning(served, target):
    served.ranges = False
    part_of(target).write_bytes(b"x" * 60_000)
    download(served.address, target, SHA256)
    assert target.read_bytes() == CONTENT


def test_a_server_that_knows_no_ranges_and_always_cuts_is_not_asked_for_ever(served, target):
    served.ranges, served.cuts = False, [30_000] * 50
    assert re.search(r"ended the connection at 0\.0 of 0\.1 MB", refusal(served, target))
    assert len(served.asked) == 2


def test_a_part_longer_than_the_file_is_begun_anew(served, target):
    part_of(target).write_bytes(CONTENT + b"more")
    download(served.address, target, SHA256)
    assert target.read_bytes() == CONTENT and served.asked == [f"bytes={len(CONTENT) + 4}-", None]


def test_without_a_length_the_hash_decides(served, target):
    served.length = False
    download(served.address, target, SHA256)
    assert target.read_bytes() == CONTENT
    target.unlink()
    served.cuts = [40_000]
    assert "SHA-256" in refusal(served, target)


def test_another_file_than_the_one_that_was_meant_is_thrown_away(served, target):
    served.content = CONTENT[:-1] + b"?"
    assert re.fullmatch(r"What 127\.0\.0\.1:\d+ sent is not the file that was meant: its SHA-256 is another\. "
                        r"It was thrown away\.", refusal(served, target))
    assert list(target.parent.iterdir()) == []


def test_a_wrong_beginning_costs_one_attempt_and_the_next_begins_anew(served, target):
    part_of(target).write_bytes(b"?" * 60_000)
    assert "SHA-256" in refusal(served, target)
    download(served.address, target, SHA256)
    assert target.read_bytes() == CONTENT and served.asked == ["bytes=60000-", None]


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_answer_that_is_no_file_is_told_with_its_number(served, target, status):
    served.status = status
    assert re.fullmatch(rf"127\.0\.0\.1:\d+ answered {status} [\w ]+: the file is not to be had there now\.",
                        refusal(served, target))


def test_a_server_that_is_gone_refuses_the_connection(target):
    with serve(CONTENT) as served:
        pass
    assert re.fullmatch(r"127\.0\.0\.1:\d+ refused the connection\.", refusal(served, target))


def test_a_server_that_says_nothing_is_left_after_a_while(target):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        sentence = refusal(None, target, f"http://127.0.0.1:{silent.getsockname()[1]}/", patience=0.3)
    assert re.fullmatch(r"127\.0\.0\.1:\d+ did not answer within 0\.3 seconds\. Is there a network\?", sentence)
    assert time.monotonic() - began < 5


def test_a_server_that_stops_in_the_middle_is_asked_again_and_then_left(served, target):
    served.cuts = [30_000, 0]
    assert "ended the connection" in refusal(served, target)
    assert part_of(target).stat().st_size == 30_000 and served.asked == [None, "bytes=30000-"]


def test_a_slow_server_has_so_much_time_and_no_more(served, target):
    served.pause = 0.02
    assert refusal(served, target, limit=0.3) == (
        "It was not all here after 0.3 seconds; fetching it again goes on from where it was.")
    had = part_of(target).stat().st_size
    served.pause = 0
    download(served.address, target, SHA256)
    assert 0 < had < len(CONTENT) and served.asked == [None, f"bytes={had}-"] and target.read_bytes() == CONTENT


def test_stopping_keeps_what_came(served, target):
    seen = []
    with pytest.raises(Stopped):
        served.pause = 0.001
        download(served.address, target, SHA256, stopped=lambda: len(seen) > 5, progress=lambda *so_far: seen.append(1))
    assert 0 < part_of(target).stat().st_size < len(CONTENT) and not target.exists()


def test_a_folder_that_is_none_is_told_as_a_file_and_not_as_the_network(served):
    below = Path(__file__) / "mnist.npz"
    assert refusal(served, below) == f"{below}.part cannot be written: Not a directory."


def test_a_full_disk_is_told_as_one(served, target, monkeypatch):
    real = open
    class Full:
        def __init__(self, *arguments): self.file = real(*arguments)
        def __enter__(self): return self
        def __exit__(self, *_): self.file.close()
        def __getattr__(self, name): return getattr(self.file, name)
        def write(self, content): raise OSError(28, "No space left on device")
    monkeypatch.setattr(module, "open", Full, raising=False)
    assert refusal(served, target) == f"The disk is full: {target.parent} has no room for the file."


@pytest.mark.parametrize("error, sentence", [
    (socket.gaierror(-2, "Name or service not known"),
     "a.example was not found (Name or service not known). Is there a network?"),
    (OSError(101, "Network is unreachable"), "a.example could not be reached: [Errno 101] Network is unreachable."),
    (OSError("Tunnel connection failed: 407 Proxy Authentication Required"),
     "a.example could not be reached: Tunnel connection failed: 407 Proxy Authentication Required."),
    (ssl.SSLCertVerificationError(1, "no"), "The certificate of a.example is not trusted here"),
])
def test_what_the_network_says_is_one_sentence(monkeypatch, target, error, sentence):
    def fail(*_, **__):
        if isinstance(error, ssl.SSLCertVerificationError):
            error.verify_message = "unable to get local issuer certificate"
        raise urllib.error.URLError(error)
    monkeypatch.setattr(module.urllib.request, "urlopen", fail)
    with pytest.raises(Failed) as failed:
        download("https://a.example/mnist.npz", target, SHA256)
    assert str(failed.value).startswith(sentence.rstrip("."))


def test_the_digest_is_that_of_the_standard_library(target):
    target.write_bytes(CONTENT)
    assert digest(target) == SHA256
