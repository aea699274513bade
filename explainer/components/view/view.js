// One step of the walk as one view. Python says what is in it; this lays it out and draws it.
// A pane is a step drawn in its own element. The panes before and after the one that is shown are drawn ahead, unseen, so
// that → and ← only change which one is seen; Python is told, and answers with the panes that lie ahead by then.

const IDLE = "[role=radio], input[type=checkbox], [role=combobox]:not([aria-expanded=true])"    // they swallow arrows

// Panes by the key of their step; a new one takes the place of the one that is there under another id. What is on the
// screen stays there until what follows it is painted.
async function hang(view, { id, data, used }) {
  const old = view.panes.get(data.step), seen = old && old === view.shown
  if (old?.dataset.id === id) return
  const made = build(view, id, data)
  made.used = used
  made.inert = true
  made.before = seen && old.painted && old
  view.room.append(made)
  if (seen) await ready(view, made)
  if (view.panes.get(data.step) !== old) return made.remove()
  view.panes.set(data.step, made)
  if (old && old === view.shown) reveal(view, made)
  if (old) discard(old)
}

function discard(made) {
  made.querySelectorAll(".plot").forEach((gd) => window.Plotly?.purge(gd))
  made.remove()
}

// Paint a pane that is not painted yet. What Plotly never ends must not hold up what comes after it.
function ready(view, made) {
  if (made.painted || !made.isConnected) return
  made.painting ??= paint(view, made).finally(() => { made.painting = null })
  return Promise.race([made.painting, new Promise((done) => setTimeout(done, 4000))])
}

// Until the browser has shown what there is; in a tab that is not seen it shows nothing.
const shown = () => Promise.race([new Promise((done) => requestAnimationFrame(() => setTimeout(done))), new Promise((done) => setTimeout(done, 100))])

// Paint what lies ahead, one pane at a time, while nothing else is to be done.
async function paintAhead(view) {
  if (view.ahead) return
  view.ahead = true
  for (;;) {
    await shown()
    const made = [...view.panes.values()].find((made) => !made.painted && made.isConnected)
    if (!made || view.wanted || view.coming || !view.isConnected) break
    await ready(view, made)
    if (!made.painted) break        // Plotly did not load
  }
  view.ahead = false
}

function reveal(view, made) {
  if (view.shown === made && view.dataset.drawn === made.dataset.id && !made.inert) return      // Python's echo
  if (view.shown && view.shown !== made) { view.shown.classList.remove("shown"); view.shown.inert = true }
  view.unfolded = view.shown?.querySelector(".terms")?.open ?? view.unfolded ?? false      // also past steps without a table
  if (made.querySelector(".terms")) made.querySelector(".terms").open = view.unfolded
  const again = view.shown?.contains(document.activeElement) ? document.activeElement.name : null
  made.inert = false
  made.fillCard?.()
  made.classList.add("shown")
  if (again) made.querySelector(`[name="${again}"]`)?.focus()
  carry(view, view.shown, made)
  view.shown = made
  view.dataset.step = made.dataset.step
  view.dataset.drawn = made.dataset.id
  mark(view, made.dataset.step)
}

// Where answers are hidden one goes ahead from stop to stop, and not past what is not answered: the next step shows it.
function tooEarly(view, key) {
  const { map: { order }, stops, hides } = view.data, at = order.indexOf(view.at()), to = order.indexOf(key)
  const [walk] = view.sign.split(".")
  view.furthest = view.ofWalk === walk ? Math.max(view.furthest, at) : at
  view.ofWalk = walk
  if (!hides.includes("answers") || to <= view.furthest) return false
  const { pane } = view.shown, next = stops.find((stop) => order.indexOf(stop) > view.furthest)
  if (at === view.furthest && key === next && !(pane.hand ? pane.hand.left : isOpen(view, pane))) return false
  const cell = view.shown.querySelector(".cell")
  if (cell && !cell.querySelector(".early")) cell.prepend(element("p", { className: "hint early", role: "status", textContent: "One step after the other: first answer what is asked, then → goes on." }))
  return true
}

// A new step is read from its title on, where the page is longer than the window.
function toTop(view) {
  const main = document.querySelector("[data-testid=stMain]"), above = view.room.getBoundingClientRect().top - main.getBoundingClientRect().top
  if (above < 0) main.scrollTo({ top: main.scrollTop + above - 60 })
}

