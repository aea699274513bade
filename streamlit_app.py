"""The app's front door: page configuration and navigation, nothing else."""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: two threads are slower at these sizes

import streamlit as st  # noqa: E402

from explainer.components.mount import provide_plotly, style_page  # noqa: E402

st.set_page_config(page_title="Backpropagation, one batch at a time", page_icon="🔢", layout="wide")
provide_plotly()
style_page()
st.navigation([st.Page("explainer/pages/one_batch.py", title="One batch", default=True),
               st.Page("explainer/pages/train.py", title="Train"),
               st.Page("explainer/pages/draw.py", title="Draw")], position="top").run()
