// What this tab of the browser had, in a few words: they outlive a reload and the server, so what is lost can be named.
const STORE = "backpropagation-explainer"

export default function ({ data, setTriggerValue }) {
  const had = sessionStorage.getItem(STORE)
  if (data.has !== null) sessionStorage.setItem(STORE, data.has)
  else if (had) {
    sessionStorage.removeItem(STORE)
    setTriggerValue("lost", had)
  }
}
