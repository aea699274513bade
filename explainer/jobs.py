"""Work that goes on in the background, with a time limit.

A job is plain data that any thread may read: state, message, seconds. It knows nothing of screens.
"""
import threading
import time

from . import places
from .download import Failed, Stopped, digest, download, megabytes

# The file that tensorflow.keras.datasets.mnist.load_data() fetches, from the same address and with the same SHA-256.
ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


class Job:
    """Something that takes a while, in a thread of its own. A subclass says what: `_do`, and the words around it.

    `_do(stopped)` returns how it ended, in a sentence. It raises Failed with the sentence that says why not, and
    Stopped once the event `stopped` is set.
    """

    name = ""       # of its thread
    beginning = stopping = failing = ""     # sentences: at the start, after a stop, and before what Failed says

    def __init__(self):
        self._lock = threading.Lock()
        self._status = "idle", ""               # one tuple, so that a reader never sees half of a change
        self._began = self._ended = 0.0
        self._stopped = threading.Event()       # a new one for each start
        self._thread = None

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
            self._status = "running", self.beginning
            thread = threading.Thread(target=self._work, args=[self._stopped, self._thread], name=self.name,
                                      daemon=True)
            try:
                thread.start()
            except RuntimeError:        # the system has none left
                self._ended = self._began
                self._status = "failed", f"{self.failing} This computer has no thread left for it; try again."
            else:
                self._thread = thread

    def stop(self):
        """End it."""
        self._say(self._stopped, "idle", self.stopping)
        self._stopped.set()

    def _say(self, stopped, state, message):
        """Take the new status from the attempt that `stopped` belongs to, unless that has ended."""
        with self._lock:
            if stopped is self._stopped and self.state == "running":
                self._ended, self._status = time.monotonic(), (state, message)

    def _work(self, stopped, before):
        if before:
            before.join()       # a stopped attempt may still be at work: two would write the same file
        try:
            self._say(stopped, "done", self._do(stopped))
        except Stopped:
            pass                # whoever stopped it has said so
        except Failed as error:
            self._say(stopped, "failed", f"{self.failing} {error}".strip())


class FetchMnist(Job):
    """Fetch the full MNIST into the folder of our own. Many sessions may share one FetchMnist.

    What was fetched before a stop is kept for the next start. `patience` and `limit` are seconds: for one answer of the
    server, and for everything.
    """

    name = "fetch MNIST"
    beginning = "Asking for MNIST, about 11 MB."
    stopping = "Fetching MNIST was stopped; the next time it goes on from where it was."
    failing = "MNIST was not fetched."

    def __init__(self, address=ADDRESS, sha256=SHA256, folder=None, patience=20.0, limit=600.0):
        super().__init__()
        self.address, self.sha256, self.folder = address, sha256, folder
        self.patience, self.limit = patience, limit

    def _do(self, stopped):
        return f"The full MNIST is here now, in {self._fetch(stopped)}."

    def _fetch(self, stopped):
        """Return the path of the file, fetched if it was not there whole."""
        folder = self.folder or places.writable()
        if folder is None:
            raise Failed("There is no folder on this computer that it could be written to; upload a file instead.")
        target = folder / "mnist.npz"
        if not (target.is_file() and digest(target) == self.sha256):
            download(self.address, target, self.sha256, patience=self.patience, limit=self.limit,
                     stopped=stopped.is_set, progress=lambda *bytes: self._say(stopped, "running", _so_far(*bytes)))
        return target


def _so_far(have, total):
    whole = f" of {megabytes(total)}" if total else ""
    return f"Fetching MNIST: {megabytes(have)}{whole} MB."
