"""MNIST is fetched in a process of its own; each way in which that can end is told in a sentence.

A made-up `tensorflow` package on PYTHONPATH stands in for the real one and for the network.
"""
import io
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from explainer import jobs
from explainer.jobs import FetchMnist

PACKAGE = """
import os, subprocess, sys, time
from pathlib import Path

class keras:
    class datasets:
        class mnist:
            @staticmethod
            def load_data():
                Path(os.environ["NOTES"]).write_text(f"{{os.getpid()}}\\n{{os.environ['KERAS_HOME']}}\\n")
                {load_data}
"""
SUCCESS = """
                folder = Path(os.environ["KERAS_HOME"], "datasets")
                folder.mkdir()
                (folder / "mnist.npz").write_bytes(Path(os.environ["FETCHED"]).read_bytes())
"""
SILENCE = "time.sleep(60)"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder for a test: PYTHONPATH has `fake`, and what the made-up network delivers is in `fetched`."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "fake"))
    monkeypatch.setenv("NOTES", str(tmp_path / "notes"))
    monkeypatch.setenv("FETCHED", str(tmp_path / "fetched"))
    file = io.BytesIO()
    np.savez(file, x_train=np.zeros((2, 28, 28), np.uint8), y_train=np.zeros(2, np.uint8))
    (tmp_path / "fetched").write_bytes(file.getvalue())
    return tmp_path


def put_tensorflow(place, load_data=None, source=None):
    (place / "fake" / "tensorflow").mkdir(parents=True)
    (place / "fake" / "tensorflow" / "__init__.py").write_text(source or PACKAGE.format(load_data=load_data))


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def ended(job):
    job.start()
    until(lambda: job.state != "running")
    return job.state, job.message


def notes(place):
    """The process ids and the KERAS_HOME that the made-up TensorFlow wrote down."""
    until(lambda: (place / "notes").exists() and (place / "notes").read_text().endswith("\n"))
    return (place / "notes").read_text().split()


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_before_the_start_there_is_nothing_to_say(place):
    job = FetchMnist(place / "mnist.npz")
    assert (job.state, job.message, job.seconds) == ("idle", "", 0)


def test_what_was_fetched_is_put_where_keras_keeps_it(place):
    put_tensorflow(place, SUCCESS)
    target = place / "keras" / "datasets" / "mnist.npz"
    job = FetchMnist(target)
    assert ended(job) == ("done", f"The full MNIST is here now, in {target}.")
    assert target.read_bytes() == (place / "fetched").read_bytes()
    assert list(target.parent.iterdir()) == [target]


def test_the_seconds_stand_still_at_the_end(place):
    put_tensorflow(place, SUCCESS)
    job = FetchMnist(place / "mnist.npz")
    ended(job)
    seconds = job.seconds
    time.sleep(0.05)
    assert 0 < job.seconds == seconds < 20


def test_tensorflow_works_in_a_temporary_folder_that_is_gone_afterwards(place):
    put_tensorflow(place, SUCCESS)
    ended(FetchMnist(place / "keras" / "datasets" / "mnist.npz"))
    _, keras_home = notes(place)
    assert not Path(keras_home).exists() and not Path(keras_home).is_relative_to(place / "keras")


