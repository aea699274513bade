// By hand: the results of a worked example are covered, the reader types them, and each is judged.

// Above the map's foot: what is covered, and other numbers.
function toyWays(view) {
  const { levels, level, seed } = view.data.toy, { hides } = view.data
  const select = element("select", { name: "hand", onchange: () => view.tell({ hand: select.value }) },
    ...levels.map((name) => element("option", { value: name, textContent: name, selected: name === level })))
  const other = element("button", { type: "button", className: "toggle", textContent: "New numbers", title: "Other inputs, weights and targets, drawn from a seed",
    onclick: () => view.tell({ numbers: seed + 1 }) })
  const own = element("button", { type: "button", className: "toggle", textContent: "Change numbers", onclick: () => changeNumbers(view) })
  const back = element("button", { type: "button", className: "toggle", textContent: "The source’s", title: "Back to the numbers of the source", onclick: () => view.tell({ numbers: 0 }) })
  return [...hides.includes("answers") ? [] : [element("label", { className: "hand" }, "By hand: cover ", select)],
    ...hides.includes("settings") ? [] : [other, ...seed ? [back] : [], own]]
}

function grid(rows, columns, cell) {
  const made = element("div", { className: "numbers" })
  made.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 104px))`
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) made.append(cell(row, column))
  return made
}

function changeNumbers(view) {
  const fields = Object.entries(view.data.toy.numbers).map(([name, array]) => element("fieldset", {}, element("legend", { textContent: name }),
    grid(array.length, array[0].length, (row, column) => {
      const input = element("input", { type: "text", inputMode: "decimal", value: +Number(array[row][column]).toPrecision(9),
        onchange: () => view.tell({ [`edit:${name}:${row}:${column}`]: input.value }) })
      input.setAttribute("aria-label", `${name}[${row}, ${column}]`)
      return input
    })))
  opened(view, "The numbers of this example", element("p", { textContent: "Type other numbers; the walk takes them at once." }), ...fields)
}

// The cells to fill in, each with its mark, and what is to be said of the last one.
function handPanel(view, pane) {
  const { cells, left } = pane.hand
  const of = (name) => cells.filter((cell) => cell.name === name)
  const input = (cell) => {
    const field = element("input", { type: "text", inputMode: "decimal", name: `typed:${pane.step}:${cell.name}:${cell.row}:${cell.column}`, value: cell.text,
      className: cell.right === true ? "right" : cell.right === false ? "wrong" : "", autocomplete: "off" })
    field.onchange = () => { view.judged = field.name; view.tell({ [field.name]: field.value }) }
    field.onkeydown = (event) => { if (event.key === "Enter") field.blur() }
    return element("label", {}, element("span", { textContent: `${cell.label}${cell.right === true ? " ✓" : cell.right === false ? " ✗" : ""}` }), field)
  }
  const groups = [...new Set(cells.map((cell) => cell.name))].map((name) => {
    const all = of(name), columns = Math.max(...all.map((cell) => cell.column)) + 1
    return grid(Math.max(...all.map((cell) => cell.row)) + 1, columns, (row, column) => input(all[row * columns + column]))
  })
  const last = cells.find((cell) => view.judged === `typed:${pane.step}:${cell.name}:${cell.row}:${cell.column}`) ?? cells.find((cell) => cell.said.length)
  const said = element("p", { className: "verdict" }, ...last?.said.length ? words(last.said) : [left ? "Work it out, type at least three digits, and press Enter." : ""])
  said.setAttribute("role", "status")
  return element("section", { className: "card by-hand" }, element("p", { className: "question" }, element("b", { textContent: "By hand. " }),
    left ? `${left} of ${cells.length} to go.` : "All right: the arithmetic is below.",
    ...left && pane.hand.given ? [element("br"), `You need also ${pane.hand.given}.`] : []), ...groups, said)
}

// What is not right yet stays covered, cell by cell.
function coverCells(made) {
  made.stage.querySelectorAll(".cover").forEach((cover) => cover.remove())
  const { hand } = made.pane, gd = made.stage.querySelector(".plot")
  made.classList.toggle("working", !!hand.left)
  if (!gd?._fullLayout) return
  for (const { matrix, row, column, right } of hand.cells) {
    const s = subplots(gd).find((s) => s.trace.name === matrix)
    if (!s || right === true) continue
    const [left, top, width, height] = framed(s, column, row, 1)
    const box = element("div", { className: "cover", textContent: "?" })
    box.style.cssText = `left:${left}px;top:${top}px;width:${width}px;height:${height}px;font-size:${Math.min(26, height * 0.6)}px`
    made.stage.append(box)
  }
}
