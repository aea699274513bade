// A card asks one thing before the result is seen: the result stays covered until the reader has chosen. → passes it.

const answers = (shelf.answers ??= new Map())      // of cards, by the walk and the step: which choice was taken

const askedOf = (view, pane) => `${view.data.walk}:${pane.step}`
const isOpen = (view, pane) => !!pane.card && !answers.has(askedOf(view, pane))

function card(view, made, pane) {
  const box = element("section", { className: "card" })
  box.setAttribute("aria-label", "Predict, then see")
  const fill = () => {
    const taken = answers.get(askedOf(view, pane))
    const question = element("p", { className: "question" }, element("b", { textContent: "Predict. " }), ...words(pane.card.question))
    box.replaceChildren(...taken === undefined ? [question, choiceList(pane.card, choose), element("p", { className: "hint", textContent: "Choose, and the result is uncovered. → passes." })]
        : [verdict(pane.card, taken)])
    cover(view, made)
  }
  const choose = (n) => { answers.set(askedOf(view, pane), n); fill(); box.querySelector(".verdict").focus() }
  made.choose = (n) => n < pane.card.choices.length && isOpen(view, pane) && choose(n)
  made.fillCard = fill
  fill()
  return box
}

function choiceList({ choices }, choose) {
  return element("ol", { className: "choices" }, ...choices.map((choice, n) => element("li", {},
    element("button", { type: "button", className: "toggle", onclick: () => choose(n) }, ...words(choice.text)))))
}

function verdict({ choices, sees }, taken) {
  const chosen = choices[taken], right = choices.find((choice) => choice.right)
  const said = chosen.right ? [element("b", { textContent: "Right: " }), ...words(chosen.text), ". "]
    : [element("b", { textContent: "Not " }), ...words(chosen.text), element("b", { textContent: ", but " }), ...words(right.text), ". "]
  const made = element("p", { className: `verdict ${chosen.right ? "right" : "wrong"}`, tabIndex: -1 }, ...said, ...words(chosen.why), " ", ...words(sees))
  made.setAttribute("role", "status")
  return made
}

// The result, and in Falk's scheme the corner that sums it up, lie under covers while the card is open.
function cover(view, made) {
  const open = isOpen(view, made.pane)
  made.classList.toggle("asking", open)
  made.classList.toggle("nameless", open && made.pane.card.hides === "shape")
  made.stage?.querySelectorAll(".cover").forEach((cover) => cover.remove())
  const gd = made.stage?.querySelector(".plot")
  if (!open || !gd?._fullLayout) return
  const named = subplots(gd).filter((s) => s.trace.name), result = named.find((s) => s.trace.name === made.pane.result) ?? named.at(-1)
  const over = ({ _offset: x, _length: w }, { _offset: y, _length: h }, text) => {
    const box = element("div", { className: "cover", textContent: text })
    box.style.cssText = `left:${x - 2}px;top:${y - 22}px;width:${w + 4}px;height:${h + 24}px`
    made.stage.append(box)
  }
  over(result.x, result.y, "?")
  if (made.pane.corner && named.length > 2) over(named[0].x, named[1].y, "")
}
