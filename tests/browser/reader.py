"""A reader at the page: what one can do there with mouse and keys, and what one then sees.

Waits for what the page itself says: `data-drawn` of the picture, and Streamlit's state of the script.
"""
import re
from urllib.parse import urlsplit

PATIENCE = 30_000   # milliseconds: other programs may keep the machine busy

SETTLED = """(before) => {
  const app = document.querySelector("[data-testid=stApp]")
  const drawn = document.querySelector(".st-key-stage .figures")?.dataset.drawn
  return drawn && drawn !== before && app.dataset.testScriptState === "notRunning"
    && !document.querySelector("[data-stale=true]")
    && document.querySelector("[data-testid=stCode]")?.innerText.trim()      // its colours are loaded when first needed
    && [...document.querySelectorAll(".st-key-detail .figures")]
      .every((f) => f.dataset.drawn === `d-${drawn.split("-")[0]}`)
}"""

# The pixel nearest to the middle of a cell, and the cell that lies there: with 784 rows several share one pixel.
SPOT = """([name, row, column]) => {
  const gd = document.querySelector(".st-key-stage .plot"), box = gd.getBoundingClientRect()
  const trace = gd.data.find((t) => t.name === name)
  const x = gd._fullLayout["xaxis" + (trace.xaxis ?? "x").slice(1)]
  const y = gd._fullLayout["yaxis" + (trace.yaxis ?? "y").slice(1)]
  const across = Math.round(box.left + x._offset + x.l2p(column)), down = Math.round(box.top + y._offset + y.l2p(row))
  return { x: across, y: down, row: Math.round(y.p2l(down - box.top - y._offset)),
    column: Math.round(x.p2l(across - box.left - x._offset)) }
}"""

# Where each matrix lies on the screen, from the images that Plotly painted.
PAINTED = """() => {
  const gd = document.querySelector(".st-key-stage .plot")
  return Object.fromEntries(gd.data.filter((t) => t.name).map((t) => {
    const place = (t.xaxis ?? "x") + (t.yaxis ?? "y")
    const { left, top, width, height } = gd.querySelector(`.${place} .heatmaplayer image`).getBoundingClientRect()
    return [t.name, { left, top, width, height }]
  }))
}"""

