// Draws Plotly figures in place: Plotly.react on the same element, so nothing blinks and zoom stays.
// Hovering a cell outlines its row, its column and its partners at once, without asking the server;
// a click tells Python which cell it was.

const TYPES = { f4: Float32Array, f8: Float64Array, u1: Uint8Array }

// A flat array as rows, rows of rows, …; the innermost are views of the same bytes.
function nested(flat, shape) {
  if (shape.length < 2) return flat
  const size = flat.length / shape[0]
  return Array.from({ length: shape[0] }, (_, n) => nested(flat.subarray(n * size, (n + 1) * size), shape.slice(1)))
}

function unpack(bytes) {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const length = new DataView(buffer).getUint32(0, true)
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
  const arrays = head.arrays.map(({ dtype, shape, offset }) => {
    const flat = new TYPES[dtype](buffer, 4 + length + offset, shape.reduce((a, b) => a * b, 1))
    return nested(flat, shape)
  })
  const restore = (value) => {
    if (Array.isArray(value)) return value.map(restore)
    if (value && typeof value === "object") {
      if ("$array" in value) return arrays[value.$array]
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, restore(v)]))
    }
    return value
  }
  return restore(head.content)
}

const FORCED = matchMedia("(forced-colors: active)")     // then the system paints the page, whatever its theme says

function isDark(element) {
  const probe = document.createElement("i")
  probe.style.color = FORCED.matches ? "Canvas" : getComputedStyle(element).getPropertyValue("--st-background-color")
  probe.style.forcedColorAdjust = "none"
  element.append(probe)
  const [r, g, b] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? [255, 255, 255]).map(Number)
  probe.remove()
  return 0.3 * r + 0.6 * g + 0.1 * b < 128
}

function subplots(gd) {
  const layout = gd._fullLayout
  return gd.data.map((trace, n) => {
    const x = layout["xaxis" + (trace.xaxis ?? "x").slice(1)], y = layout["yaxis" + (trace.yaxis ?? "y").slice(1)]
    return { trace, meta: trace.meta ?? {}, x, y, rows: trace.z?.length ?? 0, columns: trace.z?.[0]?.length ?? 0 }
  }).filter((s) => s.trace.type === "heatmap" && s.x && s.y && !s.meta.quiet)
}

function cellAt(gd, event) {
  const box = gd.getBoundingClientRect()
  const px = event.clientX - box.left, py = event.clientY - box.top
  for (const s of subplots(gd)) {
    const x = px - s.x._offset, y = py - s.y._offset
    if (x < 0 || y < 0 || x >= s.x._length || y >= s.y._length) continue
    const column = Math.round(s.x.p2l(x)), row = Math.round(s.y.p2l(y))
    if (row >= 0 && column >= 0 && row < s.rows && column < s.columns) return { ...s, row, column }
  }
  return null
}

// Show frames [left, top, width, height] over the picture, in pixels.
function outline(overlay, frames) {
  while (overlay.children.length < frames.length) overlay.append(document.createElement("div"))
  Array.from(overlay.children).forEach((frame, n) => {
    if (!frames[n]) { frame.style.display = "none"; return }
    const [x, y, w, h] = frames[n]
    frame.style.cssText = `display:block;left:${x - 1}px;top:${y - 1}px;width:${w + 2}px;height:${h + 2}px`
  })
}

function outlines(gd, overlay, cell) {
  const frames = []
  if (cell && !cell.meta.mosaic) {
    const at = { [cell.meta.row]: cell.row, [cell.meta.column]: cell.column }
    for (const s of subplots(gd)) {
      const row = s.meta.row === null ? undefined : at[s.meta.row]
      const column = s.meta.column === null ? undefined : at[s.meta.column]
      if (row === undefined && column === undefined) continue
      const span = (axis, n, size) => {
        const ends = n === undefined ? [-0.5, size - 0.5] : [n - 0.5, n + 0.5]
        const [a, b] = ends.map((v) => Math.min(Math.max(axis.l2p(v), 0), axis._length)).sort((p, q) => p - q)
        return [axis._offset + a, Math.max(b - a, 1)]
      }
      const [x, w] = span(s.x, column, s.columns), [y, h] = span(s.y, row, s.rows)
      frames.push([x, y, w, h])
    }
  }
  outline(overlay, frames)
}

