// A pane: one step of the walk with one selection, its elements and its pictures.

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
  const made = element("article", { className: `pane ${pane.kind ?? ""}` })
  made.dataset.step = pane.step
  made.dataset.id = id
  if (pane.kind) {
    made.append(...pane.kind === "opening" ? buildOpening(view, pane) : buildClosing(view, pane))
    return Object.assign(made, { pane, stage: made.querySelector(".stage") })
  }
  return buildStep(view, made, pane)
}

function buildStep(view, made, pane) {
  const heading = element("h2", { textContent: pane.title, tabIndex: -1 })
  const equation = part("equation", "div", formula(pane.equation, true))
  const meaning = () => glossary(view, "What the symbols mean", pane.symbols)
  Object.assign(equation, { tabIndex: 0, title: "What the symbols mean", onclick: meaning, onkeydown: (event) => { if (event.key === "Enter") meaning() } })
  equation.setAttribute("role", "button")
  const spoken = element("span", { className: "spoken" })
  spoken.setAttribute("aria-live", "polite")
  const stage = part("stage", "div", element("div", { className: "figures" }), spoken)
  stage.tabIndex = 0
  stage.setAttribute("role", "group")
  stage.setAttribute("aria-label", `${pane.stage.alt}. Enter reads them cell by cell with the arrow keys; Escape leaves.`)
  const scales = element("div", { className: "legend" })
  const switches = element("div", { className: "switches" })
  if (pane.marked !== null) switches.append(toggle(view, "marked", pane.saturated, pane.marked, "Mark the cells whose slope f′(S) is below 0.02"))
  else if (pane.saturated) switches.append(element("span", { className: "flat", textContent: pane.saturated, title: "A cell is saturated where its slope f′(S) is below 0.02; here there is none to mark" }))
  if (pane.pictures !== null) switches.append(toggle(view, "pictures", "as images", pane.pictures, "Each unit’s 784 numbers as a 28×28 image"))
  if (pane.same_scale !== null) switches.append(toggle(view, "same_scale", "one scale for all layers", pane.same_scale, "The same colours for the same number in all layers"))
  const lines = pane.sums.map((line) => element("div", {}, formula(line, false)))
  const sums = part("sums", "div", ...lines)
  const details = part("details", "div", element("div", { className: "figures" }))
  details.style.setProperty("--figures", pane.details.length || 1)
  Object.assign(made, { pane, stage, scales, details, spoken })
  const right = element("aside", { className: "cell" }, fieldset(view, pane), ...pane.hand ? [handPanel(view, pane)] : pane.card ? [card(view, made, pane)] : [], sums, element("p", { className: "note", textContent: pane.note }),
    ...pane.special.length ? [element("p", { className: "special" }, element("b", { textContent: "Here. " }), ...pane.special.flatMap((said) => [...words(said), " "]))] : [],
    code(pane.code), details)
  if (pane.alpha) right.append(slider(view, pane.alpha))
  if (pane.terms.length) right.append(element("details", { className: "terms", ontoggle: () => made.painted && paint(view, made) }, element("summary", { textContent: "The largest terms" }), table(pane.terms)))
  const asked = (name, content) => element("button", { type: "button", className: "toggle", textContent: name, ariaHasPopup: "dialog",
    title: name === "In the source" ? "What the document that this network comes from says here, and what is wrong in it" : "",
    onclick: () => opened(view, name, element("h3", { textContent: pane.title }), ...content()) })
  const told = !(pane.hand?.left && view.data.hides.includes("answers"))      // or these would tell
  right.append(element("div", { className: "more" }, ...pane.further.filter(([name]) => told || name !== "In the source").map(([name, blocks]) => asked(name, () => prose(blocks, view))),
    ...told && pane.strips.length ? [asked("Row and column", () => tables(pane))] : [],
    ...pane.check ? [element("button", { type: "button", className: "toggle", textContent: "Check this one", title: "Nudge this weight and compare", ariaHasPopup: "dialog", onclick: () => view.tell({ dialog: "check" }) })] : []))
  const centre = element("div", { className: "centre" }, element("header", {}, heading, equation), part("why", "p", ...words(pane.why)), stage,
    element("div", { className: "under" }, scales, switches),
    part("words", "div", element("p", {}, element("b", { textContent: "Look. " }), ...words(pane.look)),
      element("p", {}, element("b", { textContent: "Common mistake. " }), ...words(pane.mistake))))
  made.append(centre, right)
  stage.addEventListener("keydown", (event) => reading(view, made, event))
  return made
}

const SMALLEST = 0.8

// A line goes on after + and −, not within a product: what stands before · stays with what follows.
function together(line) {
  for (const base of line.querySelectorAll(".katex-html > .base")) {
    if (!/⋅\s*$/.test(base.previousSibling?.textContent)) {
      const whole = element("span", { className: "whole" })
      base.before(whole)
      whole.append(base)
    } else base.previousSibling.append(base)
  }
}

// A line of arithmetic that is too wide is set a little smaller; one that is far too wide goes on in the next line.
function fit(pane) {
  pane.querySelectorAll(".sums > div").forEach((line) => {
    line.classList.remove("long")
    const wide = line.firstChild.getBoundingClientRect().width / (line.scale ?? 1)
    const room = line.clientWidth - parseFloat(getComputedStyle(line).paddingLeft) - 1
    const long = wide * SMALLEST > room
    line.classList.toggle("long", long)
    if (long && !line.querySelector(".whole")) together(line)
    line.scale = long ? SMALLEST : Math.min(room / wide, 1)
    line.style.fontSize = `${line.scale}em`
  })
}

