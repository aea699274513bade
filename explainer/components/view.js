// One step of the walk as one view. Python says what is in it; this lays it out and draws it.
// A pane is a step drawn in its own element. The panes before and after the one that is shown are drawn ahead, unseen, so
// that → and ← only change which one is seen; Python is told, and answers with the panes that lie ahead by then.

const IDLE = "[role=radio], input[type=checkbox], [role=combobox]:not([aria-expanded=true])"    // they swallow arrows
const shelf = (window.__shelf ??= { arrays: new Map(), turned: new Map(), panes: new Map() })

function unpackNamed(bytes) {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const length = new DataView(buffer).getUint32(0, true)
  const { content: { content, new: named }, arrays } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
  for (const [name, n] of Object.entries(named)) {
    const { dtype, shape, offset } = arrays[n]
    const flat = new TYPES[dtype](buffer, 4 + length + offset, shape.reduce((a, b) => a * b, 1))
    shelf.arrays.set(name, shape.length < 2 ? flat
      : Array.from({ length: shape[0] }, (_, r) => flat.subarray(r * shape[1], (r + 1) * shape[1])))
  }
  let missing = false
  const used = new Set()
  const restore = (value) => {
    if (Array.isArray(value)) return value.map(restore)
    if (value && typeof value === "object") {
      if ("$named" in value) { used.add(value.$named); const found = array(value.$named, value.turned); missing ||= !found; return found }
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, restore(v)]))
    }
    return value
  }
  const { panes, ...rest } = content
  const made = Object.entries(panes).map(([id, pane]) => { used.clear(); const data = restore(pane); return { id, data, used: new Set(used) } })
  return { ...restore(rest), made, missing }
}

function array(name, turned) {
  const rows = shelf.arrays.get(name)
  if (!rows || !turned) return rows
  if (!shelf.turned.has(name)) {
    const turn = rows[0].map ? Array.from({ length: rows[0].length }, (_, c) => rows[0].constructor.from(rows, (row) => row[c])) : rows
    shelf.turned.set(name, turn)
  }
  return shelf.turned.get(name)
}

// KaTeX as Streamlit ships it, behind a plug-in for trees of plain data, with the styles of the page; where it cannot be
// found, formulas stand as they are written.
let katex = null

function formula(latex, block) {
  const span = document.createElement("span")
  if (!katex) { span.textContent = latex; return span }
  const tree = { type: "root", children: [{ type: "element", tagName: "span", children: [{ type: "text", value: latex }],
    properties: { className: [block ? "math-display" : "math-inline"] } }] }
  katex(tree, { message() {} })
  span.append(...tree.children.map((child) => grown(child, null)))
  return span
}

const SPACES = { math: "http://www.w3.org/1998/Math/MathML", svg: "http://www.w3.org/2000/svg" }