// What the keyboard can choose in a figure: the pictures of a mosaic or the cells of a matrix, one after the other.
function choices(gd) {
  const s = subplots(gd)[0], { mosaic, pitch = 29, units, select, spoken } = s?.meta ?? {}
  if (mosaic) {
    return { spoken, across: mosaic, count: units, cell: (n) => ({ j: n, p: 28 * 14 + 14 }),
      frame: (n) => framed(s, 29 * (n % mosaic), pitch * Math.floor(n / mosaic), 28) }
  }
  if (!select) return null
  const place = (n) => [Math.floor(n / s.columns), n % s.columns]
  return { spoken, across: s.columns, count: s.rows * s.columns, frame: (n) => framed(s, place(n)[1], place(n)[0], 1),
    cell: (n) => Object.fromEntries(select.map((name, k) => [name, place(n)[k]]).filter(([name]) => name)) }
}

function framed({ x, y }, column, row, size) {
  const [left, right] = [column - 0.5, column + size - 0.5].map((v) => x._offset + x.l2p(v))
  const [top, bottom] = [row - 0.5, row + size - 0.5].map((v) => y._offset + y.l2p(v))
  return [left, top, right - left, bottom - top]
}

const MOVES = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: (across) => -across, ArrowDown: (across) => across }

// Arrow keys move a frame over what can be chosen, Enter or the space bar chooses it.
function keyed(gd, overlay, spoken, event) {
  const all = choices(gd), move = MOVES[event.key], chosen = event.key === "Enter" || event.key === " "
  if (!all || !(move || chosen) || event.altKey || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  event.stopPropagation()
  if (gd.at >= all.count) gd.at = undefined     // another picture with fewer to choose from
  const to = gd.at === undefined ? 0 : gd.at + (move?.(all.across) ?? 0)
  if (to >= 0 && to < all.count) gd.at = to
  outline(overlay, [all.frame(gd.at)])
  spoken.textContent = all.spoken?.[gd.at] ?? Object.entries(all.cell(gd.at)).map(([name, n]) => name === "j"
    ? `${n + 1} of ${all.count}` : name === "p" ? "" : `${name} ${n}`).join(" ")
  if (chosen) gd.report(all.cell(gd.at))
}

function thumbnails(gd, canvas, spec, images, selected, ink) {
  if (!spec?.thumbs || !images) { if (canvas.width) canvas.width = canvas.height = 0; return }
  const ratio = window.devicePixelRatio || 1, { width, height } = gd._fullLayout
  canvas.width = width * ratio
  canvas.height = height * ratio
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const layout = gd._fullLayout, along = layout[spec.thumbs.replace(/^([xy])/, "$1axis")]
  const vertical = spec.thumbs[0] === "y"
  const across = layout[(vertical ? "xaxis" : "yaxis") + along.anchor.slice(1)]
  const size = 18, pen = canvas.getContext("2d")
  pen.scale(ratio, ratio)
  const pixels = Math.abs(along.l2p(1) - along.l2p(0)), stride = Math.max(1, Math.ceil((size + 1) / pixels))
  const side = size
  const [from, to] = along.range.map(Number).sort((a, b) => a - b)
  const first = Math.max(0, Math.ceil(from)), last = Math.min(images.length - 1, Math.floor(to))
  const shift = selected >= first && selected <= last ? (selected - first) % stride : 0
  for (let n = first + shift; n <= last; n += stride) {
    const at = along._offset + along.l2p(n) - side / 2
    const sprite = digit(images[n], ink)
    const [x, y] = vertical ? [across._offset - 24 - side, at] : [at, across._offset + across._length + 4]
    pen.drawImage(sprite, x, y, side, side)
    if (n === selected) {
      pen.strokeStyle = getComputedStyle(canvas).color
      pen.lineWidth = 1.5
      pen.strokeRect(x - 0.5, y - 0.5, side + 1, side + 1)
    }
  }
}

const sprites = new WeakMap()       // of a digit's pixels: [its ink, its picture]

function digit(pixels, ink) {
  const [inked, kept] = sprites.get(pixels) ?? []
  if (inked === ink) return kept
  const sprite = document.createElement("canvas")
  sprite.width = sprite.height = 28
  const context = sprite.getContext("2d"), data = context.createImageData(28, 28)
  for (let n = 0; n < 784; n++) {
    data.data.set(ink, 4 * n)
    data.data[4 * n + 3] = pixels[n]
  }
  context.putImageData(data, 0, 0)
  sprites.set(pixels, [ink, sprite])
  return sprite
}

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" }

function number(v) {
  if (v === 0 || (Math.abs(v) >= 0.001 && Math.abs(v) < 100000)) return String(+v.toPrecision(2)).replace("-", "−")
  const [mantissa, exponent] = v.toExponential(1).replace("+", "").split("e")
  return `${mantissa.replace("-", "−")}·10${[...exponent].map((c) => RAISED[c]).join("")}`
}

function legend(element, gd, template) {
  const seen = new Set()
  element.replaceChildren(...subplots(gd).filter((s) => s.trace.name && !s.meta.small && !seen.has(s.trace.name) && seen.add(s.trace.name))
    .map(({ trace, meta }) => {
      const item = document.createElement("span")
      const scale = template.layout.colorscale[meta.signed ? "diverging" : "sequential"]
      const stops = scale.map(([at, colour]) => `${colour} ${100 * at}%`).join(",")
      const bar = document.createElement("i")
      bar.style.background = `linear-gradient(90deg,${stops})`
      const name = document.createElement("b")
      name.textContent = trace.name
      const [low, high] = meta.clipped ? ["≤ ", "≥ "] : ["", ""]
      if (meta.zero) item.append(name, " all 0")
      else item.append(name, ` ${meta.signed ? low : ""}${number(trace.zmin)} `, bar, ` ${high}${number(trace.zmax)}`)
      return item
    }))
}

// An element with its text in full on hover, where it is cut short.
function made(tag, text, ...children) {
  const element = document.createElement(tag)
  element.append(...children, text)
  element.title = text
  return element
}

function stroke(colour, dash = "solid", width = 3) {
  const line = document.createElement("i")
  line.style.borderTop = `${Math.max(width, 1.5)}px ${{ dot: "dotted", dash: "dashed" }[dash] ?? "solid"} ${colour}`
  return line
}

// What stands above a chart: its title, and which run each line belongs to.
function head(element, { title, note = "", key = [] }) {
  const shown = JSON.stringify([title, note, key])
  if (!title || element.shown === shown) return
  element.shown = shown
  const lines = key.flatMap(({ name, colour, lines }) => [
    made("b", name, ...lines.length || !colour ? [] : [stroke(colour)]),
    ...lines.map((line) => made("span", line.name, stroke(colour, line.dash, line.width)))])
  const heading = made("h2", title)
  const below = document.createElement("p")
  below.append(...lines, ...lines.length ? [] : [note])
  if (lines.length && note) heading.append(made("small", note))
  element.replaceChildren(heading, below)
}

// Tiles (n, 784) as one picture with a gap of one pixel between them; bytes are 255 steps from -top to top.
function laid({ tiles, data: [{ meta: { mosaic }, zmax }] }) {
  const down = Math.ceil(tiles.length / mosaic), bytes = tiles[0] instanceof Uint8Array
  const rows = Array.from({ length: 29 * down - 1 }, () => new Float32Array(29 * mosaic - 1).fill(NaN))
  tiles.forEach((tile, n) => {
    const values = bytes ? Float32Array.from(tile, (step) => (step - 128) / 127 * zmax) : tile
    for (let y = 0; y < 28; y++) {
      rows[29 * Math.floor(n / mosaic) + y].set(values.subarray(28 * y, 28 * y + 28), 29 * (n % mosaic))
    }
  })
  return rows
}

// What each pixel of a grid of images is, for who points at it. Where tiles lie depends only on their number and the grid's
// width, so the texts are made once.
const pixelNames = new Map()

function namesOf({ mosaic, units }) {
  const name = `${mosaic} ${units}`, down = Math.ceil(units / mosaic)
  const text = (row, column) => {
    const unit = Math.floor(row / 29) * mosaic + Math.floor(column / 29), y = row % 29, x = column % 29
    return unit < units && y < 28 && x < 28 ? `unit ${unit}, pixel ${28 * y + x} (row ${y}, column ${x})` : ""
  }
  if (!pixelNames.has(name)) pixelNames.set(name, Array.from({ length: 29 * down - 1 }, (_, row) => Array.from({ length: 29 * mosaic - 1 }, (_, column) => text(row, column))))
  return pixelNames.get(name)
}

// The traces as they are drawn: tiles laid out and named, layers in the theme's shades. The figure stays as it came: Plotly writes a
// zoom into the layout that it is given.
function painted(figure, shades, ink) {
  return figure.data.map((trace) => ({ ...trace, ...figure.tiles && { z: laid(figure) },
    ...trace.meta?.mosaic && trace.hovertemplate?.includes("%{hovertext}") && { hovertext: namesOf(trace.meta) },
    ...trace.meta?.shade !== undefined && { line: { ...trace.line, color: shades[trace.meta.shade] } },
    ...trace.meta?.outlined !== undefined && { marker: { ...trace.marker, line: ring(trace, ink) } } }))
}

// The selected bar or point keeps its colour and gets an outline; a thin one where bars are thin.
function ring({ x, meta: { outlined } }, color) {
  return { color, width: Array.from(x, (_, n) => n !== outlined ? 0 : x.length > 40 ? 1.2 : 2.2) }
}

// Numbers in cells are black or white, whichever stands out more on the colour of their cell (WCAG's relative luminance);
// Plotly's own dark grey is too pale on colours of middle brightness.
const luminance = (rgb) => rgb.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  .reduce((sum, c, n) => sum + [0.2126, 0.7152, 0.0722][n] * c, 0)
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))

