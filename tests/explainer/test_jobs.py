"""MNIST is fetched in the background into a folder of ours; each way in which that can end is told in a sentence."""
import hashlib
import importlib.util
import io
import re
import socket
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from explainer import jobs, places
from explainer.datasets import find_dataset
from explainer.jobs import FetchMnist
from tests.served import serve


def npz():
    file = io.BytesIO()
    np.savez(file, x_train=np.zeros((60, 28, 28), np.uint8), y_train=np.zeros(60, np.uint8))
    return file.getvalue()


CONTENT = npz()


@pytest.fixture
def served():
    with serve(CONTENT) as served:
        yield served


@pytest.fixture
def job(served, tmp_path):
    job = FetchMnist(served.address, hashlib.sha256(CONTENT).hexdigest(), tmp_path, patience=5, limit=20)
    yield job
    job.stop()


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def ended(job):
    job.start()
    until(lambda: job.state != "running")
    return job.state, job.message


def test_the_address_and_the_hash_are_those_of_keras(tensorflow_installed):
    keras = Path(importlib.util.find_spec("keras").origin).parent
    source = (keras / "src" / "datasets" / "mnist.py").read_text()
    folder, name = jobs.ADDRESS.rsplit("/", 1)
    assert f"{folder}/" in source and name in source and jobs.SHA256 in source


def test_before_the_start_there_is_nothing_to_say(job):
    assert (job.state, job.message, job.seconds) == ("idle", "", 0)


def test_what_was_fetched_is_the_data_that_are_found_next(job, tmp_path):
    target = tmp_path / "mnist.npz"
    assert ended(job) == ("done", f"The full MNIST is here now, in {target}.")
    assert target.read_bytes() == CONTENT and list(tmp_path.iterdir()) == [target]
    assert len(find_dataset(tmp_path / "no project", tmp_path / "no keras", [target])[0].images) == 60


def test_by_default_the_folder_is_the_one_of_ours_that_can_be_written_and_is_looked_into(served, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    job = FetchMnist(served.address, hashlib.sha256(CONTENT).hexdigest())
    assert ended(job)[0] == "done" and (tmp_path / places.NAME / "mnist.npz").read_bytes() == CONTENT
    assert len(find_dataset(tmp_path / "no project", tmp_path / "no keras")[0].images) == 60


def test_a_file_of_keras_is_never_touched(served, tmp_path, monkeypatch):
    keras = tmp_path / "keras" / "datasets" / "mnist.npz"
    keras.parent.mkdir(parents=True)
    keras.write_bytes(b"mine")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    before = keras.stat().st_mtime_ns
    ended(FetchMnist(served.address, hashlib.sha256(CONTENT).hexdigest()))
    assert keras.read_bytes() == b"mine" and keras.stat().st_mtime_ns == before


def test_a_file_that_is_there_whole_is_not_fetched_again(job, served, tmp_path):
    (tmp_path / "mnist.npz").write_bytes(CONTENT)
    assert ended(job)[0] == "done" and served.asked == []


def test_a_damaged_file_of_ours_is_replaced(job, tmp_path):
    (tmp_path / "mnist.npz").write_bytes(CONTENT[:-9])
    assert ended(job)[0] == "done" and (tmp_path / "mnist.npz").read_bytes() == CONTENT


def test_the_message_tells_how_much_is_here(job, served):
    served.pause, seen = 0.005, set()
    job.start()
    until(lambda: seen.add(job.message) or job.state != "running")
    assert any(re.fullmatch(r"Fetching MNIST: 0\.0 of 0\.0 MB\.", message) for message in seen), seen


def test_the_seconds_stand_still_at_the_end(job):
    ended(job)
    seconds = job.seconds
    time.sleep(0.05)
    assert 0 < job.seconds == seconds < 20


def test_what_goes_wrong_is_the_message(job, served):
    served.status = 404
    state, message = ended(job)
    assert state == "failed" and re.fullmatch(
        r"MNIST was not fetched\. \S+ answered 404 Not Found: the file is not to be had there now\.", message)


def test_a_failed_attempt_can_be_made_again_and_goes_on(job, served):
    served.cuts = [3000, 0]
    assert ended(job)[0] == "failed"
    assert ended(job)[0] == "done" and served.asked[-1] == "bytes=3000-"


def test_where_nothing_can_be_written_it_says_so(served, monkeypatch):
    monkeypatch.setattr(places, "folders", lambda: [Path(__file__) / "below a file"])
    state, message = ended(FetchMnist(served.address))
    assert state == "failed" and "no folder on this computer" in message and served.asked == []


def test_stop_ends_it_and_the_next_start_goes_on_from_there(job, served, tmp_path):
    served.pause = 0.02
    job.start()
    until(lambda: "of" in job.message and (tmp_path / "mnist.npz.part").exists()
          and (tmp_path / "mnist.npz.part").stat().st_size > 3000)
    job.stop()
    assert job.state == "idle" and job.message == (
        "Fetching MNIST was stopped; the next time it goes on from where it was.")
    served.pause = 0
    assert ended(job)[0] == "done" and re.fullmatch(r"bytes=[1-9]\d*-", served.asked[-1])


def test_a_stopped_attempt_says_nothing_about_the_next_one(job, served):
    served.pause = 0.02
    for _ in range(3):
        job.start()
        job.stop()
    job.start()
    time.sleep(0.2)
    assert job.state == "running"


def test_what_becomes_of_a_stopped_attempt_later_is_not_told_as_the_next_ones(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        job = FetchMnist(f"http://127.0.0.1:{silent.getsockname()[1]}/", folder=tmp_path, patience=1)
        job.start()
        time.sleep(0.5)
        job.stop()
        job.start()
        time.sleep(1)       # the first has lost patience by now, the second has not
        assert job.state == "running"
        until(lambda: job.state == "failed")
        assert "did not answer within 1 seconds" in job.message


def test_stopping_what_does_not_run_changes_nothing(job):
    job.stop()
    assert (job.state, job.message) == ("idle", "")


def test_several_sessions_start_one_thread(job, served):
    served.pause = 0.02
    for _ in range(5):
        job.start()
    until(lambda: served.asked)
    assert len([thread for thread in threading.enumerate() if thread.name == "fetch MNIST" and thread.is_alive()]) == 1
    assert len(served.asked) == 1


def test_it_ends_at_the_time_limit(job, served):
    served.pause, job.limit = 0.05, 0.3
    state, message = ended(job)
    assert state == "failed" and "not all here after 0.3 seconds" in message and job.seconds < 5
