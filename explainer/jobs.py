"""Work that goes on in the background, with a time limit.

A job is plain data that any thread may read: state, message, seconds. It knows nothing of screens.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from .datasets import keras_cache

FETCH = """
import os, shutil, sys, threading
folder = os.environ["KERAS_HOME"] = sys.argv[1]
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"    # errors only
def leave_with_the_app():       # its end of this pipe closes, whichever way the app ends
    os.read(0, 1)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)
threading.Thread(target=leave_with_the_app, daemon=True).start()
import tensorflow
tensorflow.keras.datasets.mnist.load_data()
"""


class FetchMnist:
    """Fetch the full MNIST with TensorFlow, in a process of its own, into the file where Keras keeps it.

    TensorFlow works in a temporary folder, because `load_data` deletes a cached file that it does not expect.
    A file that is already in place is never overwritten. Many sessions may share one FetchMnist.
    """

    def __init__(self, target=None, limit=180.0):
        self.target = Path(target or keras_cache())
        self.limit = limit                      # seconds
        self._lock = threading.Lock()
        self._status = "idle", ""               # one tuple, so that a reader never sees half of a change
        self._began = self._ended = 0.0
        self._stopped = threading.Event()       # a new one for each start

    @property
    def state(self):
        """"idle", "running", "done" or "failed"."""
        return self._status[0]

    @property
    def message(self):
        """What is going on, or how it ended, in a sentence; empty before the first start."""
        return self._status[1]

    @property
    def seconds(self):
        """How long it has run, or did run."""
        return (time.monotonic() if self.state == "running" else self._ended) - self._began

    def start(self):
        """Begin, unless it is running already."""
        with self._lock:
            if self.state == "running":
                return
            self._began, self._stopped = time.monotonic(), threading.Event()
            self._status = "running", "TensorFlow is starting and fetching MNIST, about 11 MB."
            threading.Thread(target=self._work, args=[self._stopped], name="fetch MNIST", daemon=True).start()

    def stop(self):
        """End it; what was fetched so far is thrown away. The process is gone a moment later."""
        self._finish(self._stopped, "idle", "Fetching MNIST was stopped.")

    def _finish(self, stopped, state, message):
        with self._lock:
            if stopped is self._stopped and self.state == "running":
                self._ended, self._status = time.monotonic(), (state, message)
            stopped.set()

    def _work(self, stopped):
        try:
            with tempfile.TemporaryDirectory(prefix="mnist-", ignore_cleanup_errors=True) as folder:
                outcome = self._fetch(Path(folder), stopped)
        except OSError as error:
            outcome = "failed", f"MNIST could not be fetched: {error}."
        self._finish(stopped, *outcome)

    def _fetch(self, folder, stopped):
        """Return (state, message) of one attempt inside the folder."""
        if self.target.exists():
            return "failed", _already_there(self.target)
        errors = folder / "errors"
        code = _run([FETCH, str(folder)], errors, self.limit, stopped)
        if code is None:
            return "failed", f"MNIST was not there after {self.limit:g} seconds, so fetching it was stopped."
        if code != 0:
            return "failed", _reason(code, errors.read_text(errors="replace"))
        return _keep(folder / "datasets" / "mnist.npz", self.target)


def _run(code, errors, limit, stopped):
    """Run Python code, with its arguments, in a process of its own and return its exit code.

    Returns None if `limit` (seconds) or `stopped` (an Event) ended it. What it writes to standard error goes
    into the file `errors`.
    """
    reading, writing = os.pipe()
    try:
        with open(errors, "wb") as log:
            process = subprocess.Popen([sys.executable, "-c", *code], stdin=reading,
                                       stdout=subprocess.DEVNULL, stderr=log, start_new_session=True)
        end = time.monotonic() + limit
        while process.poll() is None:
            if stopped.wait(0.05) or time.monotonic() > end:
                _kill(process)
                return None
        return process.returncode
    finally:
        os.close(reading)
        os.close(writing)


def _kill(process):
    """End a process that leads its own session, with all its children."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:                               # Windows has no process groups of this kind
        process.kill()
    process.wait()


def _reason(code, errors):
    """Return why it failed, in a sentence, from the exit code and what the process wrote to standard error."""
    lines = errors.strip().splitlines()
    if not lines:
        return f"MNIST could not be fetched: TensorFlow ended with exit code {code} and gave no reason."
    if "No module named 'tensorflow'" in lines[-1]:
        return f"TensorFlow is not installed here. This installs it: {sys.executable} -m pip install tensorflow"
    unreachable = re.search(r"URL fetch failure on \S+: None -- (.*)", lines[-1])
    if unreachable:
        return f"The server that has MNIST cannot be reached ({unreachable[1]}). Is there a network?"
    return f"MNIST could not be fetched: {lines[-1]}"


def _keep(fetched, target):
    """Move the file into place and return (state, message); never overwrites, never leaves half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(fetched, "rb") as source, open(target, "xb") as copy:
            _copy_or_remove(source, copy, target)
    except FileExistsError:
        return "failed", _already_there(target)
    return "done", f"The full MNIST is here now, in {target}."


def _copy_or_remove(source, copy, target):
    try:
        shutil.copyfileobj(source, copy)
    except OSError:
        target.unlink()
        raise


def _already_there(target):
    return f"{target} is there already and is never overwritten; move it away to fetch MNIST anew."