def test_by_default_the_place_is_where_keras_looks(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert FetchMnist().target == tmp_path / "datasets" / "mnist.npz"


def test_a_file_that_is_there_is_never_overwritten(place):
    put_tensorflow(place, SUCCESS)
    target = place / "mnist.npz"
    target.write_bytes(b"mine")
    assert ended(FetchMnist(target)) == (
        "failed", f"{target} is there already and is never overwritten; move it away to fetch MNIST anew.")
    assert target.read_bytes() == b"mine" and not (place / "notes").exists()


def test_a_file_that_turns_up_meanwhile_is_not_overwritten_either(place):
    target = place / "mnist.npz"
    put_tensorflow(place, f"Path({str(target)!r}).write_bytes(b'mine')" + SUCCESS)
    state, message = ended(FetchMnist(target))
    assert state == "failed" and "never overwritten" in message and target.read_bytes() == b"mine"


def test_a_full_disk_leaves_no_half_file(place, monkeypatch):
    def full(source, copy):
        copy.write(source.read(10))
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(jobs.shutil, "copyfileobj", full)
    put_tensorflow(place, SUCCESS)
    state, message = ended(FetchMnist(place / "mnist.npz"))
    assert state == "failed" and "No space left on device" in message and not (place / "mnist.npz").exists()


def test_without_tensorflow_it_says_how_to_install_it(place):
    put_tensorflow(place, source="""raise ModuleNotFoundError("No module named 'tensorflow'")""")
    assert ended(FetchMnist(place / "mnist.npz")) == (
        "failed", f"TensorFlow is not installed here. This installs it: {sys.executable} -m pip install tensorflow")


def test_without_a_network_it_says_so(place):
    put_tensorflow(place, """raise Exception("URL fetch failure on https://where.invalid/mnist.npz: None -- "
                                "[Errno -3] Temporary failure in name resolution")""")
    assert ended(FetchMnist(place / "mnist.npz")) == (
        "failed", "The server that has MNIST cannot be reached ([Errno -3] Temporary failure in name resolution). "
                  "Is there a network?")


def test_any_other_error_is_told_by_its_last_line(place):
    put_tensorflow(place, "raise ValueError('the hash is wrong')")
    assert ended(FetchMnist(place / "mnist.npz")) == (
        "failed", "MNIST could not be fetched: ValueError: the hash is wrong")


def test_a_process_that_ends_without_a_word_is_told_by_its_exit_code(place):
    put_tensorflow(place, "os._exit(7)")
    assert ended(FetchMnist(place / "mnist.npz")) == (
        "failed", "MNIST could not be fetched: TensorFlow ended with exit code 7 and gave no reason.")


def test_success_without_a_file_is_a_failure(place):
    put_tensorflow(place, "pass")
    state, message = ended(FetchMnist(place / "mnist.npz"))
    assert state == "failed" and "No such file" in message


def test_a_silent_network_ends_at_the_time_limit_with_all_processes(place):
    put_tensorflow(place, f"""child = subprocess.Popen([sys.executable, "-c", "import time; {SILENCE}"])
                Path(os.environ["NOTES"]).open("a").write(f"{{child.pid}}\\n")
                {SILENCE}""")
    job = FetchMnist(place / "mnist.npz", limit=3)
    assert ended(job) == ("failed", "MNIST was not there after 3 seconds, so fetching it was stopped.")
    process, keras_home, child = notes(place)
    assert 3 <= job.seconds < 12
    assert not alive(process) and not Path(keras_home).exists()
    until(lambda: not alive(child))


def test_stop_ends_it_and_it_can_start_again(place):
    put_tensorflow(place, SILENCE)
    job = FetchMnist(place / "mnist.npz")
    job.start()
    process, _ = notes(place)
    job.stop()
    assert (job.state, job.message) == ("idle", "Fetching MNIST was stopped.")
    until(lambda: not alive(process))
    (place / "notes").unlink()
    job.start()
    process, _ = notes(place)
    assert job.state == "running" and alive(process)
    job.stop()
    until(lambda: not alive(process))
    assert job.state == "idle"


def test_a_stopped_attempt_says_nothing_about_the_next_one(place):
    put_tensorflow(place, SILENCE)
    job = FetchMnist(place / "mnist.npz")
    for _ in range(3):
        job.start()
        job.stop()
    job.start()
    time.sleep(0.5)
    assert job.state == "running"
    job.stop()


def test_stopping_what_does_not_run_changes_nothing(place):
    job = FetchMnist(place / "mnist.npz")
    job.stop()
    assert (job.state, job.message) == ("idle", "")


def test_several_sessions_start_one_process(place):
    put_tensorflow(place, f"Path(os.environ['NOTES'] + str(os.getpid())).touch(); {SILENCE}")
    job = FetchMnist(place / "mnist.npz")
    for _ in range(5):
        job.start()
    notes(place)
    time.sleep(0.5)
    assert len(list(place.glob("notes?*"))) == 1
    job.stop()


def test_the_process_ends_with_the_app_however_that_ends(place):
    put_tensorflow(place, SILENCE)
    app = """
        import os, time
        from pathlib import Path
        from explainer.jobs import FetchMnist
        FetchMnist("mnist.npz").start()
        while not Path(os.environ["NOTES"]).exists():
            time.sleep(0.01)
        os._exit(0)
    """
    root = str(Path(__file__).parents[2])
    search = os.pathsep.join([os.environ["PYTHONPATH"], root])
    subprocess.run([sys.executable, "-c", textwrap.dedent(app)], check=True, timeout=60, cwd=place,
                   env=os.environ | {"PYTHONPATH": search})
    process, keras_home = notes(place)
    until(lambda: not alive(process))
    assert not Path(keras_home).exists()
