// Filling the pieces of a session's pages: sentences with places, bars, ranks. Texts of people are only ever text.

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Write each sentence of `data-text` with its places filled; one of which a value is missing is not shown. */
export function fill(root, values) {
  for (const node of root.querySelectorAll("[data-text]:not([data-part])")) {
    const names = [...node.dataset.text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
    node.hidden = names.some((name) => values[name] == null);
    if (!node.hidden) node.textContent = node.dataset.text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }
}

/** Put lines of HTML, which the server has cleaned, into the list of a part; without lines it is not shown. */
export function put(part, lines) {
  part.hidden = !lines?.length;
  part.querySelector("ul").replaceChildren(
    ...(lines ?? []).map((html) => {
      const line = make("li");
      line.innerHTML = html;
      return line;
    }),
  );
}

/** Show how many chose what; labels are the server's HTML. */
export function putBars(part, bars) {
  part.hidden = !bars?.length;
  const list = part.querySelector("ul");
  const all = Math.max(1, ...[(bars ?? []).reduce((sum, bar) => sum + bar.count, 0)]);
  list.replaceChildren(
    ...(bars ?? []).map((bar) => {
      const label = make("span", { class: "bar-label" });
      label.innerHTML = bar.label;
      if (bar.id === "right") label.prepend("✓ ");
      else if (bar.right) label.append(" ", make("strong", {}, `✓ ${list.dataset.right}`));
      const length = make("progress", { max: all, value: bar.count, "aria-hidden": "true" });
      return make("li", { "data-right": bar.right ? "" : null }, label, length, make("span", { class: "bar-count" }, bar.count));
    }),
  );
}

/** Show places, names and points. */
export function putRanks(list, rows) {
  if (!list) return;
  list.replaceChildren(
    ...(rows ?? []).map((row) => {
      const name = make("span", { class: "who-name" }, row.nickname ?? row.team ?? "");
      if (row.me && list.dataset.me) name.append(" ", make("strong", {}, `(${list.dataset.me})`));
      const place = make("span", { class: "place-no" }, `${row.place}.`);
      return make("li", { "aria-current": row.me ? "true" : null }, place, name, make("span", {}, row.score));
    }),
  );
}
