// Asks for plotly.js before anything is to be drawn: it comes while the page is still made.

const loading = (window.__plotlyOnce ??= { promise: null })

function plotly(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly)
  return loading.promise ??= new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = new URL(address, document.baseURI)
    script.onload = () => resolve(window.Plotly)
    script.onerror = () => { script.remove(); loading.promise = null; reject(new Error("plotly")) }
    document.head.append(script)
  })
}

export default function ({ data }) {
  plotly(data.address).catch(() => {})       // who draws asks again, and says so
}