# The numbers written in the cells: {matrix: {"shape": [rows, columns], "row,column": text}}.
CELLS = """() => {
  const gd = document.querySelector(".st-key-stage .plot"), layout = gd._fullLayout
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

LOOK = """() => {
  const all = (where, what) => [...document.querySelectorAll(where)].map(what)
  const inside = (e, box) => e.left >= box.left - 2 && e.right <= box.right + 2
  const cut = (base) => {     // whether a part of a formula reaches over the edge of a box that hides or scrolls it
    const own = base.getBoundingClientRect()
    for (let e = base.parentElement; e && own.width; e = e.parentElement)
      if (!["visible", ""].includes(getComputedStyle(e).overflowX) && e.clientWidth
        && !inside(own, e.getBoundingClientRect())) return true
    return own.right > innerWidth + 2
  }
  const tex = (e) => e.closest(".katex").querySelector("annotation").textContent
  const main = document.querySelector("[data-testid=stMain]")
  main.scrollTo(0, 0)
  return {
    step: document.querySelector(".st-key-stage .figures").dataset.drawn.split("-")[0],
    title: all(".st-key-heading h5", (e) => e.innerText.trim()).join(),
    equation: all(".st-key-heading annotation", (e) => e.textContent).join(),
    sums: all(".st-key-sums annotation", (e) => e.textContent).join(),
    code: all("[data-testid=stCode]", (e) => e.innerText.trim()).join(),
    errors: all(".katex-error", (e) => e.textContent),
    cut: [...new Set(all(".katex-html .base", (e) => cut(e) && tex(e)).filter(Boolean)
      .concat(all(".katex-display", (e) => e.scrollWidth > e.clientWidth + 2
        && e.querySelector("annotation").textContent).filter(Boolean)))],
    wider: [document.documentElement, document.body, main].map((e) => e.scrollWidth - e.clientWidth),
    rail: Object.fromEntries(all(".st-key-rail [data-step]", (e) => [e.dataset.step, e.classList[0]])),
    here: all(".st-key-rail [aria-current=step]", (e) => e.dataset.step),
    hidden: all(".st-key-rail [data-step]", (e) => { const r = e.getBoundingClientRect()
      return document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2) === e ? "" : e.dataset.step })
      .filter(Boolean),
    next: !document.querySelector(".st-key-next button").disabled,
    back: !document.querySelector(".st-key-back button").disabled,
  }
}"""


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

    # What one does

    def visit(self, query=""):
        self.page.goto(f"{self.url}/?{query}")
        self.settle()

    def settle(self, before=None):
        """Wait until the script has run and everything is drawn, and that another picture than `before`."""
        self.page.wait_for_function(SETTLED, arg=before)

    def moves(self, act, *arguments, **more):
        """Do what brings another step, cell, network or batch, and wait for it."""
        before = self.drawn
        act(*arguments, **more)
        self.settle(before)

    def press(self, key):
        self.moves(self.page.keyboard.press, key)

    def go_to(self, step):
        self.moves(self.page.locator(f".st-key-rail [data-step={step}]").click)

    def type(self, field, number):
        """Type a row's or column's number into its field: i, j, k or p; or batch."""
        box = self.page.locator(f".st-key-ui_{field} input")
        box.fill(str(number))
        self.moves(box.press, "Enter")

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

    def unfold(self, part):
        part = self.page.locator(f".st-key-{part}")
        part.locator("summary").click()
        part.locator(".katex, p").nth(1).wait_for()
        self.settle()

    def switch(self, field):
        self.page.locator(f".st-key-ui_{field} label").first.click()

    def choose(self, option):
        """Choose a network, by the beginning of its name."""
        self.page.locator(".st-key-ui_net").get_by_role("combobox").click()
        self.moves(self.page.get_by_role("option", name=re.compile("^" + option)).click)

    # What one sees

    @property
    def drawn(self):
        """What the picture shows: step-i-j-k-p-net-batch."""
        return self.page.locator(".st-key-stage .figures").get_attribute("data-drawn")

    @property
    def step(self):
        return self.drawn.split("-")[0]

    @property
    def address(self):
        """{name: text} of the address."""
        return self.page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")

    @property
    def sums(self):
        """The arithmetic of the selected cell, as TeX."""
        return self.page.locator(".st-key-sums annotation").first.text_content()

    @property
    def value(self):
        """The number the arithmetic of the selected cell ends in."""
        return results(self.sums)[0]

    @property
    def warnings(self):
        return [e.inner_text() for e in self.page.locator("[data-testid=stAlertContentWarning]").all()]

    def look(self):
        """Everything about the page that a test of every step asks for, as plain data."""
        return self.page.evaluate(LOOK) | {"cells": self.page.evaluate(CELLS)}

    def plot(self, expression, where="stage"):
        """Evaluate a JavaScript expression of `gd`, Plotly's element."""
        return self.page.evaluate(
            f"(() => {{ const gd = document.querySelector('.st-key-{where} .plot'); return {expression} }})()")

    def wait_for_plot(self, expression, where="stage"):
        self.page.wait_for_function(
            f"(() => {{ const gd = document.querySelector('.st-key-{where} .plot'); return {expression} }})()")

    def thumbnails(self, where="stage"):
        """The strip of digits beside or under a picture, as a data URL, and how many of its pixels are painted."""
        return self.page.evaluate("""(where) => {
          const canvas = document.querySelector(`.st-key-${where} .figure canvas`)
          const rgba = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
          return [canvas.toDataURL(), rgba.filter((v, n) => n % 4 === 3 && v > 0).length]
        }""", where)

    def painted(self):
        """{matrix: {left, top, width, height}} on the screen."""
        return self.page.evaluate(PAINTED)


def results(tex):
    """Return the numbers a line of TeX ends in after its last equals sign: what comes out."""
    numbers = re.findall(r"= (-?[\d.]+)(?:\\cdot10\^\{(-?\d+)\})?(?=\s*(?:\\\\|\\end|$))", tex)
    return [float(f"{mantissa}e{exponent or 0}") for mantissa, exponent in numbers]
