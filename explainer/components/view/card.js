// A card asks one thing before the result is seen: the result stays covered until the reader has chosen. → passes it.

const answers = (shelf.answers ??= new Map())      // of cards, by the network and the step: [the question, which choice was taken]

const askedOf = (view, pane) => `${view.data.net}:${pane.step}`
const isOpen = (view, pane) => !!pane.card && !answers.has(askedOf(view, pane))

function card(view, made, pane) {
  const box = element("section", { className: "card" }), asked = JSON.stringify(pane.card.question)
  box.setAttribute("aria-label", "Predict, then see")
  const fill = () => {
    const [before, taken] = answers.get(askedOf(view, pane)) ?? []
    box.hidden = before !== undefined && before !== asked       // another batch or α: once is enough
    made.classList.toggle("carded", !box.hidden)
    const question = element("p", { className: "question" }, element("b", { textContent: "Predict. " }), ...words(pane.card.question))
    box.replaceChildren(...taken === undefined ? [question, choiceList(pane.card, choose), element("p", { className: "hint", textContent: "Choose, by click or with the keys 1 to 4, and the result is uncovered; → skips the question." })]
        : box.hidden ? [] : [verdict(view, pane.card, taken)])
    cover(view, made)
  }
  const choose = (n) => {
    answers.set(askedOf(view, pane), [asked, n])
    fill()
    box.querySelector(".verdict").focus()
    paint(view, made)       // what was covered has a size only now
  }
  made.choose = (n) => n < pane.card.choices.length && isOpen(view, pane) && choose(n)
  made.fillCard = fill
  fill()
  return box
}

function choiceList({ choices }, choose) {
  return element("ol", { className: "choices" }, ...choices.map((choice, n) => element("li", {},
    element("button", { type: "button", className: "toggle", onclick: () => choose(n) }, ...words(choice.text)))))
}

function verdict(view, { choices, sees, cell }, taken) {
  const chosen = choices[taken], right = choices.find((choice) => choice.right)
  const show = cell ? [" ", element("button", { type: "button", className: "toggle", textContent: "Show this cell", onclick: () => view.tell(cell) })] : []
  const said = chosen.right ? [element("b", { textContent: "Right: " }), ...words(chosen.text), element("br")]
    : [element("b", { textContent: "Your answer: " }), ...words(chosen.text), element("br"), element("b", { textContent: "Right: " }), ...words(right.text), element("br")]
  const made = element("p", { className: `verdict ${chosen.right ? "right" : "wrong"}`, tabIndex: -1 }, ...said, ...words(chosen.why), " ", ...words(sees), ...show)
  made.setAttribute("role", "status")
  return made
}

// The result, and in Falk's scheme the corner that sums it up, lie under covers while the card is open.
function cover(view, made) {
  const open = isOpen(view, made.pane)
  made.classList.toggle("asking", open)
  made.classList.toggle("nameless", open && ["shape", "sign"].includes(made.pane.card.hides))     // the equation would tell
  made.stage?.querySelectorAll(".cover").forEach((cover) => cover.remove())
  const gd = made.stage?.querySelector(".plot")
  if (!open || !gd?._fullLayout) return
  const named = subplots(gd).filter((s) => s.trace.name), result = named.find((s) => s.trace.name === made.pane.result) ?? named.at(-1)
  const top = (view.hasAttribute("data-present") ? 1.4 : 1) * (named.length > 3 ? 18 : 22)      // its title; above it a bias may lie
  const over = ({ _offset: x, _length: w }, { _offset: y, _length: h }, text) => {
    const box = element("div", { className: text ? "cover" : "cover plain", textContent: text })
    const wide = text ? made.stage.clientWidth - x : w + 4      // with its title, which may be wider
    box.style.cssText = `left:${x - 2}px;top:${y - top}px;width:${wide}px;height:${h + top + 2}px`
    made.stage.append(box)
  }
  over(result.x, result.y, "?")
  if (made.pane.corner && named.length > 2) over(named[0].x, named[1].y, "")
}