function colourAt(scale, share) {
  const n = Math.max(1, scale.findIndex(([at]) => at >= share)), [[from, low], [to, high]] = [scale[n - 1], scale[n]]
  const [a, b] = [low, high].map(channels)
  return a.map((c, k) => c + (b[k] - c) * (share - from) / (to - from))
}

function inked(gd, { diverging, sequential }) {
  for (const { trace } of subplots(gd).filter(({ trace }) => trace.texttemplate)) {
    const place = `.${trace.xaxis ?? "x"}${trace.yaxis ?? "y"}`, scale = trace.zmin < 0 ? diverging : sequential
    gd.querySelectorAll(`${place} .heatmap-label`).forEach((label) => {
      const share = Math.min(Math.max((label.__data__.z - trace.zmin) / (trace.zmax - trace.zmin), 0), 1)
      label.querySelectorAll("text, tspan").forEach((text) => { text.style.fill = luminance(colourAt(scale, share || 0)) > 0.179 ? "black" : "white" })
    })
  }
}

function same(a, b) {
  if (Object.is(a, b) || !a || !b || typeof a !== "object" || typeof b !== "object") return Object.is(a, b)
  if (ArrayBuffer.isView(a) || Array.isArray(a)) return a.length === b.length && a.every((v, n) => same(v, b[n]))
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key], b[key]))
}

