// The small parts of a page: elements, formulas, words, code and tables, from plain data.

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

function words(runs, view) {
  const kinds = { text: (t) => t, formula: (t) => formula(t, false), code: (t) => element("code", { textContent: t }),
    term: ([t, key]) => term(key, t), symbol: ([t, key]) => term(key, formula(t, false)), bold: (t) => element("b", { textContent: t }),
    link: ([t, to]) => element("a", { textContent: t, href: to, target: "_blank", rel: "noopener" }),
    go: ([t, changes]) => element("button", { type: "button", className: "toggle", textContent: t, onclick: () => view.tell(changes) }) }
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

// Paragraphs, formulas and tables one below the other.
function prose(blocks, view) {
  const cells = (line, tag) => element("tr", {}, ...line.map((cell) => element(tag, {}, ...words(cell))))
  const kinds = { paragraph: (runs) => element("p", {}, ...words(runs, view)), small: (runs) => element("p", { className: "small" }, ...words(runs)),
    formula: (latex) => element("div", { className: "display" }, formula(latex, true)),
    table: ([head, ...lines]) => element("table", {}, cells(head, "th"), ...lines.map((line) => cells(line, "td"))) }
  return blocks.map(([kind, content]) => kinds[kind](content))
}

// A box over the page; Escape, its cross and a click beside it close it, and the focus goes back to where it was.
function opened(root, title, ...content) {
  const close = element("button", { type: "button", className: "close", textContent: "✕", onclick: () => box.close() })
  close.setAttribute("aria-label", "Close")
  const box = element("dialog", { onclose: () => box.remove(), onclick: (event) => { if (event.target === box) box.close() } },
    element("div", {}, element("header", {}, element("h2", { textContent: title }), close), ...content))
  box.setAttribute("aria-label", title)
  root.append(box)
  box.showModal()
  return box
}
