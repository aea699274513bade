"""Streamlit reads .streamlit/config.toml as it is meant, its hidden option included."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
MEANT = {
    "browser.gatherUsageStats": False,
    "server.address": "127.0.0.1",
    "server.allowedHosts": ["127.0.0.1", "localhost"],
    "server.showEmailPrompt": False,
    "server.fileWatcherType": "none",
    "server.enableWebsocketCompression": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,
}
READ = """
import json, sys
from streamlit import config
print(json.dumps({option: config.get_option(option) for option in sys.argv[1:]}))
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """What a Streamlit started in the project's folder by a user without settings of their own goes by."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    environment["HOME"] = str(tmp_path_factory.mktemp("home"))
    return subprocess.run([sys.executable, "-c", READ, *MEANT], cwd=PROJECT, env=environment,
                          capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("option", MEANT)
def test_the_option_is_as_meant(read, option):
    assert json.loads(read.stdout)[option] == MEANT[option]


def test_streamlit_knows_every_option(read):
    assert read.returncode == 0 and "not a valid config option" not in read.stdout + read.stderr