function keys(event) {
  const at = event.target, view = document.querySelector(".view")
  if (!view?.data || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (at.matches?.(".map [data-step]")) return inMap(view, event)
  if (event.key === "Enter" && at.matches?.("[data-testid=stNumberInputField]")) setTimeout(() => at.blur())    // or the arrows stayed in it
  if (event.key === "Escape" && view.data.present && !at.closest?.(".pane")?.reading && !document.querySelector("dialog[open]")) return present(view, false)
  if (event.key.toLowerCase() === "p" && !at.matches?.("input, textarea, [contenteditable]")) return present(view, !view.data.present)
  if (/^[1-4]$/.test(event.key) && !at.matches?.("input, textarea, [contenteditable]") && !document.querySelector("dialog[open], [role=dialog]")) return view.shown?.choose?.(event.key - 1)
  if (["ArrowUp", "ArrowDown"].includes(event.key)) return choose(event)      // in a group of choices; ← and → are the walk's
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (at.closest?.(".pane")?.reading) return       // inside a matrix the arrows are its own
  if (!by || !at.matches?.(IDLE) && at.matches?.("input, textarea, [role=slider], [contenteditable]")) return
  if (document.querySelector("[role=dialog], dialog[open]")) return event.stopImmediatePropagation()      // nor shall Next hear of it
  event.preventDefault()
  event.stopImmediatePropagation()
  view.turn(by)
}

// For a room everything is drawn larger, and what is not of the walk goes.
function presented(view, on) {
  document.body.toggleAttribute("data-present", on)
  if (view.hasAttribute("data-present") === on) return
  view.toggleAttribute("data-present", on)
  view.redraw?.()
}

function present(view, on) {
  presented(view, on)
  view.tell({ present: on })
}

function clicks(event) {
  const view = document.querySelector(".view"), button = event.target.closest?.(".st-key-next button, .st-key-back button")
  if (!view?.data || !button || button.disabled) return
  event.preventDefault()
  event.stopImmediatePropagation()
  view.turn(button.closest(".st-key-next") ? 1 : -1)
}

function wire(view) {
  view.panes = new Map()
  view.map = part("map", "nav")
  view.map.setAttribute("aria-label", "Map of the walk")
  view.room = element("div", { className: "room" })
  view.status = element("div", { className: "spoken" })
  view.status.setAttribute("role", "status")
  view.replaceChildren(view.map, view.room, view.status)
  tips(view)
  view.seq = 0
  view.at = () => view.wanted ?? view.data.id.split(":")[1]     // what is shown may be older, while the answer is painted
  view.turn = (by) => {
    const { map: { order }, stops } = view.data, at = order.indexOf(view.at())
    const to = by > 0 ? stops.find((key) => order.indexOf(key) > at) : stops.findLast((key) => order.indexOf(key) < at)
    if (to) view.go(to, true)
  }
  // Show it if it is there; tell Python in any case. Who walks sees on the way what is there, who jumps does not.
  view.go = (key, walks) => {
    if (tooEarly(view, key)) return
    view.wanted = key
    view.walks = walks
    nearer(view)
    toTop(view)
    view.tell({ step: key })
  }
  view.pick = (cell) => {
    const { turn, ...at } = cell
    view.shown.stage.querySelector(".outlines")?.classList.add("picked")
    view.tell(at)
  }
  // One message at a time: what changes meanwhile goes with the next one.
  view.waiting = null
  view.tell = (changes) => {
    view.waiting = { ...view.waiting, ...changes }
    if (!view.asked || performance.now() - view.asked > 3000) send(view)
  }
  view.lacks = () => view.trigger("missing", { count: (view.gaps = (view.gaps ?? 0) + 1) })
  view.coming = 0
  view.take = (data, ahead) => {
    view.coming += 1
    view.queue = (view.queue ?? Promise.resolve()).then(async () => {
      if (ahead) await shown()        // first what was asked for is on the screen
      const message = unpackNamed(data)
      if (message.katex && !katex) katex = await import(new URL(message.katex, document.baseURI).href).then((m) => m.default({ strict: false }), () => null)
      await receive(view, message)
    }).catch((error) => console.error(error)).then(() => {
      view.coming -= 1
      if (!view.coming) paintAhead(view)
    })
  }
  // What got no answer is told again: it is what is wanted, not by how much, so twice is no harm.
  // And where for three seconds something else is shown than Python says, or a pane belongs to nothing, all is asked anew.
  view.patience = setInterval(() => {
    if (!view.isConnected) return clearInterval(view.patience)
    if (view.asked && performance.now() - view.asked > 2500) {
      view.waiting = { ...view.sent, ...view.waiting }
      return send(view)
    }
    const orphans = [...view.room.children].filter((pane) => view.panes.get(pane.dataset.step) !== pane)
    const astray = view.data && !view.asked && !view.waiting && (view.dataset.drawn !== view.data.id || orphans.length)
    view.astray = astray ? (view.astray ?? 0) + 1 : 0
    if (view.astray < 6) return
    view.astray = 0
    orphans.forEach((pane) => pane.remove())
    if (view.dataset.drawn !== view.data.id) view.lacks()
  }, 500)
}

function send(view) {
  if (!view.waiting) return
  view.asked = performance.now()
  view.trigger("told", { changes: view.waiting, seq: ++view.seq })
  view.sent = view.waiting
  view.waiting = null
}

function forget(view, keep) {
  const ids = new Set(keep), used = new Set()
  for (const [key, made] of view.panes) {
    if (!ids.has(made.dataset.id) && made !== view.shown) { discard(made); view.panes.delete(key) }
    else made.used?.forEach((name) => used.add(name))
  }
  for (const name of shelf.arrays.keys()) if (!used.has(name) && !view.data.names?.has(name)) { shelf.arrays.delete(name); shelf.turned.delete(name) }
}

async function receive(view, message) {
  if (message.missing) return view.lacks()
  const first = !view.data
  if (message.id) {       // the view itself, not what lies ahead of it
    const same = view.data && JSON.stringify(view.data.map) === JSON.stringify(message.map)
    view.data = message
    view.sign = message.id.split(":")[0]
    if (!same) drawMap(view)
    drawWays(view)
    presented(view, message.present)
    say(view.map.querySelector(".foot"), message.foot)
    if (view.shown) mark(view, view.shown.dataset.step)
    if (first) view.seq = message.seq       // what was told before another page was visited
    const answered = message.seq >= view.seq
    if (answered && !view.waiting) { view.asked = 0; view.wanted = null }
    else if (answered) send(view)
  }
  for (const item of message.made) await hang(view, item)
  if (message.id && !view.wanted) {
    const key = message.id.split(":")[1], made = view.panes.get(key)
    if (made?.dataset.id !== message.id && !message.made.some((item) => item.id === message.id)) return view.lacks()
    if (made) { await ready(view, made); if (!view.wanted) reveal(view, made) }
  } else if (view.wanted) await nearer(view)
  if (!message.id && message.keep.length) forget(view, message.keep)
  if (first) watch(view)
}

// Show what is wanted, with the selection that is shown now, or while → is held what is there and nearer to it.
async function nearer(view) {
  const { order } = view.data.map
  const away = (made) => made ? Math.abs(order.indexOf(made.dataset.step) - order.indexOf(view.wanted)) : Infinity
  const there = [...view.panes.values()].filter((made) => made.dataset.id.startsWith(view.sign + ":"))
  const made = there.sort((a, b) => away(a) - away(b))[0]
  if (!view.walks && made?.dataset.step !== view.wanted) return
  if (!made || away(made) >= away(view.shown)) return
  if (!made.painted) await ready(view, made)
  if (view.wanted && made.painted && view.panes.get(made.dataset.step) === made && away(made) < away(view.shown)) reveal(view, made)
}

function watch(view) {
  const redraw = view.redraw = () => view.panes.forEach((made) => made.painted && paint(view, made))
  const now = () => `${view.clientWidth}x${view.shown?.stage?.clientHeight}`
  let size = view.shown?.size, dark = isDark(view), timer = 0
  view.resizing = new ResizeObserver(() => {
    if (now() !== size) { size = now(); clearTimeout(timer); timer = setTimeout(redraw, 60) }
  })
  view.resizing.observe(view)
  let frame = 0
  const recolour = () => { if (view.isConnected && isDark(view) !== dark) { dark = !dark; view.mode = null; redraw() } }
  const soonest = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(recolour) }    // when the page is laid out anyway
  view.theming = new MutationObserver(soonest)
  FORCED.addEventListener("change", soonest)
  for (let e = view; e; e = e.parentElement) view.theming.observe(e, { attributes: true, attributeFilter: ["style", "class"] })
  view.leave = () => {
    view.resizing.disconnect()
    view.theming.disconnect()
    FORCED.removeEventListener("change", soonest)
    view.panes.forEach(discard)
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const view = parentElement.querySelector(".view")
  if (!view || !(data instanceof Uint8Array)) return
  if (!view.room) wire(view)
  view.trigger = setTriggerValue
  view.take(data)
  addEventListener("keydown", keys, true)
  addEventListener("click", clicks, true)
  return () => {
    removeEventListener("keydown", keys, true)
    removeEventListener("click", clicks, true)
    if (!view.isConnected) view.leave?.()
  }
}
