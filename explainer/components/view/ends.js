// The two views that are no steps: the opening, with the batch and the network, and the closing, with one weight's chain.

function buildOpening(view, pane) {
  const figure = part("stage", "div", element("div", { className: "figures" }))
  const begin = element("button", { type: "button", className: "primary", textContent: "Begin →", onclick: () => view.turn(1) })
  const guided = toggle(view, "guide", "Guide: questions on the way", view.data.guide, "At some steps a question comes before the result; → passes it")
  const test = quizButton(view, "Test A, before the walk", pane.quiz)
  return [element("div", { className: "tells" }, element("h2", { textContent: pane.title, tabIndex: -1 }),
    element("p", {}, ...words(pane.lead[0]), " ", ...words(pane.loss)), network(pane), element("div", { className: "acts" }, begin, ...view.data.hides.includes("answers") ? [] : [guided], test),
    element("h3", { className: "later", textContent: "Why backwards" }), ...pane.lead.slice(1).map((runs) => element("p", {}, ...words(runs)))),
  element("figure", {}, figure, element("figcaption", { textContent: pane.caption }))]
}

// The network as its layers, each as high as it is wide in units, with the weights between them.
function network({ layers, weights }) {
  const drawn = part("network")
  layers.forEach((layer, n) => {
    if (n) drawn.append(element("span", { className: "between", textContent: weights[n - 1] }))
    const bar = element("i")
    bar.style.height = `${96 * layer.width}px`
    drawn.append(element("span", { className: "units" }, bar, element("b", { textContent: layer.units }), layer.name))
  })
  const arrows = element("div", { className: "arrows" }, element("span", { textContent: "forward: from the input to the loss →" }),
    element("span", { textContent: "← backward: slopes, from the loss to the first layer" }))
  return element("div", {}, drawn, arrows)
}

function buildClosing(view, pane) {
  const names = new Map([...view.map.querySelectorAll("[data-step]")].map((button) => [button.dataset.step, button]))
  const links = pane.links.map((link) => element("li", {},
    element("button", { type: "button", className: "toggle", textContent: names.get(link.step)?.textContent ?? link.step,
      title: names.get(link.step)?.dataset.title ?? "", onclick: () => { view.tell(link.select); view.go(link.step) } }),
    element("span", { className: "link" }, formula(link.symbol, false), ` = ${link.value}`), element("span", {}, ...words(link.text))))
  const open = pane.next.filter(({ page }) => page !== "one_batch" || !view.data.hides.includes("settings"))
  const next = open.map(({ title, page, changes }) => element("button", { type: "button", className: "toggle", textContent: title,
    onclick: () => view.tell(page === "one_batch" ? changes : { ...changes, page }) }))
  return [element("div", { className: "tells" }, element("h2", { textContent: pane.title, tabIndex: -1 }), element("p", {}, ...words(pane.loss)),
    element("ol", { className: "chain" }, ...links)),
  element("aside", { className: "acts" }, element("h3", { textContent: "What next" }), ...next, quizButton(view, "Test B, after the walk", pane.quiz))]
}

// Ten questions in a dialog; once all is given in, each wrong answer says why, and where to look again. Where answers are
// hidden, all must be answered, and none of them is named.
function quizButton(view, name, questions) {
  const show = () => {
    const list = element("ol", { className: "quiz" }, ...questions.map((question, n) => {
      const asked = element("p", { id: `question${n}` }, ...words(question.question))
      const group = element("div", { className: "asked" }, asked, ...question.choices.map((choice, c) =>
        element("label", {}, element("input", { type: "radio", name: `question${n}`, value: c }), " ", ...words(choice.text))))
      group.setAttribute("role", "radiogroup")
      group.setAttribute("aria-labelledby", asked.id)
      return element("li", {}, group)
    }))
    const count = element("span", { className: "count" }), result = element("p", { className: "verdict", tabIndex: -1 })
    const counted = () => {
      const answered = list.querySelectorAll("input:checked").length
      count.textContent = `${answered} of ${questions.length} answered `
      give.disabled = view.data.hides.includes("answers") && answered < questions.length
    }
    list.onchange = counted
    result.setAttribute("role", "status")
    const give = element("button", { type: "button", className: "primary", textContent: "Show the result", onclick: () => score(view, box, list, questions, result) })
    counted()
    const box = opened(view, name, list, count, give, result)
  }
  return element("button", { type: "button", className: "toggle", textContent: `${name} (${questions.length} questions)`, ariaHasPopup: "dialog", onclick: show })
}

function score(view, box, list, questions, result) {
  const named = !view.data.hides.includes("answers")
  let right = 0
  list.querySelectorAll(".asked").forEach((group, n) => {
    const question = questions[n], taken = group.querySelector("input:checked")?.value
    const chosen = question.choices[taken], good = question.choices.find((choice) => choice.right)
    right += chosen === good
    group.querySelector(".verdict")?.remove()
    group.querySelectorAll("label").forEach((label, c) => label.classList.toggle("good", named && question.choices[c].right))
    const again = element("button", { type: "button", className: "toggle", textContent: `Look again: ${question.title}`,
      onclick: () => { box.close(); view.go(question.step) } })
    group.append(element("p", { className: `verdict ${chosen === good ? "right" : "wrong"}` },
      element("b", { textContent: chosen === good ? "Right. " : chosen ? "No. " : "No answer. " }), ...named ? words((chosen ?? good).why) : [], " ", ...chosen === good ? [] : [again]))
  })
  result.textContent = `${right} of ${questions.length} right.`
  result.focus()
}
