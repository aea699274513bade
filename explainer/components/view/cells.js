// The matrices read cell by cell, without a mouse.

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

// The selected rows and columns as numbers: what is counted by the same things shares a table, which says what they are;
// its selected line is marked.
function tables(pane) {
  const numbers = ({ of, row, column, numbers }) => {
    if (numbers) return Array.from(numbers)
    const { z } = pane.stage.data.find((trace) => trace.name === of)
    return row === undefined ? Array.from(z, (line) => line[column]) : Array.from(z[row])
  }
  const strips = pane.strips.map((strip) => ({ ...strip, numbers: numbers(strip) }))
  return [...Map.groupBy(strips, ({ counts, numbers }) => `${counts} ${numbers.length}`).values()].map(counted)
}

function counted(strips) {
  const [{ counts, at, numbers }] = strips
  const made = table([["n", ...strips.map((strip) => strip.name)],
    ...numbers.map((_, n) => [n, ...strips.map((strip) => String(+Number(strip.numbers[n]).toPrecision(7)).replace("-", "−"))])])
  made.className = "numbers"
  made.prepend(element("caption", { textContent: `n is the ${counts}${at === null ? "" : `; ${at} is selected and marked`}` }))
  const line = made.rows[at + 1]
  if (at !== null && line) { line.className = "at"; line.setAttribute("aria-current", "true") }
  return made
}

function pickCell(view, s, { row, column }) {
  const [of, over] = s.meta.select ?? [], cell = {}
  if (of) cell[of] = row
  if (over) cell[over] = column
  if (Object.keys(cell).length) view.tell(cell)
}
