"""The folder of our own is where each system keeps such things, and the next one where it cannot be written."""
import os
import sys
import tempfile
from pathlib import Path

import pytest

from explainer import places
from explainer.places import NAME, can_write, folders, writable

A_FILE = Path(__file__)     # nothing can be made below it, whoever asks


@pytest.mark.parametrize("platform, environment, expected", [
    ("linux", {}, "{home}/.cache"),
    ("linux", {"XDG_CACHE_HOME": ""}, "{home}/.cache"),
    ("linux", {"XDG_CACHE_HOME": "not/from/the/root"}, "{home}/.cache"),     # the XDG specification: to be ignored
    ("linux", {"XDG_CACHE_HOME": "/elsewhere"}, "/elsewhere"),
    ("linux", {"LOCALAPPDATA": "/of/windows"}, "{home}/.cache"),
    ("darwin", {}, "{home}/Library/Caches"),
    ("darwin", {"XDG_CACHE_HOME": "/elsewhere"}, "/elsewhere"),
    ("win32", {"LOCALAPPDATA": "/of/windows"}, "/of/windows"),
])
def test_each_system_keeps_caches_in_a_place_of_its_own(monkeypatch, tmp_path, platform, environment, expected):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folders(platform, environment)[0] == Path(expected.format(home=tmp_path), NAME)


def test_without_a_home_it_is_among_the_temporary_files_and_named_after_the_user(monkeypatch):
    monkeypatch.setattr(places.os.path, "expanduser", lambda path: path)
    monkeypatch.setattr(places.getpass, "getuser", lambda: "ada")
    assert folders("linux", {}) == [Path(tempfile.gettempdir(), f"{NAME}-ada")]


def test_a_user_without_a_name_has_a_number(monkeypatch):
    def unknown():
        raise KeyError("getpwuid(): uid not found")
    monkeypatch.setattr(places.getpass, "getuser", unknown)
    monkeypatch.setattr(places.os, "getuid", lambda: 12345, raising=False)
    assert folders()[-1].name == f"{NAME}-12345"


def test_without_any_temporary_folder_there_is_one_less(monkeypatch):
    def nowhere():
        raise FileNotFoundError(2, "No usable temporary directory found")
    monkeypatch.setattr(places.tempfile, "gettempdir", nowhere)
    assert len(folders("linux", {"XDG_CACHE_HOME": "/elsewhere"})) == 1


def test_the_first_that_can_be_written_is_made_and_taken(tmp_path):
    wanted = tmp_path / "a" / "b"
    assert writable([A_FILE / "below a file", wanted, tmp_path]) == wanted and wanted.is_dir()
    assert list(wanted.iterdir()) == []


def test_where_nothing_can_be_written_it_says_so_and_raises_nothing():
    assert writable([A_FILE / "below a file"]) is None and writable([A_FILE]) is None


def test_a_full_disk_cannot_be_written(monkeypatch, tmp_path):
    class Full:
        def __enter__(self): return self
        def __exit__(self, *_): pass
        def write(self, content): raise OSError(28, "No space left on device")
    monkeypatch.setattr(places.tempfile, "TemporaryFile", lambda dir: Full())
    assert not can_write(tmp_path) and writable([tmp_path]) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason=f"folders have no owners of this kind on {sys.platform}")
def test_a_folder_that_somebody_else_made_under_our_name_is_not_ours(monkeypatch, tmp_path):
    monkeypatch.setattr(places.os, "getuid", lambda: os.stat(tmp_path).st_uid + 1)
    assert writable([tmp_path]) is None
