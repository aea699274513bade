"""The Python that measures: one in a venv of the benchmarks' own, with the peers, made when it is first needed."""
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv-benchmarks"            # not in benchmarks/: a test reads every file there
REQUIREMENTS = ROOT / "benchmarks" / "requirements.txt"

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu", "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3",
}


def environment():
    """Return this process's environment, with one thread and no GPU for every library."""
    return {**os.environ, **ONE_THREAD}


def pin_to_one_core():
    """Keep this process and its later threads on one core, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def interpreter(given=None):
    """Return the path of the Python to measure with: the given one, or our own venv's, with the peers in it."""
    if given:
        return shutil.which(given) or sys.exit(f"there is no Python at {given}")
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    installed = VENV / REQUIREMENTS.name    # a copy: again only when the list has changed
    if not (installed.exists() and installed.read_text() == REQUIREMENTS.read_text()):
        venv.create(VENV, with_pip=True)
        if _pip_install(python, ["-r", str(REQUIREMENTS)]):
            shutil.copy(REQUIREMENTS, installed)
        else:                               # one peer that cannot be had must not cost the others
            for peer in _peers():
                _pip_install(python, ["-c", str(ROOT / "requirements.txt"), peer])
    return str(python)


def _peers():
    return [line for line in REQUIREMENTS.read_text().splitlines() if line[0] not in "#-"]


def _pip_install(python, what):
    print("installing", *what, file=sys.stderr)
    return subprocess.run([python, "-m", "pip", "install", "--quiet", *what], cwd=ROOT).returncode == 0
