"""Work that is kept on this computer: one folder, a file a session, each whole or not there at all.

A file is a line with the SHA-256 of all that follows, a line of JSON that says what it is, then the content. It is
written under another name and put in its place at once, so a program that is killed leaves the file from before.
"""
import hashlib
import json
import os
import re
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from . import places
from .limits import MOST_WORDS

MOST_FILES = 30                 # the oldest go first
MOST_BYTES = 512 * 2**20        # of all of them
MOST_HEAD = 4096                # bytes of a line
NAME = re.compile(r"[0-9a-f]{16}")
ENDING, UNFINISHED = ".kept", ".part"
ABANDONED = 600.0               # seconds after which an unfinished file is nobody's


@dataclass(frozen=True)
class Entry:
    """What is known of a file before it is opened."""
    name: str       # 16 digits from 0 to f
    words: str      # what is in it, for a reader
    when: float     # seconds since 1970
    size: int       # bytes of the content


class Keeping:
    """The folder, or none where there is nowhere to write."""

    def __init__(self, folder=None):
        self._asked, self._found = folder, None

    @property
    def folder(self):
        """Where it is, made if need be; None where nothing can be written."""
        if self._found is None:
            base = self._asked or places.writable()
            self._found = base and Path(base) / "kept"
        try:
            if self._found:
                self._found.mkdir(0o700, exist_ok=True)
            return self._found
        except OSError:
            return None

    def put(self, name, words, content):
        """Write a session's file in the place of its last one. Raises ValueError in a sentence where that fails."""
        if self.folder is None:
            raise ValueError("There is no folder on this computer that work could be kept in.")
        if len(content) > MOST_BYTES // 2:
            raise ValueError(f"The work comes to {len(content) >> 20:,} MB, which is too much to keep: delete a run.")
        said = Entry(name, words[:MOST_WORDS], time.time(), len(content))
        whole = json.dumps(asdict(said)).encode() + b"\n" + content
        try:
            self._bound(MOST_FILES - 1, MOST_BYTES - len(content), name)
            handle, path = tempfile.mkstemp(UNFINISHED, f"{name}-", self.folder)
            try:
                with open(handle, "wb") as file:
                    file.write(_digest(whole) + b"\n" + whole)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(path, self.folder / f"{name}{ENDING}")
            except BaseException:
                os.unlink(path)
                raise
        except OSError as error:
            raise ValueError(f"The work could not be kept: {error.strerror or error}.") from error

    def entries(self):
        """Return the Entry of every file that says what it is, the newest first."""
        found = [_entry(path) for path in self._paths()]
        return sorted(filter(None, found), key=lambda entry: -entry.when)

    def take(self, name):
        """Return the content of a file. Raises ValueError in a sentence where it is gone or damaged."""
        if not (self.folder and NAME.fullmatch(name)):
            raise ValueError("This work is no longer there.")
        try:
            digest, _, rest = (self.folder / f"{name}{ENDING}").read_bytes().partition(b"\n")
        except FileNotFoundError as error:
            raise ValueError("This work is no longer there.") from error
        except OSError as error:
            raise ValueError(f"This work cannot be read: {error.strerror or error}.") from error
        if digest != _digest(rest):
            raise ValueError("This work is damaged, so it was left where it is.")
        return rest.partition(b"\n")[2]

    def drop(self, name):
        """Delete a file, if it is there."""
        if self.folder and NAME.fullmatch(name):
            (self.folder / f"{name}{ENDING}").unlink(missing_ok=True)

    def _paths(self):
        return [path for path in (self.folder.iterdir() if self.folder else ()) if path.suffix == ENDING
                and NAME.fullmatch(path.stem) and path.is_file() and not path.is_symlink()]

    def _bound(self, files, size, name):
        """Delete the oldest until there is room for another, and what was left unfinished long ago."""
        for path in self.folder.glob(f"*{UNFINISHED}"):
            if time.time() - path.stat().st_mtime > ABANDONED:
                path.unlink(missing_ok=True)
        paths = sorted((path for path in self._paths() if path.stem != name), key=lambda path: path.stat().st_mtime)
        while paths and (len(paths) > files or sum(path.stat().st_size for path in paths) > size):
            paths.pop(0).unlink(missing_ok=True)


def _digest(content):
    return hashlib.sha256(content).hexdigest().encode()


def _entry(path):
    """What a file says of itself; None where that is not to be read, or it is not as long as it says."""
    try:
        with path.open("rb") as file:
            head = file.readline(MOST_HEAD) + file.readline(MOST_HEAD)
        said = json.loads(head.partition(b"\n")[2])
        entry = Entry(*(said[name] for name in ("name", "words", "when", "size")))
        typed = [type(value) for value in (entry.words, entry.when, entry.size)] == [str, float, int]
        whole = entry.name == path.stem and path.stat().st_size == len(head) + entry.size
        return entry if typed and whole else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
