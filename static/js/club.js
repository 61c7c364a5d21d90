/* The one script of the house. Every page works without it; it makes waiting, typing and staff work kinder.
   No inline code, no eval: the words it says stand as data-word-… on <body>. */
(() => {
  "use strict"
  const words = () => document.body.dataset
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector))
  const store = {
    get: (key) => { try { return JSON.parse(sessionStorage.getItem(key)) } catch { return null } },
    set: (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)) } catch { /* private mode: typing is simply not kept */ } },
    drop: (key) => { try { sessionStorage.removeItem(key) } catch { /* as above */ } },
    keys: (prefix) => { try { return Object.keys(sessionStorage).filter((key) => key.startsWith(prefix)) } catch { return [] } },
  }

  /* Toasts: what went wrong or was put back, with one thing to do about it. */
  function toast(text, label, act) {
    const box = document.getElementById("toasts")
    if (!box) return
    const line = document.createElement("div")
    line.append(Object.assign(document.createElement("span"), { textContent: text }))
    if (label) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: label })
      button.addEventListener("click", () => { line.remove(); act() })
      line.append(button)
    }
    box.replaceChildren(line)
    setTimeout(() => line.remove(), 12000)
  }

  /* A pressed button keeps its width and says that it works; a second press does nothing. */
  function busy(button) {
    if (!button || button.getAttribute("aria-busy") === "true") return
    const width = button.getBoundingClientRect().width
    button.clubBefore = Array.from(button.childNodes)
    button.setAttribute("aria-busy", "true")
    button.style.minWidth = `${width}px`
    const label = button.dataset.busyLabel
    if (label) button.replaceChildren(label)
  }
  function idle(button) {
    if (button.getAttribute("aria-busy") !== "true") return
    button.removeAttribute("aria-busy")
    button.style.minWidth = ""
    if (button.clubBefore) button.replaceChildren(...button.clubBefore)
  }
  document.addEventListener("submit", (event) => {
    const form = event.target
    if (form.method !== "post" || event.defaultPrevented) return
    if (form.dataset.sent) { event.preventDefault(); return }
    form.dataset.sent = "1"
    // After this turn, so that the pressed button's own name and value still travel with the form.
    const button = event.submitter
    setTimeout(() => busy(button), 0)
    setTimeout(() => wake(form.parentElement || document), 15000)
    if (form.hasAttribute("data-forget")) store.keys("keep:").forEach(store.drop)
    if (form.dataset.keep) store.set(`sent:${form.dataset.keep}`, 1)
  })
  function wake(root = document) {
    all("form[data-sent]", root).forEach((form) => delete form.dataset.sent)
    all('[aria-busy="true"]', root).forEach(idle)
  }
  // Coming back with the back button shows the page as it was left: wake what was sleeping.
  addEventListener("pageshow", (event) => { if (event.persisted) wake() })

  /* Copy buttons, shown only where copying works. */
  function copyButtons(root) {
    all("[data-copy]", root).forEach((button) => {
      if (!navigator.clipboard) return
      button.hidden = false
      button.addEventListener("click", async () => {
        try { await navigator.clipboard.writeText(button.dataset.copy) } catch { return }
        const before = button.textContent
        button.style.minWidth = `${button.getBoundingClientRect().width}px`
        button.textContent = button.dataset.copied
        setTimeout(() => { button.textContent = before }, 1600)
      })
    })
  }

  /* Keys for staff lists: an element with data-key is pressed by that key, J and K walk the list, O opens,
     / searches, ? says so. */
  const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
  function walk(step) {
    const items = all("[data-keys] [data-item]")
    if (!items.length) return false
    const here = items.findIndex((item) => item === document.activeElement)
    const from = here >= 0 ? here : items.findIndex((item) => item.getAttribute("aria-current"))
    items[Math.min(Math.max(from + step, 0), items.length - 1)].focus()
    return true
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || typing(event.target)) return
    const key = event.key.toLowerCase()
    const target = all("[data-key]").find((item) => item.dataset.key.toLowerCase() === key && item.getClientRects().length)
    if (target) {
      event.preventDefault()
      target.focus()
      target.click()
      if (target.tagName === "SUMMARY") target.parentElement.querySelector("textarea, select, input:not([type=hidden])")?.focus()
    } else if (key === "j" || key === "k") {
      if (walk(key === "j" ? 1 : -1)) event.preventDefault()
    } else if (key === "o" && document.activeElement?.matches("[data-keys] [data-item]")) {
      document.activeElement.click()
    } else if (key === "/") {
      const search = document.querySelector('[data-find] input[type="search"]')
      if (search) { event.preventDefault(); search.focus(); search.select() }
    } else if (key === "?") {
      const help = document.querySelector("details[data-keys-help]")
      if (help) { help.open = !help.open; help.querySelector("summary").focus() }
    }
  })

  /* Menus close by Escape and by a press elsewhere. */
  document.addEventListener("click", (event) => {
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false })
  })
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return
    all("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus() })
  })

  /* The unified social credit code while it is typed (GB 32100-2015). The server has the last word. */
  const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
  const normal = (text) => text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase()
  function codeState(code) {
    const odd = Array.from(code).find((char) => !ALPHABET.includes(char))
    if (odd) return ["bad", "alphabet", { char: odd }]
    if (code.length < 18) return ["", "short", { left: 18 - code.length }]
    if (code.length > 18) return ["bad", "long", { count: code.length }]
    let sum = 0
    for (let i = 0, weight = 1; i < 17; i++, weight = (weight * 3) % 31) sum += ALPHABET.indexOf(code[i]) * weight
    const right = ALPHABET[(31 - (sum % 31)) % 31] === code[17] && !/^0+$/.test(code)
    return right ? ["ok", "ok", {}] : ["bad", "check", {}]
  }
  function creditCode(input) {
    const out = input.closest(".field")?.querySelector("[data-credit-result]")
    if (!out) return
    const show = () => {
      const code = normal(input.value)
      const [state, word, values] = code ? codeState(code) : ["", "", {}]
      const text = (input.dataset[word] || "").replace(/\{(\w+)\}/g, (_, name) => values[name])
      out.dataset.state = state
      if (out.textContent !== text) out.textContent = text
    }
    input.addEventListener("input", (event) => { if (!event.isComposing) show() })
    input.addEventListener("change", () => { input.value = normal(input.value); show() })
    if (input.value && input.getAttribute("aria-invalid") !== "true") show()
  }

  /* What is typed into form[data-keep] outlives a reload, a lost connection, a sign-in page and an error page. It is
     dropped when the form was sent and answered, when a page says that it was saved (data-saved), when signing out,
     and with the tab. */
  function settle() {
    const unanswered = "failed" in words() || location.pathname.startsWith("/accounts/") || document.querySelector("[data-refused]")
    // An answer names the page it was sent from; somebody who types the address after a lost connection names none.
    const arrived = performance.getEntriesByType("navigation")[0]?.type === "navigate" && document.referrer
    for (const key of store.keys("sent:")) {
      store.drop(key)
      if (arrived && !unanswered) store.drop(key.replace("sent:", "keep:"))
    }
  }
  const keepable = (field) => field.name && !/^(hidden|password|file|submit|button)$/.test(field.type)
  const snapshot = (form) => Array.from(form.elements).filter(keepable).map((field) =>
    [field.name, field.type === "checkbox" || field.type === "radio" ? [field.value, field.checked] : field.type === "select-multiple" ? Array.from(field.selectedOptions, (o) => o.value) : field.value])
  function putBack(form, saved) {
    let changed = false
    for (const [name, value] of saved) {
      for (const field of Array.from(form.elements).filter((item) => item.name === name && keepable(item))) {
        if (field.type === "checkbox" || field.type === "radio") {
          if (field.value !== value[0] || field.checked === value[1]) continue
          field.checked = value[1]
        } else if (field.type === "select-multiple") {
          for (const option of field.options) option.selected = value.includes(option.value)
        } else {
          if (field.value === value) continue
          field.value = value
        }
        changed = true
        field.dispatchEvent(new Event("input", { bubbles: true }))
      }
    }
    return changed
  }
  function keep(form, saved) {
    const key = `keep:${form.dataset.keep}`
    if (saved) store.drop(key)
    const kept = store.get(key)
    // A page the server sent back with complaints already holds what was typed.
    if (kept && !form.querySelector('[aria-invalid="true"]')) {
      const before = snapshot(form)
      if (putBack(form, kept)) toast(words().wordKept, words().wordDiscard, () => { store.drop(key); putBack(form, before); store.drop(key) })
    }
    form.addEventListener("input", (event) => { if (event.isTrusted) store.set(key, snapshot(form)) })
    form.addEventListener("change", (event) => { if (event.isTrusted) store.set(key, snapshot(form)) })
  }

  /* htmx: a form that is on its way says so; a post that did not arrive says so and offers itself again. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt
    if (form.tagName !== "FORM" || event.detail.requestConfig.verb !== "post") return
    const button = event.detail.requestConfig.triggeringEvent?.submitter
    if (form.contains(button) && button.dataset.busyLabel) busy(button)
  })
  const retry = (event) => {
    const { elt, requestConfig } = event.detail
    wake(elt?.closest("form") || document)
    const again = () => {
      const source = elt.closest("form") || elt
      // A form that only asked for a look (figures, a preview) looks again; it must not be sent off by that.
      if (source.tagName === "FORM" && requestConfig.triggeringEvent?.type === "submit") source.requestSubmit()
      else window.htmx?.ajax(requestConfig.verb.toUpperCase(), requestConfig.path, { source, target: requestConfig.target, values: requestConfig.parameters })
    }
    toast(event.detail.xhr?.status ? words().wordFailed : words().wordOffline, words().wordAgain, again)
  }
  document.addEventListener("htmx:sendError", retry)
  document.addEventListener("htmx:timeout", retry)
  document.addEventListener("htmx:responseError", retry)
  document.addEventListener("htmx:beforeSwap", (event) => {
    // 422 carries a refusal in words: show it like any other answer.
    if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false }
  })
  document.addEventListener("htmx:afterRequest", (event) => wake(event.detail.elt?.closest?.("form")?.parentElement || document))
  document.addEventListener("htmx:load", (event) => ready(event.detail.elt))

  function ready(root) {
    copyButtons(root)
    all("[data-credit-code]", root).forEach(creditCode)
    if (root === document) settle()
    const saved = Boolean(document.querySelector("[data-saved]"))
    all("form[data-keep]", root).forEach((form) => keep(form, saved))
    // htmx tells of the whole page once more when it starts: by then somebody may be elsewhere in it.
    if (root !== document.body) (root.matches?.("[data-focus]") ? root : root.querySelector("[data-focus]"))?.focus()
    if (root === document) {
      document.querySelector(".ways [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" })
    }
  }
  ready(document)
})()
