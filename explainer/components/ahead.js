// What lies ahead of the view: handed over to it.
export default function ({ data }) {
  const hand = () => {
    const view = document.querySelector(".view")
    if (view?.take && view.data) view.take(data, true)
    else setTimeout(hand, 50)
  }
  if (data instanceof Uint8Array) hand()
}