// A frame around a row or column that is thinner than six pixels would cover it: it stands four pixels off instead.
function cleared(layout, width) {
  const pixels = (ref) => { const { pixels: all, seen } = axisOf(layout, width, ref); return all / seen }
  const along = (shape, way) => {
    const [from, to] = [shape[`${way}0`], shape[`${way}1`]]
    if (to - from !== 1 || pixels(shape[`${way}ref`]) >= 6) return {}
    return { [`${way}sizemode`]: "pixel", [`${way}anchor`]: (from + to) / 2, [`${way}0`]: -4, [`${way}1`]: 4 }
  }
  return (layout.shapes ?? []).map((shape) => shape.type === "rect" && !shape.yref.includes("domain")
    ? { ...shape, ...along(shape, "x"), ...along(shape, "y") } : shape)
}

// For a room, letters of `by` times the size and the room for them; there and where it is narrow, no lens, and no words of
// what rows and columns mean.
function simple({ data, layout: { margin, annotations = [], ...layout }, ...figure }, by) {
  const larger = (font, usual) => ({ ...font, size: (font?.size ?? usual) * by })
  const axes = Object.entries(layout).filter(([name]) => /^[xy]axis/.test(name)).map(([name, axis]) => [name, { ...axis, tickfont: larger(axis.tickfont, 10) }])
  return { ...figure, data: data.filter((trace) => !trace.meta?.lens).map((trace) => trace.texttemplate && by > 1 ? { ...trace, texttemplate: "%{z:.3~g}", textfont: larger(trace.textfont, 10) } : trace),
    layout: { ...layout, ...Object.fromEntries(axes), margin: Object.fromEntries(Object.entries(margin).map(([side, room]) => [side, room * by])),
      annotations: annotations.filter((note) => note.name !== "lens").map((note) =>
        ({ ...note, text: note.text.replace(/<span style='font-size:12px'>.*<\/span>/, ""), font: larger(note.font, 12) })) } }
}

// Of a title the words go that have no room before the next one.
function shortened(figure, width) {
  const { margin, annotations = [] } = figure.layout, room = width - margin.l - margin.r
  const words = /<span style='font-size:\d+px'>.*<\/span>/
  const fits = (note) => {
    const next = Math.min(1 + margin.r / room, ...annotations.filter((other) => other.y === note.y && other.x > note.x && words.test(other.text)).map((other) => other.x))
    return note.text.replace(/<[^>]*>/g, "").length * 6.3 < (next - note.x) * room
  }
  return { ...figure, layout: { ...figure.layout, annotations: annotations.map((note) => !words.test(note.text) || fits(note) ? note : { ...note, text: note.text.replace(words, "") }) } }
}

async function paint(view, made) {
  if (made.pane.kind) return paintEnd(view, made)
  const { pane, stage, scales, details } = made
  const Plotly = await plotly(view.data.plotly).catch(() => null)
  takeOver(made)
  if (!Plotly) { stage.firstChild.textContent = "The drawing library did not load. Reload the page to try again."; return fit(made) }
  const by = view.hasAttribute("data-present") ? 1.5 : 1
  const common = { templates: view.data.templates, inks: view.data.inks, mode: modeOf(view), images: pane.images, selected: pane.selected, legend: false }
  const charts = by === 1 ? pane.details : []
  fit(made)       // and all is measured before anything is drawn: each look afterwards would lay the page out anew
  const height = stage.clientHeight || pane.stage.layout.height, width = stage.clientWidth, aside = details.clientWidth
  const room = charts.length && Math.floor((details.clientHeight || 190) / charts.length)
  made.size = `${view.clientWidth}x${height}`
  const full = { ...pane.stage, layout: { ...pane.stage.layout, height } }, figure = by > 1 || width < 500 ? simple(full, by) : shortened(full, width)
  figure.layout.shapes = cleared(figure.layout, width)
  await draw(Plotly, stage.firstChild, { ...common, width, figures: [withAverages(figure, width)] }, view.pick)
  const gd = stage.querySelector(".plot")
  fillBeneath(gd, figure)
  if (!gd.squeezing) { gd.squeezing = true; gd.on("plotly_relayout", () => resqueeze(Plotly, gd)) }
  legend(scales, gd, view.data.templates[modeOf(view)])
  if (charts.length) {
    const small = charts.map((f) => ({ ...f, alt: "What is behind the selected cell", layout: { ...f.layout, height: Math.min(Math.round(1.5 * f.layout.height), Math.max(room, 96)) } }))
    await draw(Plotly, details.firstChild, { ...common, width: aside, figures: small }, view.pick)
  }
  if (pane.hand) coverCells(made)
  else if (pane.card) cover(view, made)
  made.painted = true
  made.dataset.drawn = made.dataset.id
}

// Asking the page for its colours makes it lay itself out: once is enough until the theme changes.
const modeOf = (view) => (view.mode ??= isDark(view) ? "dark" : "light")

async function paintEnd(view, made) {
  const { pane, stage } = made
  if (pane.figure) {
    const Plotly = await plotly(view.data.plotly).catch(() => null)
    const height = Math.min(pane.figure.layout.height, stage.clientHeight || pane.figure.layout.height)
    const figure = { ...pane.figure, layout: { ...pane.figure.layout, height } }
    if (Plotly) await draw(Plotly, stage.firstChild, { templates: view.data.templates, inks: view.data.inks, mode: modeOf(view), legend: false, figures: [figure] }, () => {})
  }
  made.painted = true
  made.dataset.drawn = made.dataset.id
}

// The pictures of the same step with another cell, α or batch are changed and not drawn anew; what was zoomed to stays.
function takeOver(made) {
  for (const place of made.before ? ["stage", "details"] : []) {
    const [old, empty] = [made.before, made].map((pane) => pane[place]?.querySelector(".figures"))
    if (old && empty) empty.replaceWith(old)
  }
  made.before = null
}
