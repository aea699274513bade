"""What several test files share: TensorFlow, imported once, and only when a test asks for it."""
import os
import warnings

import pytest


@pytest.fixture(scope="session")
def tf():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")     # its own imports, not ours
        import tensorflow
    return tensorflow
