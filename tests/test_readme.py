"""What the README shows as Python runs as pasted, in the project's folder, and learns."""
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def test_the_example_of_the_core_runs_as_pasted_and_its_loss_falls():
    block, = re.findall(r"```python\n(.*?)```", (PROJECT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    done = subprocess.run([sys.executable, "-W", "error", "-c", block], cwd=PROJECT, capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stderr
    epochs, losses = zip(*(map(float, line.split()) for line in done.stdout.splitlines()))
    assert epochs == (1, 2, 3, 4, 5)
    assert losses[-1] < losses[0] / 2
