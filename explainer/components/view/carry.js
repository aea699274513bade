// The matrix that the next step takes over moves to its new place, so that the eye can follow it.

const STILL = matchMedia("(prefers-reduced-motion: reduce)")

function places(pane) {
  const gd = pane.querySelector(".stage .plot")
  if (!gd?._fullLayout || pane.pane.kind || pane.classList.contains("asking")) return []
  const box = gd.getBoundingClientRect()
  return subplots(gd).filter((s) => s.trace.name).map((s) => ({ name: s.trace.name.replace("ᵀ", ""), gd, s,
    left: box.left + s.x._offset, top: box.top + s.y._offset, width: s.x._length, height: s.y._length }))
}

// Let what both panes show, first of all the result of the one that is left, fly over the new pane for a moment.
function carry(view, from, to) {
  view.flying?.remove()
  if (STILL.matches || !from || from.dataset.step === to.dataset.step) return
  const before = places(from), after = places(to)
  const shared = [...before].reverse().find((a) => after.some((b) => b.name === a.name))
  if (!shared) return
  const place = after.findLast((b) => b.name === shared.name)
  const painted = shared.gd.querySelectorAll(`.${shared.s.trace.xaxis ?? "x"}${shared.s.trace.yaxis ?? "y"} .heatmaplayer image`)
  const href = [...painted].at(-1)?.getAttribute("xlink:href") ?? [...painted].at(-1)?.getAttribute("href")
  if (!href || Math.hypot(place.left - shared.left, place.top - shared.top) < 8) return
  const picture = element("img", { className: "flying", src: href, alt: "" })
  picture.style.cssText = `left:${place.left}px;top:${place.top}px;width:${place.width}px;height:${place.height}px`
  view.append(picture)
  view.flying = picture
  const start = `translate(${shared.left - place.left}px, ${shared.top - place.top}px) scale(${shared.width / place.width}, ${shared.height / place.height})`
  picture.animate([{ transform: start, opacity: 0.9 }, { transform: "none", opacity: 0.4 }], { duration: 250, easing: "ease-out" })
    .finished.catch(() => {}).then(() => picture.remove())
}
