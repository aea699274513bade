"""The training of one session: its runs, and the thread that advances the current one.

Pausing ends the thread, resuming starts another that goes on with the same run: there is nothing to wait for and
nothing that can hang. A training goes on without its browser for a while, then it pauses. Knows nothing of screens.
"""
import os
import threading
import time

from .runs import Run
from .turns import TURNS, Turn

# Seconds that a training goes on while its browser is away; then nobody waits for it any more.
GRACE = float(os.environ.get("EXPLAINER_GRACE", 45))
LOOK = 1.0      # seconds from one look whether it is there to the next
KEEP = 3.0      # seconds from one time that the work is kept to the next
SELDOM = 20     # but at least so many times as long as keeping takes
SLOW = 0.05     # seconds between two batches, for who wants to watch
BREATH = 1e-4   # seconds after each step of a tiny network, which would else keep Python's interpreter to itself


class Trainer:
    """Runs in the order in which they were made; at most one of them is being trained.

    `present()` says whether the session's browser is connected. Trainings of all trainers that share `turns` take them.
    """

    def __init__(self, present=lambda: True, grace=GRACE, turns=TURNS):
        self.runs, self.current = [], None
        self.slow = False       # whether it pauses after each batch; may change at any time
        self.left_alone = False     # whether it was paused since the browser was away
        self.present = present      # whether the browser is connected
        self.keep = None            # called now and then while a run is being trained, and when it halts
        self._grace, self._turns, self._turn = grace, turns, Turn(turns)
        self._number = 0
        self._halt, self._thread = threading.Event(), None

    @property
    def state(self):
        """"empty", "ready", "running", "paused", or how the current run ended."""
        run = self.current
        if run is None:
            return "empty"
        if self._thread is not None and self._thread.is_alive():
            return "running"
        return run.ended or ("paused" if run.examples else "ready")

    @property
    def waiting(self):
        """Whether the training waits for its turn, since others train on this computer."""
        return self._turn.waits

    def new(self, recipe, material):
        """Make a run, the current one from now on. Raises ValueError in a sentence for what cannot be trained."""
        if problems := recipe.problems(len(material.X)):
            raise ValueError(" ".join(problems))
        self.pause()
        run = Run(self._number + 1, recipe, material)
        self._number += 1
        self.runs, self.current = [*self.runs, run], run
        return run

    def add(self, run):
        """Take a run that was made elsewhere; it is the current one from now on, unless another is being trained."""
        self._number += 1
        run.number, self.runs = self._number, [*self.runs, run]
        if self.state != "running":
            self.current = run

    def again(self):
        """Make the current run anew: the same recipe, the same initial weights, the same order."""
        return self.new(self.current.recipe, self.current.material)

    def go(self, until=None):
        """Train the current run: to its end, or until one more "batch", the end of the "epoch" or a moment's key.

        Raises RuntimeError where the system has no thread for it.
        """
        if self.state in ("ready", "paused"):
            self._halt, self._turn, self.left_alone = threading.Event(), Turn(self._turns), False
            thread = threading.Thread(target=self._work, args=(self.current, until, self._halt, self._turn),
                                      name=self.current.name, daemon=True)
            thread.start()
            self._thread = thread

    def _work(self, run, until, halt, turn):
        alone, kept = _Alone(self, self._grace), time.monotonic()
        try:
            while not halt.is_set() and not run.ended:
                if alone():
                    self.left_alone = True
                    break
                if not turn.comes():
                    continue
                run.advance()
                if self.keep and time.monotonic() > kept:
                    kept = self._keep_now()
                if until == "batch" or (until == "epoch" and run.progress.epoch_ended) or (until and run.is_at(until)):
                    break
                if self.slow:
                    halt.wait(SLOW)
                elif run.material.dataset is None:
                    time.sleep(BREATH)
            run.mark()
            self._keep_now()
        except Exception as error:      # whatever it is, the page has to say it
            run.ended, run.error = "failed", f"Training failed: {error}"
        finally:
            turn.end()

    def _keep_now(self):
        """Keep the work, and return when it is time again."""
        began, keep = time.monotonic(), self.keep
        if keep:
            keep()
        return time.monotonic() + max(KEEP, SELDOM * (time.monotonic() - began))

    def wait(self, seconds=None):
        """Wait until the thread has ended, but not longer than that."""
        if self._thread is not None:
            self._thread.join(seconds)

    def pause(self):
        """Halt after the batch that is being learned."""
        self._halt.set()
        self.wait(10)

    def stop(self):
        """End the current run for good; its weights and its history stay."""
        self.pause()
        if self.current is not None and not self.current.ended:
            self.current.ended = "stopped"

    def select(self, number):
        """Make another run the current one; the one that is training is paused."""
        if run := self.find(number):
            self.pause()
            self.current = run

    def find(self, number):
        """Return the run with this number, or None."""
        return next((run for run in self.runs if run.number == number), None)

    def delete(self, number):
        """Forget a run; the last of the others becomes the current one if it was that."""
        if self.current is not None and self.current.number == number:
            self.pause()
        self.runs = [run for run in self.runs if run.number != number]
        if self.current not in self.runs:
            self.current = self.runs[-1] if self.runs else None


class _Alone:
    """Called often, it says whether the browser has been away for longer than the grace time."""

    def __init__(self, trainer, grace):
        self._trainer, self._grace = trainer, grace
        self._seen = self._looked = time.monotonic()

    def __call__(self):
        now = time.monotonic()
        if now - self._looked >= min(LOOK, self._grace):
            self._looked = now
            if self._trainer.present():
                self._seen = now
        return now - self._seen > self._grace


def time_left(run, slow=False):
    """Return the seconds that the run will still take, from its own pace; None before it has one."""
    if not run.examples:        # nothing yet, or what a file had diverged in its first batch
        return None
    left = run.total - run.examples
    return left * run.seconds / run.examples + slow * SLOW * left / run.batch_size


def pace(run):
    """Return the images a second, measured over the whole run."""
    return run.examples / run.seconds if run.seconds else 0.0
