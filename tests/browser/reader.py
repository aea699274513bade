"""A reader at the page: what one can do there with mouse and keys, and what one then sees.

Waits for what the page itself says: `data-drawn` of the view, what it still asks, and Streamlit's state of the script.
"""
import re
from contextlib import contextmanager
from urllib.parse import urlsplit

USUAL_SIZE = {"width": 1366, "height": 768}
PATIENCE = 30_000   # milliseconds: other programs may keep the machine busy

SETTLED = """(before) => {
  const app = document.querySelector("[data-testid=stApp]"), view = document.querySelector(".view"), shown = view?.shown
  return shown?.isConnected && view.dataset.drawn !== before && app.dataset.testScriptState === "notRunning"
    && !document.querySelector("[data-stale=true]")
    && !view.asked && !view.waiting && !view.wanted && view.data.id === view.dataset.drawn
    && [...view.querySelectorAll(".pane")].every((p) => p.dataset.drawn === p.dataset.id
      && view.panes.get(p.dataset.step) === p)
    && new URLSearchParams(location.search).get("step") === view.dataset.step
}"""

# Whether every element has been where it is for a quarter of a second; to be asked in each frame.
STILL = """() => {
  const now = [...document.querySelectorAll("[data-testid=stMain] *")].map((e) => {
    const { left, top, width, height } = e.getBoundingClientRect()
    return [left, top, width, height].map(Math.round).join()
  }).join(";")
  const past = (window.__past ??= { at: "", since: 0 })
  if (past.at !== now) Object.assign(past, { at: now, since: performance.now() })
  return performance.now() - past.since > 250
}"""

# The pixel nearest to the middle of a cell, and the cell that lies there: with 784 rows several share one pixel.
SPOT = """([name, row, column]) => {
  const gd = document.querySelector(".pane.shown .stage .plot"), box = gd.getBoundingClientRect()
  const trace = gd.data.find((t) => t.name === name)
  const x = gd._fullLayout["xaxis" + (trace.xaxis ?? "x").slice(1)]
  const y = gd._fullLayout["yaxis" + (trace.yaxis ?? "y").slice(1)]
  const across = Math.round(box.left + x._offset + x.l2p(column)), down = Math.round(box.top + y._offset + y.l2p(row))
  return { x: across, y: down, row: Math.round(y.p2l(down - box.top - y._offset)),
    column: Math.round(x.p2l(across - box.left - x._offset)) }
}"""

# Where each matrix lies on the screen, from the images that Plotly painted.
PAINTED = """() => {
  const gd = document.querySelector(".pane.shown .stage .plot")
  return Object.fromEntries(gd.data.filter((t) => t.name).map((t) => {
    const place = (t.xaxis ?? "x") + (t.yaxis ?? "y")
    const { left, top, width, height } = gd.querySelector(`.${place} .heatmaplayer image`).getBoundingClientRect()
    return [t.name, { left, top, width, height }]
  }))
}"""

# The numbers written in the cells: {matrix: {"shape": [rows, columns], "row,column": text}}.
CELLS = """() => {
  const gd = document.querySelector(".pane.shown .stage .plot"), layout = gd._fullLayout
  const box = gd.getBoundingClientRect(), cells = {}
  const texts = [...gd.querySelectorAll(".heatmaplayer text")].map((t) => [t.textContent, t.getBoundingClientRect()])
  for (const t of gd.data.filter((t) => t.name)) {
    const x = layout["xaxis" + (t.xaxis ?? "x").slice(1)], y = layout["yaxis" + (t.yaxis ?? "y").slice(1)]
    cells[t.name] = { shape: [t.z.length, t.z[0].length] }
    for (const [text, r] of texts) {
      const px = r.left + r.width / 2 - box.left - x._offset, py = r.top + r.height / 2 - box.top - y._offset
      if (px >= 0 && py >= 0 && px < x._length && py < y._length)
        cells[t.name][`${Math.round(y.p2l(py))},${Math.round(x.p2l(px))}`] = text
    }
  }
  return cells
}"""

