/* The table plan: people move by dragging; the choice beside each name says the same, and works without this script. */
(() => {
  "use strict"
  const form = document.getElementById("seating")
  if (!form) return
  const listOf = (number) => form.querySelector(`[data-drop="${CSS.escape(number)}"]`)
  const select = (person) => person.querySelector("select")
  function count() {
    for (const list of form.querySelectorAll("[data-drop]")) {
      const label = form.querySelector(`[data-count="${CSS.escape(list.dataset.drop)}"]`)
      if (label) label.textContent = list.children.length
    }
  }
  function place(person) {
    const list = listOf(select(person).value)
    if (list && list !== person.parentElement) list.append(person)
    count()
  }
  form.addEventListener("change", (event) => {
    const person = event.target.closest("[data-person]")
    if (person && event.target.matches("select")) { place(person); event.target.focus() }
  })
  let dragged = null
  form.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-person]")
    if (!dragged || !select(dragged)) { dragged = null; return }
    event.dataTransfer.effectAllowed = "move"
    event.dataTransfer.setData("text/plain", "")
    dragged.classList.add("dragged")
  })
  form.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged")
    form.querySelectorAll(".drop-here").forEach((list) => list.classList.remove("drop-here"))
    dragged = null
  })
  const target = (event) => dragged && event.target.closest?.(".seating-table")?.querySelector("[data-drop]")
  form.addEventListener("dragover", (event) => {
    const list = target(event)
    if (!list) return
    event.preventDefault()
    form.querySelectorAll(".drop-here").forEach((other) => { if (other !== list) other.classList.remove("drop-here") })
    list.classList.add("drop-here")
  })
  form.addEventListener("drop", (event) => {
    const list = target(event)
    if (!list) return
    event.preventDefault()
    const choice = select(dragged)
    if (choice.value === list.dataset.drop) return
    choice.value = list.dataset.drop
    choice.dispatchEvent(new Event("change", { bubbles: true }))
  })
  // A page the browser restores brings its choices back, not its lists.
  form.querySelectorAll("[data-person]").forEach((person) => { if (select(person)) place(person) })
})()
