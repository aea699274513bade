// What a symbol or a term means: on hover and focus beside it, on a click with what others call it.

// The button that stands for a word or a symbol of the glossary.
function term(key, ...content) {
  const made = element("button", { type: "button", className: "term" }, ...content)
  made.dataset.term = key
  made.setAttribute("aria-haspopup", "dialog")
  if (content.some((part) => part.nodeType)) made.setAttribute("aria-label", `${GLOSSARY[key].title}: what it means`)
  return made
}

function entry(key) {
  const { symbol, title, says, elsewhere } = GLOSSARY[key]
  const head = element("h3", {}, ...symbol ? [formula(symbol, false), "  "] : [], title)
  const names = elsewhere.map(([who, what]) => element("li", {}, element("b", { textContent: `${who}: ` }), ...words(what)))
  return element("section", { className: "entry" }, head, element("p", {}, ...words(says)), ...names.length ? [element("ul", {}, ...names)] : [])
}

const glossary = (view, title, keys) => opened(view, title, ...keys.map(entry))

// One tip, beside what is pointed at or has the focus.
function tips(view) {
  const tip = element("div", { className: "tip", hidden: true })
  tip.setAttribute("role", "tooltip")
  view.append(tip)
  const show = (event) => {
    const at = event.target.closest?.(".term")
    if (!at || at.closest("dialog")) { tip.hidden = true; return }
    tip.replaceChildren(element("p", {}, ...words(GLOSSARY[at.dataset.term].says)))
    tip.hidden = false
    const box = at.getBoundingClientRect()
    tip.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 340))}px`
    tip.style.top = box.bottom + tip.offsetHeight + 8 < innerHeight ? `${box.bottom + 6}px` : `${box.top - tip.offsetHeight - 6}px`
  }
  for (const kind of ["mouseover", "focusin"]) view.addEventListener(kind, show)
  for (const kind of ["mouseleave", "focusout"]) view.addEventListener(kind, () => { tip.hidden = true })
  view.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true })
  view.addEventListener("click", (event) => {
    const at = event.target.closest?.(".term")
    if (!at) return
    tip.hidden = true
    glossary(view, GLOSSARY[at.dataset.term].title, [at.dataset.term])
  })
}
