// A pad for one digit: pen, mouse and finger; brush, eraser, undo, clear; and the network's answer as bars beside it.
// Sends the ink as 140×140 bytes while the stroke is being drawn, never more than one message ahead of the answers.
// Besides strokes there are two more marks: { clear } wipes all before it, { picture } puts a picture in its place, as
// 140×140 bytes of ink in base64. Undo takes back any of them.
// The ink is white and laid over the board by difference (pad.css): on a light board it is dark, on a dark one light, so
// no change of theme can make it vanish, and nobody has to watch for one.

const SIZE = 280, SENT = 140, PAUSE = 50, PATIENCE = 1500   // pixels, pixels, ms, ms
const INK = "white"

function build(root) {
  root.innerHTML = `
    <div class="board"><canvas width="${SIZE}" height="${SIZE}" tabindex="0" role="application"
      aria-label="Draw a digit: arrow keys move the pen, the space bar puts it down and lifts it"></canvas>
      <div class="hint">with mouse, pen or finger</div><div class="cross" hidden></div></div>
    <div class="bars" role="img"></div>
    <div class="tools" role="group" aria-label="Drawing tools">
      <button type="button" data-do="brush" title="Brush (B)" aria-pressed="true">Brush</button>
      <button type="button" data-do="eraser" title="Eraser (E)" aria-pressed="false">Eraser</button>
      <button type="button" data-do="undo" title="Undo the last stroke (Z)">Undo</button>
      <button type="button" data-do="clear" title="Clear (Delete)">Clear</button>
      <label title="Brush size (+ and −)">size <input type="range" min="8" max="44" step="2" value="22"></label>
    </div>
    <div class="spoken" role="status"></div>`
  const pad = { root, canvas: root.querySelector("canvas"), strokes: [], tool: "brush", size: 22, seq: 0, acked: 0,
    sentAt: 0, dirty: false, done: true, pen: null, cursor: [SIZE / 2, SIZE / 2], down: false }
  pad.pencil = pad.canvas.getContext("2d")
  wire(pad)
  return pad
}

function wire(pad) {
  const { canvas, root } = pad
  const at = (event) => {
    const box = canvas.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top].map((v) => Math.round(v * SIZE / box.width))
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (pad.pen !== null || event.button > 0) return
    event.preventDefault()
    canvas.setPointerCapture(event.pointerId)
    canvas.focus({ preventScroll: true })
    pad.pen = event.pointerId
    begin(pad, at(event), event.pointerType === "pen" && event.buttons === 32)
  })
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pad.pen) return
    const moves = event.getCoalescedEvents?.() ?? []
    go(pad, (moves.length ? moves : [event]).map(at))
  })
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, (event) => {
      if (event.pointerId !== pad.pen) return
      pad.pen = null
      end(pad)
    })
  }
  canvas.addEventListener("keydown", (event) => { if (key(pad, event)) { event.preventDefault(); event.stopPropagation() } })
  canvas.addEventListener("blur", () => { if (pad.down) { pad.down = false; end(pad) } cross(pad, false) })
  root.querySelectorAll("button").forEach((button) => button.addEventListener("click", () => act(pad, button.dataset.do)))
  root.querySelector("input").addEventListener("input", (event) => { pad.size = Number(event.target.value) })
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const KEYS = { b: "brush", e: "eraser", z: "undo", delete: "clear", backspace: "clear", "+": "thicker", "-": "thinner" }

function key(pad, event) {
  if (event.altKey || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() !== "z")) return false
  const step = STEPS[event.key]
  if (step) {
    pad.cursor = pad.cursor.map((v, n) => Math.min(Math.max(v + step[n] * (event.shiftKey ? 3 : 8), 0), SIZE))
    if (pad.down) go(pad, [pad.cursor])
    cross(pad, true)
    return true
  }
  if (event.key === " ") {
    pad.down = !pad.down
    if (pad.down) begin(pad, pad.cursor, false)
    else end(pad)
    cross(pad, true)
    return true
  }
  const what = KEYS[event.key.toLowerCase()]
  if (what) act(pad, what)
  return Boolean(what)
}

function cross(pad, shown) {
  const mark = pad.root.querySelector(".cross")
  mark.hidden = !shown
  mark.classList.toggle("down", pad.down)
  mark.style.left = `${100 * pad.cursor[0] / SIZE}%`
  mark.style.top = `${100 * pad.cursor[1] / SIZE}%`
}

function act(pad, what) {
  if (what === "brush" || what === "eraser") {
    pad.tool = what
    pad.root.querySelectorAll("[aria-pressed]").forEach((b) => b.setAttribute("aria-pressed", b.dataset.do === what))
  } else if (what === "thicker" || what === "thinner") {
    const input = pad.root.querySelector("input")
    pad.size = Math.min(Math.max(pad.size + (what === "thicker" ? 2 : -2), 8), 44)
    input.value = pad.size
  } else {
    if (what === "undo") pad.strokes.pop()
    else if (visible(pad).length) pad.strokes = [...visible(pad), { clear: true }]     // one Clear can be undone
    paint(pad)
    changed(pad, true)
  }
}

function begin(pad, point, erase) {
  pad.strokes.push({ erase: erase || pad.tool === "eraser", size: pad.size, points: [point] })
  paint(pad)
  changed(pad, false)
}

