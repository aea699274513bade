"""Trainings of all sessions take turns and give way to the pages: one core is left to these.

A turn lasts some seconds and goes to whoever has waited longest. Between two batches a training rests while a page is
being made, but never so long that it stands still.
"""
import os
import threading
import time
from contextlib import contextmanager

TURN = 2.0      # seconds of training, where others wait
REST = 0.1      # seconds: at most so long a batch waits for pages, or a training for its turn before it looks up
WORK = 0.025    # seconds of training between two rests
LONG = 1.0      # seconds: a page that takes longer, as one that waits for a training, is no reason to rest any more


class Turns:
    """At most so many trainings at once, by default one fewer than there are cores; the others wait in their order."""

    def __init__(self, most=None):
        self.most = most or max(1, (os.cpu_count() or 1) - 1)
        self._changed = threading.Condition()
        self._training, self._waiting = [], []      # of Turn
        self._pages, self._no_page = {}, threading.Event()      # {a thread: since when it makes a page}
        self._no_page.set()

    @property
    def others_wait(self):
        return bool(self._waiting)

    @property
    def quiet(self):
        """Whether no page is being made."""
        since = time.monotonic() - LONG
        return self._no_page.is_set() or all(began < since for began in tuple(self._pages.values()))

    @contextmanager
    def page(self):
        """While a page is being made, trainings rest between their batches."""
        me = threading.get_ident()
        with self._changed:
            self._pages[me] = time.monotonic()
            self._no_page.clear()
        try:
            yield
        finally:
            with self._changed:
                self._pages.pop(me, None)
                if not self._pages:
                    self._no_page.set()

    def rest(self):
        self._no_page.wait(REST)

    def take(self, turn):
        """Whether it is this one's turn, after waiting for at most REST; else it keeps its place in the line."""
        with self._changed:
            if turn not in self._training + self._waiting:
                self._waiting.append(turn)
            return self._changed.wait_for(lambda: self._begins(turn), REST)

    def _begins(self, turn):
        if turn in self._waiting[:self.most - len(self._training)]:
            self._waiting.remove(turn)
            self._training.append(turn)
            self._changed.notify_all()      # there may be room for the next one as well
        return turn in self._training

    def leave(self, turn):
        """Give the turn back, or wait for none any more."""
        with self._changed:
            for line in (self._training, self._waiting):
                if turn in line:
                    line.remove(turn)
            self._changed.notify_all()


class Turn:
    """The turn of one training."""

    def __init__(self, turns):
        self.waits = False          # whether others train instead
        self._turns, self._ends, self._rested = turns, None, 0.0

    def comes(self):
        """Whether a batch may be learned now. Where not, some time has passed, and one asks again."""
        now = time.monotonic()
        if self._ends is not None and now > self._ends and self._turns.others_wait:
            self.end()
        if self._ends is None:
            self.waits = not self._turns.take(self)
            if self.waits:
                return False
            now = time.monotonic()
            self._ends = now + TURN
        if not self._turns.quiet and now - self._rested > WORK:
            self._turns.rest()
            self._rested = time.monotonic()
        return True

    def end(self):
        self._turns.leave(self)
        self._ends, self.waits = None, False


TURNS = Turns()     # of everything that this process trains
