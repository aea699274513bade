"""The app's front door: what is served, and of a page its configuration and the navigation, nothing else.

Streamlit imports this file once, for the server, and runs it anew for every page and every click.
"""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: two threads are slower at these sizes

import streamlit as st  # noqa: E402

from explainer import server  # noqa: E402
from explainer.outside import markdown  # noqa: E402
from explainer.shipped import Damaged  # noqa: E402

PAGES = "explainer/pages"


def show():
    st.set_page_config(page_title="Backpropagation, one batch at a time", page_icon="🔢", layout="wide")
    page = st.navigation([
        st.Page(f"{PAGES}/one_batch/page.py", title="One batch", url_path="one_batch", default=True),
        st.Page(f"{PAGES}/train/page.py", title="Train", url_path="train"),
        st.Page(f"{PAGES}/draw/page.py", title="Draw", url_path="draw"),
        st.Page(f"{PAGES}/check/page.py", title="Check", url_path="check"),
        st.Page(f"{PAGES}/sources/page.py", title="Sources", url_path="sources")], position="top")
    try:
        from explainer.components.library import fetch_plotly
        fetch_plotly()
        from explainer.components.mount import style_page
        from explainer.work import at_work
        style_page(page.url_path or "one_batch")
        with at_work():
            page.run()
    except Damaged as reason:
        st.error(markdown(reason))


if __name__ == "__main__":
    show()
else:
    app = st.App("streamlit_app.py", routes=server.ROUTES, middleware=[server.GUARDED],
                 lifespan=server.reading_ahead)
