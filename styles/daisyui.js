// The form parts of daisyUI, and nothing else of it: no themes, no base, no Node (static/vendor/daisyui/README.md).
import { plugin } from "../static/vendor/daisyui/functions/plugin.js"
import { nestCssLayers } from "../static/vendor/daisyui/functions/nestCssLayers.js"
import { removeScrollLockSetters } from "../static/vendor/daisyui/functions/removeScrollLockSetters.js"
import button from "../static/vendor/daisyui/components/button/index.js"
import checkbox from "../static/vendor/daisyui/components/checkbox/index.js"
import fileinput from "../static/vendor/daisyui/components/fileinput/index.js"
import input from "../static/vendor/daisyui/components/input/index.js"
import radio from "../static/vendor/daisyui/components/radio/index.js"
import select from "../static/vendor/daisyui/components/select/index.js"
import textarea from "../static/vendor/daisyui/components/textarea/index.js"

export default plugin.withOptions(() => ({ addComponents }) => {
  const add = (styles) => addComponents(nestCssLayers(removeScrollLockSetters(styles)))
  for (const part of [button, checkbox, fileinput, input, radio, select, textarea]) part({ addComponents: add })
})
