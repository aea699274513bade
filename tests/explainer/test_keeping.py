"""What is kept is whole or not there: whatever happens to the file, the folder or the program."""
import os
import signal
import subprocess
import sys
import time

import pytest

from explainer import keeping
from explainer.keeping import Keeping

ONE, TWO = "0123456789abcdef", "fedcba9876543210"


@pytest.fixture
def kept(tmp_path):
    return Keeping(tmp_path)


def path_of(kept, name):
    return kept.folder / f"{name}.kept"


def test_what_was_put_is_listed_with_its_words_and_comes_back_to_the_byte(kept):
    assert kept.entries() == []
    content = bytes(range(256)) * 100 + b"\n\n"
    kept.put(ONE, "run 1, epoch 3 of 10; “ß”", content)
    kept.put(TWO, "a drawing", b"")
    assert kept.take(ONE) == content and kept.take(TWO) == b""
    assert [(entry.name, entry.words) for entry in kept.entries()] == [(TWO, "a drawing"),
                                                                      (ONE, "run 1, epoch 3 of 10; “ß”")]
    kept.put(ONE, "later", b"more")
    assert kept.take(ONE) == b"more" and [entry.words for entry in kept.entries()] == ["later", "a drawing"]
    kept.drop(ONE)
    kept.drop(ONE)
    assert [entry.name for entry in kept.entries()] == [TWO]
    with pytest.raises(ValueError, match="no longer there"):
        kept.take(ONE)


def test_no_damaged_byte_is_ever_taken(kept):
    kept.put(ONE, "words", b"content of a session")
    whole = path_of(kept, ONE).read_bytes()
    damaged = [whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1:] for n in range(len(whole))]
    for content in [*damaged, *(whole[:n] for n in range(len(whole))), whole + b"?", b"[]\n", b"[" * 9999]:
        path_of(kept, ONE).write_bytes(content)
        with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
            kept.take(ONE)
        assert all(entry.name == ONE for entry in kept.entries())


@pytest.mark.parametrize("name", ["../0123456789abcdef", "", "0123456789ABCDEF", "x" * 16, ONE + "/"])
def test_only_names_of_our_own_are_opened(kept, name):
    (kept.folder.parent / f"{ONE}.kept").write_bytes(b"{}\n")
    with pytest.raises(ValueError):
        kept.take(name)
    kept.drop(name)
    assert (kept.folder.parent / f"{ONE}.kept").exists()


def test_there_are_only_so_many_files_and_bytes_and_the_oldest_go(kept, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_FILES", 3)
    names = [f"{n:016x}" for n in range(5)]
    for n, name in enumerate(names):
        kept.put(name, str(n), b"x" * 100)
        os.utime(path_of(kept, name), (n, n))
    assert {entry.name for entry in kept.entries()} == set(names[2:])
    monkeypatch.setattr(keeping, "MOST_BYTES", 900)
    kept.put(names[4], "4", b"x" * 450)
    assert {entry.name for entry in kept.entries()} == {names[3], names[4]}
    with pytest.raises(ValueError, match="too much to keep"):
        kept.put(ONE, "", b"x" * 451)


@pytest.mark.parametrize("spoil", [
    lambda path: path.joinpath("kept").write_text("a file in its place"),
    lambda path: path.joinpath("kept").mkdir() or path.joinpath("kept").chmod(0o500)])
def test_where_nothing_can_be_written_a_sentence_says_so(tmp_path, spoil):
    spoil(tmp_path)
    kept = Keeping(tmp_path)
    if kept.folder is None or not os.access(kept.folder, os.W_OK):
        with pytest.raises(ValueError, match=r"kept.*\.$"):
            kept.put(ONE, "", b"x")
    assert kept.entries() == []


def test_a_disk_that_is_full_leaves_the_file_from_before(kept, monkeypatch):
    kept.put(ONE, "before", b"before")

    def full(_):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ValueError, match="No space left"):
        kept.put(ONE, "after", b"after")
    assert kept.take(ONE) == b"before" and [path.name for path in kept.folder.iterdir()] == [f"{ONE}.kept"]


WRITER = f"""
import sys
from explainer.keeping import Keeping
kept = Keeping(sys.argv[1])
print("ready", flush=True)
for n in range(10**9):
    kept.put("{ONE}", str(n), bytes([n % 256]) * 3_000_000)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_a_program_that_is_killed_while_it_writes_leaves_a_whole_file(kept):
    for pause in (0.02, 0.05, 0.11):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, kept.folder.parent], stdout=subprocess.PIPE)
        writer.stdout.readline()
        end = time.monotonic() + 20
        while not kept.entries() and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        writer.wait(10)
        writer.stdout.close()
        entry, = kept.entries()
        assert kept.take(ONE) == bytes([int(entry.words) % 256]) * 3_000_000
    for path in kept.folder.glob("*.part"):
        os.utime(path, (1, 1))
    kept.put(TWO, "", b"")
    assert list(kept.folder.glob("*.part")) == []