CUT = """(where) => {      // the formulas there that reach over the edge of a box that hides or scrolls them
  const inside = (e, box) => e.left >= box.left - 2 && e.right <= box.right + 2
  const cut = (base) => {
    const own = base.getBoundingClientRect()
    for (let e = base.parentElement; e && own.width; e = e.parentElement)
      if (!["visible", ""].includes(getComputedStyle(e).overflowX) && e.clientWidth
        && !inside(own, e.getBoundingClientRect())) return true
    return own.right > innerWidth + 2
  }
  const all = (what) => [...document.querySelector(where).querySelectorAll(what)]
  return [...new Set(all(".katex-html .base").filter(cut)
      .map((e) => e.closest(".katex").querySelector("annotation").textContent)
    .concat(all(".katex-display").filter((e) => e.scrollWidth > e.clientWidth + 2)
      .map((e) => e.querySelector("annotation").textContent)))]
}"""

LOOK = """() => {
  const all = (where, what) => [...document.querySelectorAll(where)].map(what)
  const main = document.querySelector("[data-testid=stMain]"), view = document.querySelector(".view")
  const hidden = all(".map [data-step]", (e) => { e.scrollIntoView({ block: "nearest", inline: "nearest" })
    const r = e.getBoundingClientRect()
    const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)
    return top === e ? "" : e.dataset.step }).filter(Boolean)
  main.scrollTo(0, 0)
  return {
    step: view.dataset.step,
    title: all(".pane.shown h2", (e) => e.innerText.trim()).join(),
    equation: all(".pane.shown .equation annotation", (e) => e.textContent).join(),
    sums: all(".pane.shown .sums annotation", (e) => e.textContent).join(" \\\\\\\\ "),
    code: all(".pane.shown pre.code", (e) => e.innerText.trim()).join(),
    errors: all(".katex-error", (e) => e.textContent),
    wider: [document.documentElement, document.body, main].map((e) => e.scrollWidth - e.clientWidth),
    map: Object.fromEntries(all(".map [data-step]", (e) => [e.dataset.step, e.classList[0]])),
    here: all(".map [aria-current=step]", (e) => e.dataset.step),
    named: all(".map [aria-current=step]", (e) => e.getAttribute("aria-label")).join(),
    position: document.querySelector(".st-key-position").innerText.trim(),
    hidden,
    next: !document.querySelector(".st-key-next button").disabled,
    back: !document.querySelector(".st-key-back button").disabled,
  }
}"""

# What must be seen of a step at once.
PARTS = (".why", ".stage", ".words", ".sums", ".details", ".more")

# Where everything of the step lies, and what of it is cut short, scrolls or lies over something else.
BOXES = """(parts) => {
  const pane = document.querySelector(".pane.shown"), main = document.querySelector("[data-testid=stMain]")
  const found = [...parts.map((part) => [part, pane.querySelector(part)]),
    [".map", document.querySelector(".view .map")]].filter(([, e]) => e)       // the walk opens with less
  const boxes = Object.fromEntries(found.map(([part, e]) => {
    const { left, top, right, bottom } = e.getBoundingClientRect()
    return [part, { left, top, right, bottom, height: bottom - top,
      within: [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight] }] }))
  const scrolls = [document.documentElement, document.body, main].flatMap((e) =>
    [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight])
  return { boxes, scrolls, width: innerWidth, height: innerHeight }
}"""

# What the browser keeps of the walk: panes, arrays, those turned round, drawings.
KEPT = """() => [document.querySelectorAll(".view .pane").length, __shelf.arrays.size, __shelf.turned.size,
  document.querySelectorAll(".view .plot").length]"""


