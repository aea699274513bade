"""One file from the network, with the standard library: resumed, in limited time, and known by its SHA-256.

What has arrived lies in a file beside the target that ends in .part. The target itself appears in one piece.
Whatever goes wrong is a Failed, with one sentence for the reader.
"""
import errno
import hashlib
import http.client
import os
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

CHUNK = 1 << 16


class Failed(Exception):
    """Why there is no file; the message is a sentence."""


class Stopped(Failed):
    """Somebody asked for it to end."""


def download(address, target, sha256, *, patience=20.0, limit=600.0, stopped=lambda: False,
             progress=lambda have, total: None):
    """Bring the file at `address` to the path `target`.

    `patience` and `limit` are seconds: for one answer of the server, and for everything. `stopped` is asked between
    any two pieces. `progress` is told the bytes that are here and the bytes of the whole (None where nobody knows).
    """
    part, end = target.with_name(target.name + ".part"), time.monotonic() + limit
    def piece(have, total):
        if stopped():
            raise Stopped("Fetching was stopped; the next time it goes on from where it was.")
        if time.monotonic() > end:
            raise Failed(f"It was not all here after {limit:g} seconds; fetching it again goes on from where it was.")
        progress(have, total)
    with _files(part):
        whole = part.exists() and digest(part) == sha256
    while not whole:
        whole = _attempt(address, part, patience, piece)
    with _files(part):
        if digest(part) != sha256:
            part.unlink()
            raise Failed(f"What {_host(address)} sent is not the file that was meant: its SHA-256 is another. "
                         "It was thrown away.")
        os.replace(part, target)


def digest(path):
    """Return the SHA-256 of a file, as 64 hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _attempt(address, part, patience, piece):
    """Ask once for what is missing, and return whether all of it came. A connection that brought nothing is Failed."""
    before = _size(part)
    try:
        with _asked(address, before, patience) as answer:
            start, total = _extent(answer, before)
            have, error = _append(answer, part, start, total, piece)
    except urllib.error.HTTPError as refusal:
        refusal.close()
        if refusal.code == 416 and before:      # nothing comes after what we have, and that is not the file
            return _begin_anew(part)
        raise Failed(_said(refusal, address, patience)) from refusal
    except (OSError, http.client.HTTPException) as failure:
        raise Failed(_said(failure, address, patience)) from failure
    if have == total or total is None and not error:
        return True
    if have <= before:
        raise Failed(_said(error, address, patience) if error else _cut(address, have, total))
    return False


def _append(answer, part, start, total, piece):
    """Write what the server sends into the file; return the bytes in it, and the error that ended the connection."""
    with _files(part), open(part, "r+b" if part.exists() else "w+b") as file:
        file.truncate(start)
        file.seek(start)
        while True:
            piece(file.tell(), total)
            try:
                content = answer.read1(CHUNK)
            except (OSError, http.client.HTTPException) as error:
                return file.tell(), error
            if not content:
                return file.tell(), None
            file.write(content)
            file.flush()        # so that a full disk is noticed here


def _asked(address, have, patience):
    headers = {"User-Agent": "backpropagation-explainer"} | ({"Range": f"bytes={have}-"} if have else {})
    return urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=patience,
                                  context=_trusted() if address.startswith("https:") else None)


def _trusted():
    """The certificates of this system, and certifi's where it is installed: Python on macOS may come without any."""
    context = ssl.create_default_context()
    try:
        import certifi
        context.load_verify_locations(certifi.where())
    except (ImportError, OSError):
        pass
    return context


def _extent(answer, have):
    """Return (first byte, bytes of the whole or None) of an answer; a server that knows no ranges begins anew."""
    if answer.status == 206:
        given = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if not given or int(given[1]) > have:
            raise http.client.HTTPException("it sent another part than the one that was asked for")
        return int(given[1]), None if given[2] == "*" else int(given[2])
    length = answer.headers.get("Content-Length")
    return 0, int(length) if length else None


def _begin_anew(part):
    with _files(part):
        part.unlink()
    return False


def _size(part):
    with _files(part):
        return part.stat().st_size if part.exists() else 0


class _files:
    """What goes wrong with our own files is told as such, and not as the network's fault."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        pass

    def __exit__(self, kind, error, trace):
        if isinstance(error, OSError):
            full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
            raise Failed(f"The disk is full: {self.path.parent} has no room for the file." if full else
                         f"{self.path} cannot be written: {error.strerror or error}.") from error


def _host(address):
    return urlsplit(address).netloc


def _cut(address, have, total):
    return (f"{_host(address)} ended the connection at {megabytes(have)} of {megabytes(total)} MB; fetching it again "
            "goes on from there.")


def megabytes(count):
    return f"{count / 1e6:.1f}"


def _said(error, address, patience):
    """Return one sentence for what the network did."""
    host = _host(address)
    if isinstance(error, urllib.error.HTTPError):
        return f"{host} answered {error.code} {error.reason}: the file is not to be had there now."
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, socket.gaierror):
        return f"{host} was not found ({reason.strerror}). Is there a network?"
    if isinstance(reason, TimeoutError):
        return f"{host} did not answer within {patience:g} seconds. Is there a network?"
    if isinstance(reason, ConnectionRefusedError):
        return f"{host} refused the connection."
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"The certificate of {host} is not trusted here ({reason.verify_message})."
    return f"{host} could not be reached: {str(reason).rstrip('.') or type(reason).__name__}."
