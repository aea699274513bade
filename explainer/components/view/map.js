// The map: the network from input to loss, where one is in it, and the way to any step.

// Where the text is Streamlit's, its own node is kept: Streamlit writes into it later.
function say(element, text) {
  if (element.textContent === text) return
  if (element.firstChild?.nodeType === Node.TEXT_NODE) element.firstChild.nodeValue = text
  else element.textContent = text
}

// Where one is: which stop of how many; between stops, the last one before; and in words where there is room for them.
function position(view, key, words) {
  const { map: { order }, stops } = view.data, steps = stops.slice(1, -1)
  if (key === stops[0]) return "start"
  if (key === stops.at(-1)) return "end"
  const n = steps.filter((other) => order.indexOf(other) <= order.indexOf(key)).length
  return words ? `${steps.includes(key) ? "" : "after "}stop ${n} of ${steps.length}` : `${n} / ${steps.length}`
}

function mark(view, key) {
  const now = `${key} ${view.data.stops.length} ${view.shown?.dataset.id}`
  if (view.marked === now) return
  view.marked = now
  const { order } = view.data.map, at = order.indexOf(key), place = (n) => n > 0 && n < order.length - 1 ? `, step ${n} of ${order.length - 2}` : ""
  view.querySelectorAll(".map [data-step]").forEach((button) => {
    const n = order.indexOf(button.dataset.step), state = n === at ? "current" : n < at ? "done" : "coming"
    button.className = `${state} ${button.dataset.phase}`
    button.tabIndex = n === at ? 0 : -1
    button.setAttribute("aria-label", `${button.dataset.title}${place(n)}, ${state}`)
    if (n === at) button.setAttribute("aria-current", "step")
    else button.removeAttribute("aria-current")
  })
  const grid = view.map.firstChild, here = grid.querySelector(".current")
  if (here && grid.scrollWidth > grid.clientWidth) grid.scrollLeft = here.parentElement.offsetLeft - grid.offsetLeft - 20
  view.querySelectorAll(".map .layer").forEach((layer) => layer.classList.toggle("here", !!layer.querySelector(".current")))
  const spoken = `${view.shown?.pane.title ?? ""}${place(at)}`
  say(view.status, spoken)
  document.querySelectorAll(".st-key-position p, .view .position").forEach((p) => say(p, position(view, key, p.className === "position")))
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
    const row = element("div", { className: layer.steps.length > 3 ? "layer" : "layer few" }, element("span", { className: "name" }, `${layer.name} `, element("br"), layer.units ? String(layer.units) : ""))
    if (layer.width) { const bar = element("i"); bar.style.width = `${100 * layer.width}%`; row.firstChild.append(bar) }
    for (const step of layer.steps) {
      const button = element("button", { type: "button", textContent: step.label, title: step.title,
        onclick: (event) => { if (event.detail) event.currentTarget.blur(); view.go(step.key) } })     // after the mouse the arrows walk
      Object.assign(button.dataset, { step: step.key, title: step.title, phase: step.phase })
      button.style.setProperty("--row", step.row + 1)
      button.style.setProperty("--column", step.column + 1)
      button.style.setProperty("--span", step.span)
      row.append(button)
    }
    grid.append(row)
  }
  view.ways = view.marked = ""
  view.map.replaceChildren(grid, element("div", { className: "ways" }), element("p", { className: "foot" }))
}

// How one goes: all steps or the short way; and larger, for a room.
function drawWays(view) {
  const { short, present, guide, toy, hides } = view.data, now = JSON.stringify([short, present, guide, toy?.level, toy?.seed, hides])
  if (guide && view.guided === false) answers.clear()       // switched on again: everything is asked again
  view.guided = guide
  if (view.ways === now) return
  view.ways = now
  view.marked = ""        // the position is written anew
  view.map.querySelector(".ways").replaceChildren(element("span", { className: "position" }), ...view.data.toy ? toyWays(view) : [],
    element("button", { type: "button", className: "toggle", textContent: "Glossary", onclick: () => glossary(view, "Glossary", Object.keys(GLOSSARY)) }),
    ...hides.includes("answers") ? [] : [toggle(view, "guide", "Guide", guide, "At some steps a question comes before the result; → passes it")],
    toggle(view, "short", "Short way", short, "→ and ← go through about twelve stops instead of every step"),
    element("button", { type: "button", className: "toggle", textContent: "Share, print", ariaHasPopup: "dialog", title: "A program, a sheet to print, the matrices, a link", onclick: () => view.tell({ dialog: "share" }) }),
    toggle(view, "present", present ? "Leave (Esc)" : "Present (P)", present, "Larger, for a room: the map, the equation, the matrices, the arithmetic and the words"))
}

// Inside the map the arrows go to the nearest button in their direction; elsewhere ← and → go through the walk.
function inMap(view, event) {
  const from = event.target.getBoundingClientRect(), way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
  if (!way) return
  event.preventDefault()
  event.stopImmediatePropagation()
  let best = null, nearest = Infinity
  for (const button of view.querySelectorAll(".map [data-step]")) {
    const to = button.getBoundingClientRect(), dx = to.left - from.left, dy = to.top - from.top
    const along = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0])
    if (along > 2 && along + 3 * aside < nearest) { nearest = along + 3 * aside; best = button }
  }
  best?.focus()
}