// Charts in a row have one first axis: what is zoomed to in one is what all of them show.
function zoomed(Plotly, root, gd, change) {
  if (!root.content?.row || root.zooming || !Object.keys(change).some((key) => key.startsWith("xaxis."))) return
  root.span = [...gd._fullLayout.xaxis.range]
  everywhere(Plotly, root, (other) => other !== gd && { "xaxis.range": root.span })
}

// A double click shows all of every chart again.
function whole(Plotly, root) {
  root.span = null
  everywhere(Plotly, root, ({ figure: { layout: { xaxis, yaxis } } }) => ({ "xaxis.range": xaxis.range,
    "yaxis.range": yaxis.range }))
}

async function everywhere(Plotly, root, change) {
  root.zooming = true
  const plots = [...root.querySelectorAll(".plot")].map((gd) => [gd, change(gd)]).filter(([, what]) => what)
  await Promise.all(plots.map(([gd, what]) => Plotly.relayout(gd, structuredClone(what))))
  root.zooming = false
}

// The height that the page's style gives to figures, else the figure's own.
function tall(root, figure) {
  return styled(root) || figure.layout.height
}

function styled(root) {
  return parseFloat(getComputedStyle(root).getPropertyValue("--figure-height"))
}

// Say what has become of what is drawn, once, to who cannot see it.
function announce(root, text) {
  let region = root.parentElement.querySelector("[role=status]")
  if (!region && text) {
    region = document.createElement("span")
    region.className = "spoken"
    region.setAttribute("role", "status")
    root.after(region)
  }
  if (region && region.textContent !== text) region.textContent = text ?? ""
}

