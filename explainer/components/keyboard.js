// What a page does for the keyboard: arrow keys choose, what is chosen comes onto the screen, and no focus is lost.

// In a group of choices the arrow keys choose, as among all radio buttons; Streamlit lets them move the focus only.
function choose(event) {
  const at = event.target.closest?.("[role=radiogroup] [role=radio]")
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key]
  if (!at || !step || event.altKey || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  event.stopImmediatePropagation()
  const all = [...at.closest("[role=radiogroup]").querySelectorAll("[role=radio]")]
  const next = all[(all.indexOf(at) + step + all.length) % all.length]
  next.focus()
  next.click()
}

// What is chosen to be looked at stands below the choice: the page goes there.
function uncover(event) {
  const group = event.target.closest?.(".st-key-ui_panel")
  if (!group || !event.target.closest("[role=radio]")) return
  group.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" })
}

// Where a button is gone, or cannot be used for a while, what stands nearest has the focus until then.
const HELD = ".st-key-buttons, .st-key-panel"
const held = { way: [], guest: null, moving: false }        // way: what had the focus, and all that is around it
const usable = (element) => element?.isConnected && !element.disabled
const watcher = new MutationObserver(() => setTimeout(restore))     // not between one that loses the focus and one that gets it

function hold({ target }) {
  if (held.moving) return
  const main = target.closest?.(HELD)?.closest("[data-testid=stMain]")
  held.way = []
  for (let e = target; main && e !== main; e = e.parentElement) held.way.push(e)
  watcher.disconnect()
  if (main) watcher.observe(main, { childList: true, subtree: true, attributeFilter: ["disabled"] })
}

function release({ target }) {
  if (!target.closest?.(HELD)) held.way = []      // the reader has gone elsewhere
}

function restore() {
  const here = document.activeElement, [home] = held.way
  if (!home || ![document.body, held.guest, home].includes(here)) return
  const near = (e) => [...e.querySelectorAll("button:enabled, input:enabled")].find((b) => b.checkVisibility({ visibilityProperty: true }))
  const next = usable(home) ? home : held.way.filter((e) => e.isConnected).map(near).find(Boolean)
  if (!next || next === here) return
  held.moving = true
  next.focus()
  held.moving = false
  held.guest = next
}

export default function () {
  const listeners = [["keydown", choose], ["click", uncover], ["focusin", hold], ["pointerdown", release]]
  for (const [event, listener] of listeners) addEventListener(event, listener, true)
  return () => listeners.forEach(([event, listener]) => removeEventListener(event, listener, true))
}
