"""TensorFlow is asked in a process of its own; each way in which that can end is told in a sentence."""
import sys
import time

import pytest

from explainer.checking import Check
from explainer.tape import TapeJob, beside
from tests.explainer.test_walkthrough import walk_of


def until(condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def python(tmp_path, script):
    """A Python that does something else, whatever it is asked."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def check():
    return Check(walk_of("relu10, best"))


def test_tensorflow_finds_the_same_gradients_and_a_wrong_one_would_be_seen(check, tensorflow_installed):
    job, before = TapeJob(check), "tensorflow" in sys.modules       # another test may have imported it
    job.start()
    assert job.state == "running" and "starting" in job.message
    until(lambda: job.state != "running")
    assert job.state == "done" and "the same gradients" in job.message, job.message
    assert [row.name for row in job.rows] == ["W1", "b1", "W2", "b2"] and all(row.agrees for row in job.rows)
    assert job.E == pytest.approx(check.E, rel=1e-12) and job.version
    assert ("tensorflow" in sys.modules) == before
    wrong = {row.name: getattr(check.grads, f"d{row.name[0]}")[int(row.name[1:]) - 1].copy() for row in job.rows}
    wrong["W2"][3, 4] += 1e-6
    assert [row.name for row in beside(check, wrong) if not row.agrees] == ["W2"]


@pytest.mark.parametrize("script, told", [
    ("echo \"ModuleNotFoundError: No module named 'tensorflow'\" >&2; exit 1", "TensorFlow is not installed here"),
    ("echo 'first line\nIllegal instruction' >&2; exit 132", "It says: Illegal instruction"),
    ("exit 3", "exit code 3")])
def test_a_process_that_fails_is_told_in_a_sentence(check, tmp_path, script, told):
    job = TapeJob(check, python(tmp_path, script))
    job.start()
    until(lambda: job.state != "running")
    assert job.state == "failed" and job.message.startswith("TensorFlow was not asked.") and told in job.message
    assert not job.rows


def test_it_ends_at_its_limit_and_when_it_is_stopped(check, tmp_path):
    slow = python(tmp_path, "exec sleep 60")
    job = TapeJob(check, slow, limit=.2)
    job.start()
    until(lambda: job.state != "running")
    assert job.state == "failed" and "longer than 0.2 seconds" in job.message
    job = TapeJob(check, slow)
    job.start()
    job.stop()
    assert job.state == "idle" and "stopped" in job.message
    until(lambda: not job._thread.is_alive(), 5)


def test_the_second_stage_is_told_once_tensorflow_is_there(check, tmp_path):
    job = TapeJob(check, python(tmp_path, 'touch "$3/started"; exec sleep 60'))
    job.start()
    until(lambda: "tape" in job.message)
    job.stop()
