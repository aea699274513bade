// The map of the walk: forward above, backward beneath the same layer, then the updates; click to go there.
// → and ← go on and back from wherever the focus is, unless it is where the arrows have work of their own.

const IDLE = "[role=radio], input[type=checkbox], [role=combobox]:not([aria-expanded=true])"    // they swallow arrows

function keys(event) {
  const at = event.target
  if (!at.closest?.("[data-testid=stMain]") || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (event.key === "Enter" && at.matches("input[type=number]")) setTimeout(() => at.checkValidity() && at.blur())
  const button = { ArrowLeft: "back", ArrowRight: "next" }[event.key]
  if (!button || !at.matches(IDLE)) return      // from everywhere else Streamlit's own shortcuts do it
  event.preventDefault()
  event.stopImmediatePropagation()
  document.querySelector(`.st-key-${button} button`)?.click()
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".rail")
  if (!root || !data) return
  root.style.gridTemplateColumns = `auto repeat(${data.heads.length}, auto)`
  const heads = data.heads.map((text, column) => {
    const head = document.createElement("span")
    head.className = "layer"
    head.textContent = text
    head.style.gridArea = `1 / ${column + 2}`
    return head
  })
  const cells = data.rows.flatMap((row, r) => {
    const name = document.createElement("span")
    name.className = "phase"
    name.textContent = row.name
    name.style.gridArea = `${r + 2} / 1`
    return [name, ...row.groups.map((group) => {
      const box = document.createElement("div")
      box.style.gridArea = `${r + 2} / ${group.column + 2}`
      box.append(...group.steps.map((step) => {
        const button = document.createElement("button")
        button.type = "button"
        button.textContent = step.label
        button.title = step.title
        button.dataset.step = step.key
        button.className = `${step.state} ${row.phase}`
        if (step.state === "current") button.setAttribute("aria-current", "step")
        button.onclick = () => setTriggerValue("step", step.key)
        return button
      }))
      return box
    })]
  })
  root.replaceChildren(...heads, ...cells)
  const current = root.querySelector(".current")
  if (current && root.scrollWidth > root.clientWidth) root.scrollLeft = current.offsetLeft - root.clientWidth / 2
  addEventListener("keydown", keys, true)      // the same function once more is no second listener
  return () => removeEventListener("keydown", keys, true)
}
