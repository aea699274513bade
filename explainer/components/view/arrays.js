// What Python sent, with each array under the name of its content, so that none travels twice.

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
