"""What the tests of the pages share: no data set of this machine, and a fresh start."""
import pytest
import streamlit as st


@pytest.fixture
def no_data_of_this_machine(tmp_path, monkeypatch):
    """Nobody's mnist.npz decides what these tests see; each begins with nothing kept from another."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr("explainer.resources.ROOT", tmp_path)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