function frame(root, n) {
  let element = root.children[n]
  if (!element) {
    element = document.createElement("div")
    element.className = "figure"
    element.innerHTML = '<div class="plot"></div><canvas></canvas><div class="outlines"></div><div class="legend"></div>'
      + '<span class="spoken" aria-live="polite"></span><div class="head"></div>'
    root.append(element)
  }
  return element
}

function draw(Plotly, root, content, report) {
  const mode = content.mode ?? (isDark(root) ? "dark" : "light")
  const template = content.templates[mode], ink = content.inks[mode]
  if (root.firstChild?.nodeType === Node.TEXT_NODE) root.replaceChildren()    // what was said when Plotly did not load
  while (root.children.length > content.figures.length) root.lastChild.remove()
  content.figures.forEach((_, n) => frame(root, n))      // all, before the first is as wide as its share
  return Promise.all(content.figures.map(async (figure, n) => {
    const element = frame(root, n)
    const [gd, canvas, overlay, strip, spoken, top] = element.children
    const height = content.width ? figure.layout.height : tall(root, figure), width = content.width ?? element.clientWidth
    element.style.height = `${height + (content.legend ? 22 : 0)}px`
    head(top, figure.layout.meta ?? {})
    gd.setAttribute("role", "figure")
    gd.setAttribute("aria-label", (figure.alt ?? "") + (content.keyboard ? ". Arrow keys move, Enter chooses." : ""))
    if (content.keyboard) gd.tabIndex = 0
    const look = `${mode} ${width} ${height} ${root.span}`
    if (gd.look !== look || !content.token || content.images || !same(gd.figure, figure)) {
      const { meta, ...given } = figure.layout      // with it Plotly would draw all anew each time
      const layout = { ...structuredClone(given), template, colorscale: template.layout.colorscale,
        width, height, autosize: false }
      if (root.span) layout.xaxis = { ...layout.xaxis, range: root.span }
      await Plotly.react(gd, painted(figure, content.layers?.[mode], template.layout.shapedefaults.line.color), layout,
        { displayModeBar: false, doubleClick: content.row ? false : "reset" })
      Object.assign(gd, { look, figure })
    }
    gd.inks = () => inked(gd, template.layout.colorscale)
    gd.inks()
    outlines(gd, overlay, null)
    if (content.legend) legend(strip, gd, template)
    const strips = () => thumbnails(gd, canvas, figure.layout.meta, content.images, content.selected, ink)
    strips()
    if (!gd.wired) {
      gd.wired = true
      gd.addEventListener("mousemove", (event) => gd.live && outlines(gd, overlay, cellAt(gd, event)))
      gd.addEventListener("mouseleave", () => outlines(gd, overlay, null))
      gd.addEventListener("keydown", (event) => gd.live && content.keyboard && keyed(gd, overlay, spoken, event))
      gd.addEventListener("blur", () => outlines(gd, overlay, null))
      gd.on("plotly_relayout", (change) => { outlines(gd, overlay, null); gd.strips(); zoomed(Plotly, root, gd, change) })
      gd.on("plotly_afterplot", () => gd.inks())
      gd.on("plotly_doubleclick", () => root.content?.row && whole(Plotly, root))
      gd.on("plotly_click", ({ event, points }) => gd.picked(event, points))
    }
    gd.live = true
    gd.strips = strips
    gd.report = report
    gd.picked = (event, points) => {
      const cell = cellAt(gd, event)
      if (cell?.meta.mosaic) {
        const pitch = cell.meta.pitch ?? 29     // rows from one picture to the next
        const unit = Math.floor(cell.row / pitch) * cell.meta.mosaic + Math.floor(cell.column / 29)
        const y = cell.row % pitch, x = cell.column % 29
        if (unit < cell.meta.units && x < 28 && y < 28) report({ j: unit, p: 28 * y + x })
      } else if (cell?.meta.select) {
        const [row, column] = cell.meta.select, at = {}
        if (row) at[row] = cell.row
        if (column) at[column] = cell.column
        if (Object.keys(at).length) report(at)
      } else if (points?.[0]?.data.meta?.select) {
        report({ [points[0].data.meta.select]: points[0].customdata ?? points[0].x })
      }
    }
  }))
}

