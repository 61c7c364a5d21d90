/* The scanner at the door. Every scan is kept here first, with its time, and sent afterwards: a bad network or a reload
   loses nothing, and what is sent twice counts once. Codes are read by the browser itself where it can, else by
   static/vendor/qr. */
import { decodeQR } from "../vendor/qr/decode.js"

const box = document.getElementById("scanner")
const form = document.getElementById("scan-form")
if (box) start()

export function decode(image) {
  try { return decodeQR(image) } catch { return "" }
}

/* What a code says: the ticket's text, whoever's event it is for, and the signup; "" where it is none of ours. */
export function ticketOf(text) {
  let token = text.trim()
  try { token = new URL(token, location.href).searchParams.get("token") || token } catch { /* plain text */ }
  const [body, signature] = token.split("~")
  const [event, signup] = body.split(".")
  return signature && signup ? { token, event, signup } : null
}

function start() {
  const part = (name) => box.querySelector(`[data-${name}]`)
  const words = box.dataset
  const key = `scans:${words.event}`
  const names = JSON.parse(document.getElementById("scanner-names").textContent)
  const seen = new Map()
  let stream = null
  let sending = false
  let sound = null

  /* Kept scans: [{ token, at, name, id }], oldest first. */
  let kept = []
  const read = () => { try { return JSON.parse(localStorage.getItem(key)) || [] } catch { return kept } }
  function write(list) {
    kept = list
    try { localStorage.setItem(key, JSON.stringify(list)) } catch { note(words.wordFull) }
    const n = list.length
    part("queue").textContent = n ? words.wordWaiting.replace("{n}", n) : part("log").hidden ? "" : words.wordSent
    part("send").hidden = !n
  }

  function note(text) {
    part("note").textContent = text
    part("note").hidden = !text
  }

  function tell(tone, title, text) {
    const line = part("result")
    line.dataset.tone = tone
    line.textContent = [title, text].filter(Boolean).join(" · ")
    beep(tone)
    if (tone === "wait") return
    const row = document.createElement("li")
    row.className = "row-line"
    row.append(Object.assign(document.createElement("span"), { className: "row-main", textContent: line.textContent }))
    part("log").hidden = false
    part("log").prepend(row)
    while (part("log").children.length > 20) part("log").lastElementChild.remove()
  }

  function beep(tone) {
    navigator.vibrate?.(tone === "refused" ? [200, 100, 200] : 80)
    if (!sound) return
    const notes = { done: [1046], already: [660], refused: [220, 196], wait: [880] }[tone] || []
    notes.forEach((pitch, n) => {
      const source = sound.createOscillator()
      const volume = sound.createGain()
      volume.gain.value = 0.15
      source.frequency.value = pitch
      source.connect(volume).connect(sound.destination)
      source.start(sound.currentTime + n * 0.25)
      source.stop(sound.currentTime + n * 0.25 + 0.2)
    })
  }

  /* One code, from the camera, a hand scanner or typed. */
  function take(text, typed) {
    const ticket = ticketOf(text)
    const code = text.replace(/\s/g, "").toLowerCase()
    const bare = typed && /^[a-z0-9]{12}$/.test(code)
    const at = Date.now()
    const token = ticket ? ticket.token : bare ? code : ""
    const last = seen.get(token || text)
    seen.set(token || text, at)
    if (last && at - last < 4000) return
    if (!token) { tell("refused", "", words.wordNoticket); return }
    if (ticket && ticket.event !== words.event) { tell("refused", "", words.wordOther); return }
    if (read().some((scan) => scan.token === token)) { tell("already", names[ticket ? ticket.signup : code], words.wordTwice); return }
    const name = names[ticket ? ticket.signup : code] || ""
    write([...read(), { token, at, name, id: `${at}-${Math.random().toString(36).slice(2)}` }])
    tell("wait", name, navigator.onLine ? words.wordSending : words.wordSaved)
    send()
  }

  async function send() {
    if (sending) return
    sending = true
    try {
      for (let scan = read()[0]; scan; scan = read()[0]) {
        const answer = await post(scan)
        if (!answer) break
        write(read().filter((other) => other.id !== scan.id))
        tell(answer.result, answer.name, answer.words)
      }
    } finally {
      sending = false
      write(read())
    }
  }

  /* The answer, or nothing when the scan has to wait: no network, signed out, or an error of ours. */
  async function post(scan) {
    const body = new URLSearchParams({ token: scan.token, scanned: scan.at })
    const headers = { ...JSON.parse(document.body.getAttribute("hx-headers") || "{}"), Accept: "application/json" }
    try {
      const stop = AbortSignal.timeout ? AbortSignal.timeout(15000) : undefined
      const answer = await fetch(words.url, { method: "POST", body, headers, redirect: "manual", signal: stop })
      if (answer.ok) { note(""); return await answer.json() }
      if (answer.type === "opaqueredirect" || answer.status === 403) note(words.wordSignin)
    } catch { /* no network: it waits */ }
    if (part("result").dataset.tone === "wait") part("result").textContent = [read().at(-1)?.name, words.wordSaved].filter(Boolean).join(" · ")
    return null
  }

  async function open() {
    if (!window.isSecureContext) { note(words.wordInsecure); return }
    if (!navigator.mediaDevices?.getUserMedia) { note(words.wordNocamera); return }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false })
    } catch (error) {
      note(error.name === "NotAllowedError" ? words.wordDenied : words.wordNocamera)
      return
    }
    note("")
    const video = part("video")
    video.srcObject = stream
    video.hidden = false
    await video.play()
    part("camera").textContent = words.wordStop
    look(video)
  }

  function close() {
    stream?.getTracks().forEach((track) => track.stop())
    stream = null
    part("video").hidden = true
    part("camera").textContent = words.wordStart
  }

  async function look(video) {
    let native = null
    try { native = window.BarcodeDetector && (await BarcodeDetector.getSupportedFormats()).includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null } catch { native = null }
    const canvas = document.createElement("canvas")
    const pen = canvas.getContext("2d", { willReadFrequently: true })
    while (stream) {
      if (video.videoWidth && !document.hidden) {
        let text = ""
        if (native) {
          try { text = (await native.detect(video))[0]?.rawValue || "" } catch { native = null }
        } else {
          const scale = Math.min(1, 640 / Math.max(video.videoWidth, video.videoHeight))
          canvas.width = Math.round(video.videoWidth * scale)
          canvas.height = Math.round(video.videoHeight * scale)
          pen.drawImage(video, 0, 0, canvas.width, canvas.height)
          text = decode(pen.getImageData(0, 0, canvas.width, canvas.height))
        }
        if (text) take(text, false)
      }
      await new Promise((go) => setTimeout(go, 120))
    }
  }

  part("camera").addEventListener("click", () => {
    sound ||= window.AudioContext ? new AudioContext() : null
    if (stream) close()
    else open()
  })
  part("send").addEventListener("click", send)
  form?.addEventListener("submit", (event) => {
    const field = form.querySelector("[name=token]")
    if (!field.value.trim()) return
    event.preventDefault()
    take(field.value, true)
    field.value = ""
    field.focus()
  })
  addEventListener("online", send)
  addEventListener("storage", (event) => { if (event.key === key) write(read()) })
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send() })
  setInterval(send, 15000)
  part("camera").textContent = words.wordStart
  if (!window.isSecureContext) note(words.wordInsecure)
  box.hidden = false
  write(read())
  send()
}
