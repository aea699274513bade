"""What all tests share: a cache that is nobody's, and TensorFlow, imported once, and only when a test asks for it."""
import importlib.util
import os
import warnings

import pytest


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
