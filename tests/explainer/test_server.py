"""What the server adds: plotly.js that a browser may keep compiled, and the word on who may frame a page."""
import asyncio
import gzip
import importlib.metadata
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware

import streamlit_app
from explainer import server, shipped

PLOTLY = importlib.metadata.distribution("plotly")
INSTALLED = PLOTLY.locate_file("plotly/package_data/plotly.min.js").read_bytes()


def answer(app, path, host="127.0.0.1", encoding=b"gzip"):
    """Return ({header: value}, body) of what an application answers to a browser at this address."""
    sent = []

    async def ask():
        scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
                 "headers": [(b"accept-encoding", encoding)], "client": (host, 1), "server": ("127.0.0.1", 1),
                 "root_path": "", "scheme": "http"}

        async def send(message):
            sent.append(message)
        await app(scope, asyncio.Event().wait, send)
    with ThreadPoolExecutor() as other:     # Playwright may have a loop in this thread
        other.submit(lambda: asyncio.run(ask())).result()
    return ({name.decode(): value.decode() for name, value in sent[0]["headers"]},
            b"".join(message.get("body", b"") for message in sent[1:]))


@pytest.mark.parametrize("host, accepted, sent", [("127.0.0.1", b"gzip, br", "identity"), ("::1", b"gzip", "identity"),
                                                  ("192.0.2.7", b"gzip", "gzip"), ("192.0.2.7", b"br", "identity")])
def test_plotly_is_handed_out_as_it_is_installed_for_a_year_and_packed_where_it_travels(host, accepted, sent):
    inside = GZipMiddleware(Starlette(routes=server.ROUTES))     # as Streamlit puts round it
    headers, body = answer(inside, f"/{server.PLOTLY}", host, accepted)
    assert headers["content-encoding"] == sent and "immutable" in headers["cache-control"]
    assert (gzip.decompress(body) if sent == "gzip" else body) == INSTALLED
    assert PLOTLY.version in server.PLOTLY      # another version has another address


@pytest.mark.parametrize("path", ["/", "/train", "/static/none.js"])
def test_no_page_of_another_origin_may_frame_the_app(path):
    headers, _ = answer(streamlit_app.app, path)
    assert headers["x-frame-options"] == "SAMEORIGIN" and headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "frame-ancestors 'self'"


def test_a_damaged_file_is_left_to_the_page_to_say_and_no_traceback_of_what_reads_ahead(monkeypatch):
    asked, failed = threading.Event(), []

    def damaged(module):
        asked.set()
        raise shipped.Damaged(module)

    async def opened():
        async with server.reading_ahead(None):
            pass
    monkeypatch.setattr(server.importlib, "import_module", damaged)
    monkeypatch.setattr(threading, "excepthook", failed.append)
    with ThreadPoolExecutor() as other:
        other.submit(lambda: asyncio.run(opened())).result()
    assert asked.wait(5)
    for thread in threading.enumerate():
        if thread.name.endswith("(_import)"):
            thread.join(5)
    assert failed == []