function grown(node, space) {
  if (node.type !== "element") return node.value ?? ""
  const inside = SPACES[node.tagName] ?? space
  const made = inside ? document.createElementNS(inside, node.tagName) : document.createElement(node.tagName)
  for (const [name, value] of Object.entries(node.properties ?? {})) {
    const attribute = name === "className" ? "class" : name.startsWith("aria") ? `aria-${name.slice(4).toLowerCase()}` : name
    if (name !== "xmlns") made.setAttribute(attribute, Array.isArray(value) ? value.join(" ") : value)
  }
  made.append(...node.children.map((child) => grown(child, inside)))
  return made
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function words(runs) {
  const kinds = { text: (t) => t, formula: (t) => formula(t, false), code: (t) => element("code", { textContent: t }),
    bold: (t) => element("b", { textContent: t }) }
  return runs.map(([kind, text]) => kinds[kind](text))
}

function part(name, tag = "div", ...children) {
  const made = element(tag, { className: name }, ...children)
  made.dataset.part = name
  return made
}

function code(text) {
  const pattern = /("[^"]*"|\bnp\b|\b\d+(?:\.\d+)?\b|[-+*/@=<>]+)/g
  const pre = element("pre", { className: "code" })
  let at = 0
  for (const found of text.matchAll(pattern)) {
    pre.append(text.slice(at, found.index), element("i", { textContent: found[0] }))
    at = found.index + found[0].length
  }
  pre.append(text.slice(at))
  return pre
}

function table(lines) {
  const row = (cells, tag) => element("tr", {}, ...cells.map((text) => element(tag, { textContent: text })))
  return element("table", {}, row(lines[0], "th"), ...lines.slice(1).map((line) => row(line, "td")))
}

function toggle(view, name, text, on, title) {
  const button = element("button", { type: "button", name, className: "toggle", textContent: text, title, onclick: () => view.tell({ [name]: !on }) })
  button.setAttribute("aria-pressed", on)
  return button
}

function fieldset(view, pane) {
  const form = element("form", { className: "fields", onsubmit: (event) => event.preventDefault() })
  for (const { name, label, value, last } of pane.fields) {
    const input = element("input", { type: "number", min: 0, max: last, value, disabled: last === 0, name })
    input.onchange = () => input.checkValidity() && view.tell({ [name]: input.valueAsNumber })
    input.onkeydown = (event) => { if (event.key === "Enter") input.blur() }     // false would keep the key from the field
    form.append(element("label", { title: last ? `0 to ${last}` : "only 0" }, label, input))
  }
  return form
}

function slider(view, { least, most, grain, value }) {
  const input = element("input", { type: "range", name: "alpha", min: least, max: most, step: grain, value })
  const output = element("output", { textContent: `α = ${+value.toPrecision(3)}` })
  input.setAttribute("aria-label", "Learning rate α")
  input.oninput = () => { output.textContent = `α = ${+input.valueAsNumber.toPrecision(3)}` }
  input.onchange = () => view.tell({ alpha: input.valueAsNumber })
  return element("label", { className: "alpha" }, output, input)
}

// The pane's own elements; what Plotly draws comes after.
function build(view, id, pane) {
  const heading = element("h2", { textContent: pane.title, tabIndex: -1 })
  const equation = part("equation", "div", formula(pane.equation, true))
  const spoken = element("span", { className: "spoken" })
  spoken.setAttribute("aria-live", "polite")
  const stage = part("stage", "div", element("div", { className: "figures" }), spoken)
  stage.tabIndex = 0
  stage.setAttribute("role", "group")
  stage.setAttribute("aria-label", `${pane.stage.alt}. Enter reads them cell by cell with the arrow keys; Escape leaves.`)
  const scales = element("div", { className: "legend" })
  const switches = element("div", { className: "switches" })
  if (pane.marked !== null) switches.append(toggle(view, "marked", "saturated", pane.marked, "Mark the cells whose slope f′(S) is below 0.02"))
  if (pane.pictures !== null) switches.append(toggle(view, "pictures", "as images", pane.pictures, "Each unit’s 784 numbers as a 28×28 image"))
  const lines = pane.sums.map((line) => element("div", {}, formula(line, false)))
  const sums = part("sums", "div", ...lines)
  const details = part("details", "div", element("div", { className: "figures" }))
  const right = element("aside", { className: "cell" }, fieldset(view, pane), sums, element("p", { className: "note", textContent: pane.note }),
    code(pane.code), details)
  if (pane.alpha) right.append(slider(view, pane.alpha))
  if (pane.terms.length) right.append(element("details", { className: "terms" }, element("summary", { textContent: "The largest terms" }), table(pane.terms)))
  right.append(element("div", { className: "more" }, ...[["derivation", "Derivation"], ["source", "In the source"]].map(([name, text]) =>
    element("button", { type: "button", className: "toggle", textContent: text, onclick: () => view.open(name) }))))
  const centre = element("div", { className: "centre" }, element("header", {}, heading, equation), part("why", "p", ...words(pane.why)), stage,
    element("div", { className: "under" }, scales, switches),
    part("words", "div", element("p", {}, element("b", { textContent: "Look. " }), ...words(pane.look)),
      element("p", {}, element("b", { textContent: "Common mistake. " }), ...words(pane.mistake))))
  const made = element("article", { className: "pane" }, centre, right)
  made.dataset.step = pane.step
  made.dataset.id = id
  stage.addEventListener("keydown", (event) => reading(view, made, event))
  return Object.assign(made, { pane, stage, scales, details, heading, spoken })
}

function fit(pane) {
  pane.querySelectorAll(".sums > div").forEach((line) => {
    const wide = line.firstChild.getBoundingClientRect().width / (line.scale ?? 1), room = line.clientWidth
    line.scale = wide > room ? Math.max(room / wide, 0.5) : 1
    line.style.fontSize = `${line.scale}em`
  })
}

// A frame around a row or column that is thinner than six pixels would cover it: it stands four pixels off instead.
function cleared(layout, width) {
  const { l, r, t, b } = layout.margin, room = { x: width - l - r, y: layout.height - t - b }
  const pixels = (ref) => {
    const axis = layout[ref.replace(/^([xy])/, "$1axis")], [from, to] = axis?.range ?? [0, 1]
    const [low, high] = axis?.domain ?? [0, 1]
    return room[ref[0]] * (high - low) / Math.abs(to - from)
  }
  const along = (shape, way) => {
    const [from, to] = [shape[`${way}0`], shape[`${way}1`]]
    if (to - from !== 1 || pixels(shape[`${way}ref`]) >= 6) return {}
    return { [`${way}sizemode`]: "pixel", [`${way}anchor`]: (from + to) / 2, [`${way}0`]: -4, [`${way}1`]: 4 }
  }
  return (layout.shapes ?? []).map((shape) => shape.type === "rect" && !shape.yref.includes("domain")
    ? { ...shape, ...along(shape, "x"), ...along(shape, "y") } : shape)
}

// With Enter a reader without a mouse goes into the matrices: arrows move, Page up and down change the matrix, Enter
// chooses the cell, Escape leaves. Each cell is spoken with its number.
function reading(view, made, event) {
  const gd = made.stage.querySelector(".plot"), overlay = made.stage.querySelector(".outlines")
  const all = gd?._fullLayout ? subplots(gd).filter((s) => !s.meta.mosaic) : []
  if (!all.length) return
  const move = MOVES[event.key]?.(1), by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
  const at = made.reading
  if (!at && event.key !== "Enter") return
  if (event.key === "Tab") return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (!at) made.reading = { n: Math.min(2, all.length - 1), row: 0, column: 0 }
  else if (event.key === "Escape") { made.reading = null; outlines(gd, overlay, null); made.spoken.textContent = "left the matrices"; return }
  else if (event.key === "Enter") return gd.picked && pickCell(view, all[at.n], at)
  else if (event.key === "PageDown" || event.key === "PageUp") at.n = (at.n + (event.key === "PageDown" ? 1 : all.length - 1)) % all.length
  else if (move !== undefined) { at.row += by[0]; at.column += by[1] }
  const { n } = made.reading, s = all[n]
  made.reading.row = Math.min(Math.max(made.reading.row, 0), s.rows - 1)
  made.reading.column = Math.min(Math.max(made.reading.column, 0), s.columns - 1)
  const { row, column } = made.reading
  outlines(gd, overlay, { ...s, row, column })
  made.spoken.textContent = `${s.trace.name} row ${row}, column ${column}: ${+Number(s.trace.z[row][column]).toPrecision(4)}`
}

function pickCell(view, s, { row, column }) {
  const [of, over] = s.meta.select ?? [], cell = {}
  if (of) cell[of] = row
  if (over) cell[over] = column
  if (Object.keys(cell).length) view.tell(cell)
}

async function paint(view, made) {
  const { pane, stage, scales, details } = made
  const Plotly = await plotly(view.data.plotly).catch(() => null)
  if (!Plotly) { stage.firstChild.textContent = "The drawing library did not load. Reload the page to try again."; return fit(made) }
  const common = { templates: view.data.templates, inks: view.data.inks, images: pane.images, selected: pane.selected, legend: false }
  const height = stage.clientHeight || pane.stage.layout.height
  const layout = { ...pane.stage.layout, height }
  layout.shapes = cleared(layout, stage.clientWidth)
  const figure = { ...pane.stage, layout }
  await draw(Plotly, stage.firstChild, { ...common, figures: [figure] }, view.pick)
  if (made.before) await zoomAs(Plotly, made.before, stage.querySelector(".plot"))
  made.before = null
  legend(scales, stage.querySelector(".plot"), view.data.templates[isDark(view) ? "dark" : "light"])
  if (pane.details.length) {
    const room = Math.floor((details.clientHeight || 190) / pane.details.length)
    const small = pane.details.map((f) => ({ ...f, alt: "What is behind the selected cell", layout: { ...f.layout, height: Math.min(f.layout.height, Math.max(room, 96)) } }))
    await draw(Plotly, details.firstChild, { ...common, figures: small }, view.pick)
  }
  fit(made)
  made.painted = true
  made.dataset.drawn = made.dataset.id
}

// A picture drawn anew for another cell of the same step shows the part that was zoomed to; a double click still resets it.
async function zoomAs(Plotly, before, gd) {
  const from = before._fullLayout, by = from?._preGUI, edits = {}
  for (const name of Object.keys(by ?? {})) {
    const axis = name.match(/^([xy]axis\d*)\.range/)?.[1]
    if (axis && gd._fullLayout[axis]) edits[`${axis}.range`] = from[axis].range.slice()
  }
  if (!Object.keys(edits).length || from.uirevision !== gd._fullLayout.uirevision) return
  await Plotly.relayout(gd, edits)
  Object.assign(gd._fullLayout._preGUI, by)
}

// Panes by the key of their step; one that is there under another id is drawn anew.
async function hang(view, { id, data, used }) {
  const old = view.panes.get(data.step)
  if (old?.dataset.id === id && old.painted) return old
  const made = build(view, id, data)
  made.used = used
  made.inert = true
  made.before = old === view.shown ? old?.querySelector(".stage .plot") : null
  view.room.append(made)
  made.ready = paint(view, made)
  await made.ready
  if (view.panes.get(data.step) === old || !view.panes.has(data.step)) {
    view.panes.set(data.step, made)
    if (old && old === view.shown) reveal(view, made)
    old?.remove()
  } else made.remove()
  return made
}

function reveal(view, made) {
  if (view.shown === made && view.dataset.drawn === made.dataset.id && !made.inert) return      // Python's echo
  if (view.shown && view.shown !== made) { view.shown.classList.remove("shown"); view.shown.inert = true }
  view.unfolded = view.shown?.querySelector(".terms")?.open ?? view.unfolded ?? false      // also past steps without a table
  if (made.querySelector(".terms")) made.querySelector(".terms").open = view.unfolded
  const again = view.shown?.contains(document.activeElement) ? document.activeElement.name : null
  made.inert = false
  made.classList.add("shown")
  if (again) made.querySelector(`[name="${again}"]`)?.focus()
  view.shown = made
  view.dataset.step = made.dataset.step
  view.dataset.drawn = made.dataset.id
  mark(view, made.dataset.step)
}

// Where the text is Streamlit's, its own node is kept: Streamlit writes into it later.
function say(element, text) {
  if (element.textContent === text) return
  if (element.firstChild?.nodeType === Node.TEXT_NODE) element.firstChild.nodeValue = text
  else element.textContent = text
}

function mark(view, key) {
  const at = view.data.map.order.indexOf(key)
  view.querySelectorAll(".map button").forEach((button) => {
    const n = view.data.map.order.indexOf(button.dataset.step), state = n === at ? "current" : n < at ? "done" : "coming"
    button.className = `${state} ${button.dataset.phase}`
    button.tabIndex = n === at ? 0 : -1
    button.setAttribute("aria-label", `${button.dataset.title}, step ${n + 1} of ${view.data.map.order.length}, ${state}`)
    if (n === at) button.setAttribute("aria-current", "step")
    else button.removeAttribute("aria-current")
  })
  view.querySelectorAll(".map .layer").forEach((layer) => layer.classList.toggle("here", !!layer.querySelector(".current")))
  const spoken = `${view.shown?.pane.title ?? ""}, step ${at + 1} of ${view.data.map.order.length}`
  say(view.status, spoken)
  document.querySelectorAll(".st-key-position p").forEach((p) => say(p, `${at + 1} / ${view.data.map.order.length}`))
}

function drawMap(view) {
  const { heads, layers } = view.data.map
  const grid = element("div", { className: "grid" })
  grid.append(element("span"), ...heads.map(([text, columns]) => {
    const head = element("span", { className: "head", textContent: text })
    head.style.gridColumn = `span ${columns}`
    return head
  }))
  for (const layer of layers) {
    const row = element("div", { className: "layer" }, element("span", { className: "name" }, layer.name, element("br"), layer.units ? String(layer.units) : ""))
    if (layer.width) { const bar = element("i"); bar.style.width = `${100 * layer.width}%`; row.firstChild.append(bar) }
    for (const step of layer.steps) {
      const button = element("button", { type: "button", textContent: step.label, title: step.title,
        onclick: (event) => { if (event.detail) event.currentTarget.blur(); view.go(step.key) } })     // after the mouse the arrows walk
      Object.assign(button.dataset, { step: step.key, title: step.title, phase: step.phase })
      button.style.gridArea = `${step.row + 1} / ${step.column + 2}`
      row.append(button)
    }
    grid.append(row)
  }
  view.map.replaceChildren(grid, element("p", { className: "foot" }))
}

// Inside the map the arrows go to the nearest button in their direction; elsewhere ← and → go through the walk.
function inMap(view, event) {
  const from = event.target.getBoundingClientRect(), way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
  if (!way) return
  event.preventDefault()
  event.stopImmediatePropagation()
  let best = null, nearest = Infinity
  for (const button of view.querySelectorAll(".map button")) {
    const to = button.getBoundingClientRect(), dx = to.left - from.left, dy = to.top - from.top
    const along = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0])
    if (along > 2 && along + 3 * aside < nearest) { nearest = along + 3 * aside; best = button }
  }
  best?.focus()
}

