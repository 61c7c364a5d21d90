/* The clock of a table: parts of the evening and everybody's turn. It counts by the time of day, so a locked screen or a
   reload loses nothing; it asks the network for nothing. */
(() => {
  "use strict"
  const box = document.querySelector("[data-turns]")
  const lists = Array.from(document.querySelectorAll("[data-list]"), (list) => Array.from(list.querySelectorAll("[data-seconds]")))
  if (!box || !lists.some((items) => items.length)) return
  const key = `turns:${box.dataset.turns}`
  const part = (name) => box.querySelector(`[data-${name}]`)
  const button = box.querySelector('[data-act="run"]')
  // `ends`: when a running turn is over (ms of the day's clock); `left`: what a paused one still has (s).
  let state = { list: lists.findIndex((items) => items.length), item: 0, left: null, ends: null, rung: false }
  try { state = Object.assign(state, JSON.parse(localStorage.getItem(key))) } catch { /* private mode: begin afresh */ }
  const keep = () => { try { localStorage.setItem(key, JSON.stringify(state)) } catch { /* as above */ } }
  const items = () => lists[state.list] || []
  const item = () => items()[state.item]
  if (!item()) state = { list: lists.findIndex((all) => all.length), item: 0, left: null, ends: null, rung: false }
  const left = () => state.ends ? Math.round((state.ends - Date.now()) / 1000) : state.left ?? Number(item().dataset.seconds)
  const words = (seconds) => {
    const size = Math.abs(seconds)
    return `${seconds < 0 ? "−" : ""}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`
  }
  let sound = null
  function ring() {
    navigator.vibrate?.([300, 150, 300])
    if (!sound) return
    const tone = sound.createOscillator()
    const volume = sound.createGain()
    volume.gain.value = 0.2
    tone.frequency.value = 880
    tone.connect(volume).connect(sound.destination)
    tone.start()
    tone.stop(sound.currentTime + 0.5)
  }
  function show() {
    const seconds = left()
    part("who").textContent = seconds <= 0 && state.ends ? `${item().dataset.label} · ${box.dataset.wordOver}` : item().dataset.label
    part("clock").textContent = words(seconds)
    part("clock").dataset.over = seconds <= 0 ? "1" : ""
    const next = items()[state.item + 1]
    part("next").textContent = next ? `${box.dataset.wordNext} ${next.dataset.label}` : box.dataset.wordEnd
    button.textContent = state.ends ? box.dataset.wordPause : state.left === null ? box.dataset.wordStart : box.dataset.wordGo
    lists.flat().forEach((line) => line.removeAttribute("aria-current"))
    item().setAttribute("aria-current", "step")
    if (state.ends && seconds <= 0 && !state.rung) { state.rung = true; keep(); ring() }
  }
  let lock = null
  async function awake() {
    try { lock = state.ends ? lock || await navigator.wakeLock?.request("screen") : (await lock?.release(), null) } catch { lock = null }
  }
  function go(list, index, running) {
    state = { list, item: index, left: null, ends: null, rung: false }
    if (running) state.ends = Date.now() + Number(item().dataset.seconds) * 1000
    keep(); show(); awake()
  }
  box.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act
    if (!act) return
    sound ||= window.AudioContext ? new AudioContext() : null
    if (act === "next" && items()[state.item + 1]) go(state.list, state.item + 1, Boolean(state.ends))
    else if (act === "back" && state.item) go(state.list, state.item - 1, Boolean(state.ends))
    else if (act === "run") {
      if (state.ends) { state.left = left(); state.ends = null } else { state.ends = Date.now() + left() * 1000; state.left = null }
      keep(); show(); awake()
    }
  })
  lists.forEach((all, list) => all.forEach((line, index) => {
    const pick = line.querySelector("[data-pick]")
    if (!pick) return
    pick.hidden = false
    pick.addEventListener("click", () => { go(list, index, false); box.scrollIntoView({ block: "start" }); button.focus() })
  }))
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { lock = null; awake(); show() } })
  box.hidden = false
  show()
  setInterval(show, 250)
})()
