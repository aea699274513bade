"""What all tests share: a cache that is nobody's, and TensorFlow, imported once, and only when a test asks for it."""
import importlib.util
import os
import warnings

import pytest

LONGEST = ("test_walk.py", "test_keyboard.py", "test_train.py", "test_axe.py", "test_guided.py", "test_draw.py")


def pytest_collection_modifyitems(items):
    """The files that take longest come first, so that two processes end at about the same time."""
    rank = {name: n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))


@pytest.fixture(scope="session", autouse=True)
def cache_of_nobody(tmp_path_factory):
    """No MNIST that was fetched on this machine decides what the tests see."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def tensorflow_installed():
    """Skip where it is not. One that is installed and does not work is no reason to skip."""
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is not installed; python3 start.py test installs it wherever it has a version")


@pytest.fixture(scope="session")
def tf(tensorflow_installed):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")     # its own imports, not ours
        import tensorflow
    return tensorflow