function keys(event) {
  const at = event.target, view = document.querySelector(".view")
  if (!view?.data || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (at.matches?.(".map button")) return inMap(view, event)
  if (event.key === "Enter" && at.matches?.("[data-testid=stNumberInputField]")) setTimeout(() => at.blur())    // or the arrows stayed in it
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (at.closest?.(".pane")?.reading) return       // inside a matrix the arrows are its own
  if (!by || !at.matches?.(IDLE) && at.matches?.("input, textarea, [role=slider], [contenteditable]")) return
  if (document.querySelector("[role=dialog]")) return event.stopImmediatePropagation()      // nor shall Next hear of it
  event.preventDefault()
  event.stopImmediatePropagation()
  view.turn(by)
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
  view.seq = 0
  view.at = () => view.wanted ?? view.shown?.dataset.step ?? view.data.id.split(":")[1]
  view.turn = (by) => {
    const order = view.data.map.order, to = order[order.indexOf(view.at()) + by]
    if (to) view.go(to)
  }
  // Show it if it is drawn, with the selection that is shown now; tell Python in any case.
  view.go = (key) => {
    const ready = view.panes.get(key)
    view.wanted = key
    if (ready?.painted && ready.dataset.id.startsWith(view.sign + ":")) reveal(view, ready)
    scrollTo({ top: 0 })
    view.tell({ step: key })
  }
  view.pick = (cell) => {
    const { turn, ...at } = cell
    view.tell(at)
  }
  // One message at a time: what changes meanwhile goes with the next one.
  view.waiting = null
  view.tell = (changes) => {
    view.waiting = { ...view.waiting, ...changes }
    if (!view.asked || performance.now() - view.asked > 3000) send(view)
  }
  view.lacks = () => view.trigger("missing", { count: (view.gaps = (view.gaps ?? 0) + 1) })
  view.take = (data) => {
    const message = unpackNamed(data)
    view.queue = (view.queue ?? Promise.resolve()).then(async () => {
      if (message.katex && !katex) katex = await import(new URL(message.katex, document.baseURI).href).then((m) => m.default({ strict: false }), () => null)
      await receive(view, message)
    }).catch((error) => console.error(error))
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
  view.open = (name) => view.trigger("open", { name, count: (view.opened = (view.opened ?? 0) + 1) })
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
    if (!ids.has(made.dataset.id) && made !== view.shown) { made.querySelectorAll(".plot").forEach((gd) => window.Plotly?.purge(gd)); made.remove(); view.panes.delete(key) }
    else made.used?.forEach((name) => used.add(name))
  }
  for (const name of shelf.arrays.keys()) if (!used.has(name) && !view.data.names?.has(name)) { shelf.arrays.delete(name); shelf.turned.delete(name) }
}

// What Plotly never ends must not hold up what comes after it.
const soon = (promise) => Promise.race([promise, new Promise((done) => setTimeout(done, 4000))])

async function receive(view, message) {
  if (message.missing) return view.lacks()
  const first = !view.data
  if (message.id) {       // the view itself, not what lies ahead of it
    const same = view.data && JSON.stringify(view.data.map) === JSON.stringify(message.map)
    view.data = message
    view.sign = message.id.split(":")[0]
    if (!same) drawMap(view)
    say(view.map.querySelector(".foot"), message.foot)
    if (!same) { if (view.shown) mark(view, view.shown.dataset.step) }
    const answered = message.seq >= view.seq
    if (answered && !view.waiting) { view.asked = 0; view.wanted = null }
    else if (answered) send(view)
  }
  for (const item of message.made) {
    const made = hang(view, item)
    if (message.id === item.id) await soon(made)
  }
  if (message.id && !view.wanted) {
    const key = message.id.split(":")[1], made = view.panes.get(key)
    if (made?.dataset.id !== message.id && !message.made.some((item) => item.id === message.id)) return view.lacks()
    if (made && !made.painted && made.isConnected) made.ready = paint(view, made)     // Plotly did not load then
    if (made) { await soon(made.ready); if (!view.wanted) reveal(view, made) }
  }
  if (!message.id && message.keep.length) forget(view, message.keep)
  if (first) watch(view)
}

function watch(view) {
  const redraw = () => view.panes.forEach((made) => paint(view, made))
  let size = "", dark = isDark(view), timer = 0
  view.resizing = new ResizeObserver(() => {
    const now = `${view.clientWidth}x${view.shown?.stage.clientHeight}`
    if (now !== size) { size = now; clearTimeout(timer); timer = setTimeout(redraw, 60) }
  })
  view.resizing.observe(view)
  view.theming = new MutationObserver(() => { if (isDark(view) !== dark) { dark = !dark; redraw() } })
  for (let e = view; e; e = e.parentElement) view.theming.observe(e, { attributes: true, attributeFilter: ["style", "class"] })
}

export default function ({ data, parentElement, setTriggerValue }) {
  const view = parentElement.querySelector(".view")
  if (!view || !(data instanceof Uint8Array)) return
  if (!view.room) wire(view)
  view.trigger = setTriggerValue
  view.take(data)
  addEventListener("keydown", keys, true)
  addEventListener("click", clicks, true)
  return () => { removeEventListener("keydown", keys, true); removeEventListener("click", clicks, true) }
}
