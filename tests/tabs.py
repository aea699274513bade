"""A tab of the app without a browser: it speaks Streamlit's protocol over a websocket, and can be cut off."""
import asyncio
import json
import re
import struct
import time

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

PATIENCE = 60       # seconds for one run of the page


class Tab:
    """One session of the app. What a browser would look at is here: widgets by their key, the address, sentences."""

    def __init__(self, url, page="", query=""):
        self.url, self.page, self.query = url.replace("http", "ws", 1) + "/_stcore/stream", page, query
        self.session, self.pages, self.widgets, self.texts, self.received = "", {}, {}, [], 0
        self.view = {}              # the header of the last view: its seq, id, stops, …
        self._socket, self._has, self._fragments, self._hash, self._part = None, {}, {}, "", ""

    async def open(self):
        """Connect, as the session that it was if it was one before, and run the page."""
        self._socket = await connect(self.url, subprotocols=["streamlit", "PLACEHOLDER", *filter(None, [self.session])],
                                     max_size=None, compression=None, open_timeout=PATIENCE, ping_interval=None)
        return await self.run()

    async def close(self):
        await self._socket.close()

    async def go(self, page):
        """Change to another page, by its name in the address."""
        self._hash, self.query = self.pages[page], ""
        return await self.run()

    async def press(self, key):
        return await self.run(key, trigger_value=True)

    async def set(self, key, **value):
        """Give a widget a value, as double_value=3."""
        return await self.run(key, **value)

    async def next(self):
        """Go to the next stop, as the view does when → is pressed: only the view is made again."""
        at = self.view["stops"].index(self.view["id"].split(":")[1])
        told = {"changes": {"step": self.view["stops"][at + 1]}, "seq": self.view["seq"] + 1}
        self.widgets["told"] = f"$$STREAMLIT_INTERNAL_KEY_{self.widgets['view']}__events"
        return await self.run("told", self._part, json_trigger_value=json.dumps([{"event": "told", "value": told}]))

    async def run(self, key=None, fragment="", **value):
        """Let the page run; return the seconds from the request until the last message of its answer."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.fragment_id = self.query, self._hash, fragment
        state.page_name, state.is_auto_rerun = ("" if self._hash else self.page), bool(fragment) and not key
        state.cached_message_hashes.extend(self._has)
        if key:
            state.widget_states.widgets.add(id=self.widgets[key], **value)
        if not fragment:
            self._fragments, self.texts = {}, []
        began = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not self._take(await self._socket.recv()):
                pass
        return time.perf_counter() - began

    def due(self):
        """{fragment: seconds} that the page wants to run by themselves."""
        return dict(self._fragments)

    def _take(self, content):
        """Take a message in; whether it was the last one of a run that came to its end."""
        message, self.received = ForwardMsg.FromString(content), self.received + len(content)
        kind = message.WhichOneof("type")
        if message.hash and message.metadata.cacheable:
            self._has[message.hash] = True
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
            self._hash = message.new_session.page_script_hash
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self._hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._fragments[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "delta":
            self._look(message.delta.new_element)
            if message.delta.new_element.bidi_component.component_name == "view":
                content, self._part = message.delta.new_element.bidi_component.bytes, message.delta.fragment_id
                length, = struct.unpack_from("<I", content)
                self.view = json.loads(content[4:4 + length])["content"]["content"]
        return kind == "script_finished" and message.script_finished in (
            ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)

    def _look(self, element):
        kind = element.WhichOneof("type")
        said = kind and getattr(element, kind)
        if found := re.fullmatch(r"\$\$ID-[0-9a-f]+-(.+)", getattr(said, "id", "")):
            self.widgets[found[1]] = said.id
        for field in ("body", "text"):
            if text := getattr(said, field, ""):
                self.texts.append(str(text))
