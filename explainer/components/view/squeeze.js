// A matrix with more cells than pixels along an axis is drawn as averages over that axis, one a pixel, else most of its
// cells would be left out. The cells themselves lie unseen beneath, for the mouse, the keyboard and the selection.

const averages = new WeakMap()      // of an array's rows, by how many along x and y

// Split `cells` into `bins` of equal width; call add(bin, cell, share) with how much of each cell lies in each bin.
function overlaps(cells, bins, add) {
  const width = cells / bins
  for (let bin = 0; bin < bins; bin++) {
    const from = bin * width, to = from + width
    for (let cell = Math.floor(from); cell < Math.min(Math.ceil(to - 1e-9), cells); cell++) add(bin, cell, (Math.min(to, cell + 1) - Math.max(from, cell)) / width)
  }
}

function averaged(z, across, down) {
  const rows = z.length, columns = z[0].length, kept = averages.get(z) ?? new Map(), name = `${across} ${down}`
  averages.set(z, kept)
  if (kept.has(name)) return kept.get(name)
  let made = z
  if (down < rows) {
    made = Array.from({ length: down }, () => new Float32Array(columns))
    overlaps(rows, down, (bin, row, share) => { const from = z[row], to = made[bin]; for (let c = 0; c < columns; c++) to[c] += share * from[c] })
  }
  if (across < columns) {
    const wide = made
    made = wide.map(() => new Float32Array(across))
    overlaps(columns, across, (bin, column, share) => { for (let r = 0; r < made.length; r++) made[r][bin] += share * wide[r][column] })
  }
  kept.set(name, made)
  return made
}

// How many averages to draw along an axis that shows `seen` of its `cells` on `pixels`; all cells where they have room.
const bins = (cells, seen, pixels) => seen <= pixels ? cells : Math.max(1, Math.floor(cells * pixels / seen))

// The averages of a heatmap as a second one over it, or null where each cell has its pixel.
function squeezed(trace, x, y) {
  const rows = trace.z.length, columns = trace.z[0].length
  const across = bins(columns, x.seen, x.pixels), down = bins(rows, y.seen, y.pixels)
  if (across === columns && down === rows) return null
  const dx = columns / across, dy = rows / down
  return { z: averaged(trace.z, across, down), dx, dy, x0: dx / 2 - 0.5, y0: dy / 2 - 0.5 }
}

// The axis of a layout that is not drawn yet: how many pixels it has, and how many cells it shows on them.
function axisOf(layout, width, ref) {
  const { l, r, t, b } = layout.margin, room = ref[0] === "x" ? width - l - r : layout.height - t - b
  const { range: [from, to] = [0, 1], domain: [low, high] = [0, 1] } = layout[ref.replace(/^([xy])/, "$1axis")] ?? {}
  return { pixels: room * (high - low), seen: Math.abs(to - from) }
}

const squeezable = (trace) => trace.type === "heatmap" && trace.name && !trace.meta?.mosaic && !trace.meta?.small

// The figure with the averages it needs. What lies beneath them is empty while it is drawn: Plotly would colour each cell.
function withAverages(figure, width) {
  const axis = (trace, way) => axisOf(figure.layout, width, trace[`${way}axis`] ?? way)
  const over = figure.data.filter(squeezable).flatMap((trace) => {
    const found = squeezed(trace, axis(trace, "x"), axis(trace, "y"))
    if (!found) return []
    const { xaxis, yaxis, zmin, zmax, name } = trace
    return [{ type: "heatmap", ...found, xaxis, yaxis, zmin, zmax, autocolorscale: true, showscale: false, hoverinfo: "skip", meta: { quiet: true, averages: name } }]
  })
  const first = figure.data.findIndex((trace) => trace.type === "heatmap" && !trace.name)      // what is marked lies above
  const at = first < 0 ? figure.data.length : first
  const data = figure.data.map((trace) => over.some(({ meta }) => meta.averages === trace.name) ? { ...trace, z: empty(trace) } : trace)
  return { ...figure, data: [...data.slice(0, at), ...over, ...data.slice(at)] }
}

// Of all cells two are left, from which Plotly takes its colours.
const empty = ({ z, zmin, zmax }) => [[zmin, zmax], ...Array(z.length - 1).fill(Array(z[0].length))]

// Put the cells beneath their averages once these are drawn: pointing at them, one gets their numbers.
function fillBeneath(gd, figure) {
  gd.data.forEach((trace, n) => {
    const full = figure.data.find((other) => other.name && other.name === trace.name)
    if (!full || full.z === trace.z) return
    for (const holder of [trace, gd._fullData[n], gd.calcdata[n][0]]) holder.z = full.z
  })
}

// After a zoom: as many averages as fit now, or the cells themselves.
function resqueeze(Plotly, gd) {
  gd.data.forEach((over, n) => {
    if (!over.meta?.averages) return
    const trace = gd.data.find((other) => other.name === over.meta.averages)
    const axis = (way) => {
      const found = gd._fullLayout[(trace[`${way}axis`] ?? way).replace(/^([xy])/, "$1axis")]
      return { pixels: found._length, seen: Math.abs(found.range[1] - found.range[0]) }
    }
    const found = squeezed(trace, axis("x"), axis("y"))
    Plotly.restyle(gd, found ? { visible: true, ...found, z: [found.z] } : { visible: false }, [n])
  })
}
