"""Show that requirements.txt can be installed everywhere it should be: uv resolves it, wheels only, for each system.

    .venv/bin/python -m scripts.check_requirements

pip can only judge for the Python and the system it runs on; uv takes both as options. Nothing is installed. Where pip
is set to another package index, uv is told to ask the same.
"""
import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {     # as a reader calls it: as uv calls it
    "Linux x86_64": "x86_64-unknown-linux-gnu", "Linux aarch64": "aarch64-unknown-linux-gnu",
    "Windows x86_64": "x86_64-pc-windows-msvc", "macOS arm64": "aarch64-apple-darwin",
    "macOS x86_64": "x86_64-apple-darwin"}


def index_of_pip():
    """Return {"UV_DEFAULT_INDEX": the index that pip is set to}, or {} where it is not set to any."""
    said = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    found = os.environ.get("PIP_INDEX_URL") or next(re.finditer(r"\.index-url='(.+)'", said), (None, None))[1]
    return {"UV_DEFAULT_INDEX": found} if found else {}


def resolve(python, system, index, requirements=REQUIREMENTS):
    """Return (packages, error): {name: version} that would be installed there, or why nothing can be.

    What was read for another system is enough nearly always, so the index is asked only where it is not.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--only-binary",
               ":all:", "--python-version", python, "--python-platform", SYSTEMS[system], str(requirements)]
    for options in (["--offline"], []):
        done = subprocess.run([*command, *options], capture_output=True, text=True, env=os.environ | index)
        if done.returncode == 0:
            return dict(line.split("==") for line in done.stdout.splitlines() if "==" in line), ""
    return {}, done.stderr.strip()


def main():
    index = index_of_pip()
    found = {(system, python): resolve(python, system, index) for system, python in product(SYSTEMS, PYTHONS)}
    print(f"| {'':14} | " + " | ".join(f"Python {python:14}" for python in PYTHONS) + " |")
    for system in SYSTEMS:
        print(f"| {system:14} | " + " | ".join(f"{_cell(*found[system, python]):21}" for python in PYTHONS) + " |")
    errors = [f"{' '.join(place)}: {error}" for place, (_, error) in found.items() if error]
    return "\n".join(errors)


def _cell(packages, error):
    if error:
        return "cannot be installed"
    return f"{len(packages)} packages, {'with' if 'tensorflow' in packages else 'no'} TF"


if __name__ == "__main__":
    sys.exit(main())
