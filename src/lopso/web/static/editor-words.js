// The words of the editor in the reader's language: the page brings them, the ids are English.

const words = JSON.parse(document.getElementById("words").textContent);

/** Translate a message; `{name}` in it is filled from `values`. */
export function _(message, values = {}) {
  return (words[message] ?? message).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