class Reader:
    """One tab of the browser. `faults` collects what must not happen: errors, and requests to anyone else."""

    def __init__(self, page, url):
        self.page, self.url, self.faults, self.requests, self.sent = page, url, [], [], 0
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.faults.append(f"error on the page: {error}"))
        page.on("console", lambda message: message.type == "error" and self._complained(message))
        page.on("crash", lambda _: self.faults.append("the page crashed"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", self._connected)

    def _asked(self, url):
        self.requests.append(url)
        if urlsplit(url).netloc != urlsplit(self.url).netloc and not url.startswith(("data:", "blob:")):
            self.faults.append(f"request to another host: {url}")

    def _complained(self, message):
        """Note an error, but not that Streamlit looks for its server below /draw first, then beside it."""
        where = urlsplit(message.location["url"]).path
        if where not in ("/draw/_stcore/health", "/draw/_stcore/host-config"):
            self.faults.append(f"console: {message.text} {where}")

    def _connected(self, socket):
        self._asked(socket.url)
        socket.on("framesent", self._sent)

    def _sent(self, _):
        self.sent += 1

    def check(self):
        """Fail if anything went wrong so far."""
        if self.page.locator("[data-testid=stException]").count():
            self.faults.append("the app shows that an error happened")
        assert self.faults == [], self.faults

    def leave(self):
        """Leave nothing behind in the tab, for the next one."""
        self.page.unroute_all()
        self.page.evaluate("try { sessionStorage.clear() } catch { /* not a page of ours */ }")
        self.page.goto("about:blank")
        self.page.emulate_media(color_scheme="light", forced_colors="null", reduced_motion="null")
        self.page.set_viewport_size(USUAL_SIZE)
        self.page.mouse.move(5, 5)
        self.faults, self.requests, self.sent = [], [], 0

    # What one does

    def visit(self, query=""):
        self.page.goto(f"{self.url}/?{query}")
        self.settle()

    def settle(self, before=None):
        """Wait until the script has run and everything is drawn, and that another picture than `before`."""
        self.page.wait_for_function(SETTLED, arg=before)

    def stand_still(self):
        """Wait until nothing of the page has moved for a while, as after a change of the window's size."""
        self.page.wait_for_function(STILL)

    def moves(self, act, *arguments, **more):
        """Do what brings another step, cell, network or batch, and wait for it."""
        before = self.drawn
        act(*arguments, **more)
        self.settle(before)

    def press(self, key):
        self.moves(self.page.keyboard.press, key)

    def go_to(self, step):
        self.moves(self.page.locator(f".view .map [data-step={step}]").click)

    def type(self, field, number):
        """Type a row's or column's number into its field: i, j, k or p; or batch."""
        box = self.field(field)
        box.fill(str(number))
        self.moves(box.press, "Enter")

    def field(self, name):
        """The element in which a row's or column's number is typed: i, j, k or p; or batch."""
        where = f".pane.shown .fields input[name={name}]" if len(name) == 1 else f".st-key-ui_{name} input"
        return self.page.locator(where)

    def spot(self, name, row, column):
        """Return {x, y, row, column}: a pixel in or near this cell of the matrix, and the cell it is in."""
        return self.page.evaluate(SPOT, [name, row, column])

    def point(self, name, row, column):
        """Put the mouse on a cell; return the (row, column) it is on."""
        spot = self.spot(name, row, column)
        self.page.mouse.move(spot["x"], spot["y"])
        return spot["row"], spot["column"]

    def click(self, name, row, column):
        """Click on a cell of the matrix; return the (row, column) that was clicked."""
        spot = self.spot(name, row, column)
        self.moves(self.page.mouse.click, spot["x"], spot["y"])
        return spot["row"], spot["column"]

    def drag(self, name, start, end):
        """Drag the mouse over the matrix from the cell `start` to the cell `end`."""
        (a, b), mouse = (self.spot(name, *cell) for cell in (start, end)), self.page.mouse
        mouse.move(a["x"], a["y"])
        mouse.down()
        mouse.move((a["x"] + b["x"]) / 2, (a["y"] + b["y"]) / 2)
        mouse.move(b["x"], b["y"])
        mouse.up()
        # or the next click makes it two
        self.wait_for_plot("Date.now() - gd._mouseDownTime > gd._context.doubleClickDelay")

    @contextmanager
    def read_on(self, name):
        """Open what there is to read on demand, "Derivation" or "In the source", for a while; yields its element."""
        self.page.locator(".pane.shown .more").get_by_role("button", name=name, exact=True).click()
        dialog = self.page.get_by_role("dialog")
        dialog.wait_for()
        yield dialog
        self.page.keyboard.press("Escape")
        dialog.wait_for(state="detached")

    def switch(self, field):
        """Switch `pictures` or `marked` in the view, else a switch of Streamlit's."""
        text = {"pictures": "as images", "marked": "saturated"}.get(field)
        if text:
            self.moves(self.page.locator(".pane.shown .switches").get_by_role("button", name=text).click)
        else:
            self.page.locator(f".st-key-ui_{field} label").first.click()

    def choose(self, option):
        """Choose a network, by the beginning of its name."""
        self.page.locator(".st-key-ui_net").get_by_role("combobox").click()
        self.moves(self.page.get_by_role("option", name=re.compile("^" + option)).click)

    # What one sees

    @property
    def drawn(self):
        """What is shown: walk.i.j.k.p.switches:step."""
        return self.page.locator(".view").get_attribute("data-drawn")

    @property
    def step(self):
        return self.page.locator(".view").get_attribute("data-step")

    @property
    def address(self):
        """{name: text} of the address."""
        return self.page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")

    @property
    def sums(self):
        """The arithmetic of the selected cell, as TeX."""
        return r" \\ ".join(self.page.locator(".pane.shown .sums annotation").all_text_contents())

    @property
    def value(self):
        """The number the arithmetic of the selected cell ends in."""
        return results(self.sums)[0]

    @property
    def warnings(self):
        return [e.inner_text() for e in self.page.locator("[data-testid=stAlertContentWarning]").all()]

    def look(self):
        """Everything about the page that a test of every step asks for, as plain data."""
        boxes, kept = self.boxes(), self.page.evaluate(KEPT)    # before the map is scrolled
        return self.page.evaluate(LOOK) | {"cells": self.page.evaluate(CELLS), "cut": self.cut(".pane.shown"),
                                           "boxes": boxes, "kept": kept}

    def boxes(self):
        """Where everything of the step lies, and what of it is cut short or scrolls."""
        return self.page.evaluate(BOXES, PARTS)

    def cut(self, where):
        """The formulas there, as TeX, that are not seen in full."""
        return self.page.evaluate(CUT, where)

    def plot(self, expression, where="stage"):
        """Evaluate a JavaScript expression of `gd`, Plotly's element."""
        return self.page.evaluate(
            f"(() => {{ const gd = document.querySelector('{place(where)} .plot'); return {expression} }})()")

    def wait_for_plot(self, expression, where="stage"):
        self.page.wait_for_function(
            f"(() => {{ const gd = document.querySelector('{place(where)} .plot'); return {expression} }})()")

    def thumbnails(self, where="stage"):
        """The strip of digits beside or under a picture, as a data URL, and how many of its pixels are painted."""
        return self.page.evaluate("""(where) => {
          const canvas = document.querySelector(`${where} .figure canvas`)
          const rgba = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
          return [canvas.toDataURL(), rgba.filter((v, n) => n % 4 === 3 && v > 0).length]
        }""", place(where))

    def painted(self):
        """{matrix: {left, top, width, height}} on the screen."""
        return self.page.evaluate(PAINTED)


def place(where):
    """The selector of a picture's place: of the shown pane, or of a container of Streamlit's."""
    return {"stage": ".pane.shown .stage", "details": ".pane.shown .details"}.get(where, f".st-key-{where}")


def results(tex):
    """Return the numbers a line of TeX ends in after its last = or ≈: what comes out."""
    numbers = re.findall(r"(?:=|\\approx) (-?[\d.]+)(?:\\cdot10\^\{(-?\d+)\})?(?=\s*(?:\\\\|\\end|$))", tex)
    return [float(f"{mantissa}e{exponent or 0}") for mantissa, exponent in numbers]