// A picture that has left the page watches nothing and is nothing any more; if it comes back, it begins anew.
function leave(root) {
  if (!root.observer) return
  root.querySelectorAll(".plot").forEach((gd) => window.Plotly?.purge(gd))
  root.replaceChildren()
  root.observer.disconnect()
  root.repaint.disconnect()
  FORCED.removeEventListener("change", root.recolour)
  root.observer = root.repaint = null
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".figures")
  if (!root || !(data instanceof Uint8Array)) return
  receive(root, data, setTriggerValue)
  return () => root.isConnected || leave(root)    // it is called, too, where the next data came before these were taken
}

function receive(root, data, setTriggerValue) {
  const content = unpack(data)
  if (content.figures[0].layout.uirevision !== root.content?.figures[0].layout.uirevision) root.span = null
  root.content = content
  root.classList.toggle("row", content.row)
  announce(root, content.status)
  const height = content.figures.reduce((sum, f) => sum + f.layout.height + (content.legend ? 22 : 0), 0)
  root.style.minHeight = styled(root) ? "" : `${height}px`
  const turn = (root.turn = (root.turn ?? 0) + 1)
  const report = (cell) => setTriggerValue("cell", { ...cell, turn })
  const drawn = (Plotly) => root.turn === turn && draw(Plotly, root, content, report)
  const show = () => plotly(content.plotly).then(drawn).then(() => {
    if (root.turn === turn) root.dataset.drawn = content.token
  }).catch(() => { root.textContent = "The drawing library did not load. Reload the page to try again." })
  root.dataset.drawn ??= ""
  show()
  if (!root.observer) {
    const size = () => `${root.clientWidth} ${tall(root, root.content.figures[0])}`
    let was = size()
    root.observer = new ResizeObserver(() => {
      if (root.clientWidth && size() !== was) { was = size(); root.redraw() }
    })
    root.observer.observe(root)
    root.recolour = () => {
      if (!root.isConnected) return leave(root)     // the page around a picture that has left it still changes
      const dark = isDark(root)
      if (dark !== root.dark) { root.dark = dark; root.redraw() }
    }
    root.repaint = new MutationObserver(root.recolour)
    FORCED.addEventListener("change", root.recolour)
    root.dark = isDark(root)
    for (let e = root; e; e = e.parentElement) root.repaint.observe(e, { attributes: true, attributeFilter: ["style", "class"] })
  }
  root.redraw = show
}
