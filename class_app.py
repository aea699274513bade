"""The app for a class: the same pages, behind one password, under known names only and in nobody else's frame.

python3 start.py --class starts it and chooses both; this file alone opens to nobody.
"""
import asyncio
import base64
import binascii
import os
import secrets

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: two threads are slower at these sizes

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.middleware.trustedhost import TrustedHostMiddleware  # noqa: E402

from explainer import server  # noqa: E402

COOKIE = "class-door"
PAUSE = 1.0         # seconds before a wrong password is answered
ASK = [(b"www-authenticate", b'Basic realm="Backpropagation", charset="UTF-8"'), (b"content-type", b"text/plain"),
       (b"cache-control", b"no-store")]


class Door:
    """Lets in whoever gives the password, in the browser's own dialog; a cookie of this start then stands for it.

    The name that the dialog asks for may be anything. Without a password nobody is let in.
    """

    def __init__(self, app, password):
        self.app, self.password, self.key = app, password.encode(), secrets.token_urlsafe(24)

    async def __call__(self, scope, receive, send):
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        headers = {}
        for name, value in scope["headers"]:
            headers.setdefault(name, []).append(value.decode("latin-1"))
        known, given = self._is_known(headers.get(b"cookie", [])), headers.get(b"authorization", [""])[0]
        if not known and not self._is_right(given):
            if given:
                await asyncio.sleep(PAUSE)
            return await self._refuse(scope, send)
        if known:
            return await self.app(scope, receive, send)

        async def with_cookie(message):
            if message["type"] == "http.response.start":
                message = message | {"headers": [*message.get("headers", []), (b"set-cookie", self._cookie())]}
            await send(message)
        await self.app(scope, receive, with_cookie)

    def _is_known(self, cookies):
        pairs = [pair.strip().partition("=") for line in cookies for pair in line.split(";")]
        return any(name == COOKIE and secrets.compare_digest(value.encode(), self.key.encode())
                   for name, _, value in pairs)

    def _is_right(self, given):
        kind, _, code = given.partition(" ")
        try:
            _, _, password = base64.b64decode(code, validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return False
        return kind.lower() == "basic" and bool(self.password) and secrets.compare_digest(password, self.password)

    def _cookie(self):
        return f"{COOKIE}={self.key}; Path=/; HttpOnly; SameSite=Strict".encode()

    async def _refuse(self, scope, send):
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        await send({"type": "http.response.start", "status": 401, "headers": ASK})
        await send({"type": "http.response.body", "body": b"This needs the password of the class."})


app = st.App("streamlit_app.py", routes=server.ROUTES, lifespan=server.reading_ahead, middleware=[
    server.GUARDED, Middleware(TrustedHostMiddleware, allowed_hosts=os.environ.get("CLASS_HOSTS", "localhost").split()),
    Middleware(Door, password=os.environ.get("CLASS_PASSWORD", ""))])
