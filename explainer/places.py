"""The folder of our own on this computer, outside the project: where it belongs, and where it can be written."""
import getpass
import os
import sys
import tempfile
from pathlib import Path

NAME = "backpropagation-explainer"


def folders(platform=sys.platform, environment=os.environ):
    """Return where our folder may lie, the best first: in the user's cache, else among the temporary files.

    XDG_CACHE_HOME holds on every system where somebody has set it.
    """
    return [Path(base, NAME) for base in _caches(platform, environment)] + [
        Path(base, f"{NAME}-{_user()}") for base in _temporary()]     # other users have theirs in the same place


def writable(choices=None):
    """Return the first of our folders in which a file can be written, made if need be; None where there is none."""
    return next((folder for folder in choices or folders() if _made(folder) and can_write(folder)), None)


def can_write(folder):
    """Whether a file can be written there. Asked by writing one: permissions alone know nothing of a full disk."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"?" * 4096)
            file.flush()
        return True
    except OSError:
        return False


def _caches(platform, environment):
    home = os.path.expanduser("~")      # stays "~" where there is no home
    named = [environment.get("XDG_CACHE_HOME"), environment.get("LOCALAPPDATA") if platform == "win32" else None]
    usual = os.path.join(home, *(["Library", "Caches"] if platform == "darwin" else [".cache"]))
    return list(dict.fromkeys(base for base in [*named, usual] if base and os.path.isabs(base)))[:1]


def _temporary():
    try:
        return [tempfile.gettempdir()]
    except OSError:                     # it looks for one that can be written, and there may be none
        return []


def _user():
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):    # a user without a name
        return str(os.getuid())


def _made(folder):
    """Whether the folder is there now, and ours: among the temporary files anybody may have made it."""
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
    except OSError:
        return False
