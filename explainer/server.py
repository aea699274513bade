"""What the server adds to Streamlit's own: the drawing library under an address of its own, what it reads ahead, and
what it says about every page.

A browser keeps a script compiled only where it is told how long the address stays the same; else it compiles the five
megabytes of plotly.js again on every page.
"""
import importlib
import threading
from contextlib import asynccontextmanager, suppress
from functools import cache
from gzip import compress
from pathlib import Path

import plotly
import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from .shipped import Damaged

BASE = st.get_option("server.baseUrlPath").strip("/")
PLOTLY = f"plotly-{plotly.__version__}.min.js"      # from the page's own address
SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
HERE = ("127.0.0.1", "::1")
FRAMES = [(b"x-frame-options", b"SAMEORIGIN"), (b"content-security-policy", b"frame-ancestors 'self'"),
          (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]


def plotly_js(request):
    """Answer with plotly.js, as it is installed: nothing is copied. Over a network it travels compressed."""
    if request.client.host in HERE or "gzip" not in request.headers.get("accept-encoding", ""):
        return FileResponse(SCRIPT, media_type="text/javascript", headers=KEPT | {"Content-Encoding": "identity"})
    return Response(_packed(), media_type="text/javascript", headers=KEPT | {"Content-Encoding": "gzip"})


@cache
def _packed():
    return compress(SCRIPT.read_bytes(), 6)


class Guarded:
    """Says with every answer that no page of another origin may show it in a frame, nor guess what kind it is."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def guarded(message):
            if message["type"] == "http.response.start":
                message = message | {"headers": [*message.get("headers", []), *FRAMES]}
            await send(message)
        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


@asynccontextmanager
async def reading_ahead(app):
    """Import what the first page needs while the browser still opens."""
    threading.Thread(target=_import, args=("explainer.pages.one_batch.walking",), daemon=True).start()
    yield


def _import(module):
    with suppress(Damaged):     # the page asks again, and says it
        importlib.import_module(module)


ROUTES = [Route(f"/{BASE}/{PLOTLY}".replace("//", "/"), plotly_js)]
GUARDED = Middleware(Guarded)
