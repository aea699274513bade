// The map: the network from input to loss, where one is in it, and the way to any step.

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
