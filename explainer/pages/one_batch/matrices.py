"""The matrices of the walk as files: CSV for a spreadsheet, .npy for NumPy."""
from functools import partial

import streamlit as st

from explainer.matrix_files import arrays_of, as_csv, as_npy


def matrices(chosen, walk):
    """Any matrix of the walk; at first the one that the step on the screen computes."""
    arrays = arrays_of(walk)
    current = next((step.result_name for step in walk.steps if step.key == chosen.look.step), None)
    names = [name for name, array in arrays.items() if array.ndim]
    name = st.selectbox("Matrix", names, names.index(current) if current in names else 0, width=270,
                        key=f"matrix_at_{chosen.look.step}",
                        format_func=lambda name: f"{name}  {'×'.join(map(str, arrays[name].shape))}")
    with st.container(horizontal=True):
        for ending, content in (("csv", as_csv), ("npy", as_npy)):
            st.download_button(f"{name}.{ending}", partial(content, arrays[name]), f"{name}.{ending}",
                               key=f"save_{ending}", on_click="ignore")
    st.caption("A line of the CSV file is a row of the matrix. Both files have every digit.")