function go(pad, points) {
  const stroke = pad.strokes[pad.strokes.length - 1]
  const last = stroke.points[stroke.points.length - 1]
  stroke.points.push(...points.filter(([x, y], n) => n || Math.hypot(x - last[0], y - last[1]) >= 1))
  paint(pad)
  changed(pad, false)
}

function end(pad) {
  changed(pad, true)
}

// The marks that can be seen: those after the last Clear, from the last picture on.
function visible({ strokes }) {
  const cleared = strokes.findLastIndex((mark) => mark.clear)
  return strokes.slice(Math.max(cleared + 1, strokes.findLastIndex((mark) => mark.picture)))
}

function lay(pencil, picture) {
  const image = new ImageData(SENT, SENT), bytes = atob(picture)
  image.data.fill(255)
  for (let n = 0; n < bytes.length; n++) image.data[4 * n + 3] = bytes.charCodeAt(n)
  const small = Object.assign(document.createElement("canvas"), { width: SENT, height: SENT })
  small.getContext("2d").putImageData(image, 0, 0)
  pencil.globalCompositeOperation = "source-over"
  pencil.drawImage(small, 0, 0, SIZE, SIZE)
}

function paint(pad) {
  const { pencil } = pad, marks = visible(pad)
  pencil.clearRect(0, 0, SIZE, SIZE)
  pencil.lineCap = pencil.lineJoin = "round"
  pencil.strokeStyle = INK
  for (const { picture, erase, size, points } of marks) {
    if (picture) { lay(pencil, picture); continue }
    pencil.globalCompositeOperation = erase ? "destination-out" : "source-over"
    pencil.lineWidth = erase ? size * 1.4 : size
    pencil.beginPath()
    pencil.moveTo(points[0][0], points[0][1])
    if (points.length === 1) pencil.lineTo(points[0][0] + 0.01, points[0][1])
    for (let n = 1; n < points.length; n++) pencil.lineTo(points[n][0], points[n][1])
    pencil.stroke()
  }
  pad.root.querySelector(".hint").hidden = marks.length > 0
}

function ink(pad) {
  const small = (pad.small ??= Object.assign(document.createElement("canvas"), { width: SENT, height: SENT }))
  const context = small.getContext("2d", { willReadFrequently: true })
  context.clearRect(0, 0, SENT, SENT)
  context.drawImage(pad.canvas, 0, 0, SENT, SENT)
  const rgba = context.getImageData(0, 0, SENT, SENT).data
  let text = "", any = false
  for (let n = 3; n < rgba.length; n += 4) { text += String.fromCharCode(rgba[n]); any ||= rgba[n] > 0 }
  return any ? btoa(text) : null
}

function changed(pad, done) {
  pad.dirty = true
  pad.done = done
  send(pad)
}

function send(pad) {
  if (!pad.dirty) return
  const now = performance.now(), waiting = pad.acked < pad.seq && now - pad.sentAt < PATIENCE
  const wait = waiting ? PATIENCE - (now - pad.sentAt) : pad.sentAt + PAUSE - now
  clearTimeout(pad.timer)
  if (waiting || (wait > 0 && !pad.done)) { pad.timer = setTimeout(() => send(pad), Math.max(wait, 1)); return }
  pad.dirty = false
  pad.seq += 1
  pad.sentAt = now
  pad.report({ seq: pad.seq, done: pad.done, pixels: ink(pad), strokes: pad.done ? pad.strokes : null })
}

function bars(pad, { outputs, answer, words, blank }) {
  const list = pad.root.querySelector(".bars")
  if (!list.children.length) {
    list.innerHTML = Array.from({ length: 10 }, (_, n) => `<div><b>${n}</b><i><u></u></i><span></span></div>`).join("")
  }
  list.classList.toggle("blank", !outputs)
  Array.from(list.children).forEach((row, n) => {
    const value = outputs?.[n] ?? 0
    row.className = outputs && n === answer ? "answer" : ""
    row.title = words[n] === String(n) ? "" : words[n]
    row.querySelector("u").style.width = `${Math.min(100 * Math.max(value, 0), 100)}%`
    row.querySelector("span").textContent = outputs ? value.toFixed(3) : ""
  })
  list.setAttribute("aria-label", outputs ? `The network says ${words[answer]}, ${outputs[answer].toFixed(2)}` : blank)
  list.dataset.seq = pad.acked
  list.dataset.answer = outputs ? answer : ""
}

// What is read is said once the pen is up and the answer is to all that was drawn, and then once.
function say(pad, { said }) {
  const spoken = pad.root.querySelector(".spoken")
  if (pad.done && !pad.dirty && pad.acked >= pad.seq && spoken.textContent !== said) spoken.textContent = said
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".pad")
  if (!root || typeof data !== "object") return
  const fresh = !root.pad
  const pad = (root.pad ??= build(root))
  pad.report = (drawing) => setStateValue("drawing", drawing)
  if (fresh) {
    pad.seq = data.seq
    pad.strokes = data.strokes ?? []
    paint(pad)
  }
  if (data.reset !== pad.reset) {
    if (pad.reset !== undefined) { pad.strokes = data.strokes ?? []; paint(pad) }
    pad.reset = data.reset
  }
  pad.acked = Math.max(pad.acked, data.seq)
  bars(pad, data)
  say(pad, data)
  send(pad)
}
