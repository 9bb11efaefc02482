// Controls of the editor: a label, a control bound to one field of the data, and a place for what is wrong with it.
//
// Each control carries data-place, the field's place as the server's faults name it: "question.2.option.1.why".

let count = 0;

/** The place of a field of what stands at `place`; the quiz itself stands at "". */
const at = (place, field) => (place ? `${place}.${field}` : field);

/** Make an element with attributes and children; a handler is given as onclick and the like. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

/** A button that says in words what it does; `about` is read out as well, but not shown. */
export function button(text, onclick, { about = "", className = "plain small", ...more } = {}) {
  return make("button", { type: "button", class: className, onclick, ...more }, text, about ? make("span", { class: "unseen" }, ` ${about}`) : null);
}

function wrapped(label, control, place, help) {
  control.id = `e-${++count}`;
  control.dataset.place = place;
  const note = help ? make("span", { class: "help", id: `${control.id}-help` }, help) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  return make("div", { class: "field" }, make("label", { for: control.id }, label), note, control);
}

/** A text of one line that wraps (`lines` 0), of a plain line (1), or of several. */
export function text(label, data, field, place, changed, { lines = 0, help = "", ...more } = {}) {
  const control = lines === 1 ? make("input", { type: "text", autocomplete: "off", ...more }) : make("textarea", { rows: lines || 1, ...more });
  control.value = data[field] ?? "";
  control.addEventListener("input", () => {
    if (!lines && control.value.includes("\n")) control.value = control.value.replace(/\s*\n\s*/g, " ");
    data[field] = control.value;
    grow(control);
    changed();
  });
  requestAnimationFrame(() => grow(control));
  return wrapped(label, control, at(place, field), help);
}

function grow(control) {
  if (control.tagName !== "TEXTAREA" || !control.scrollHeight) return;
  control.style.height = "auto";
  control.style.height = `${control.scrollHeight + 4}px`;
}

/** A number with decimal comma; what is none is kept as typed, and the server says so. */
export function number(label, data, field, place, changed, { help = "", usual = "", ...more } = {}) {
  const control = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", class: "short", placeholder: usual, ...more });
  control.value = typeof data[field] === "number" ? String(data[field]).replace(".", ",") : (data[field] ?? "");
  control.addEventListener("input", () => {
    const typed = control.value.trim();
    const plain = typed.replace(",", ".");
    if (!typed) delete data[field];
    else data[field] = /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : typed;
    changed();
  });
  return wrapped(label, control, at(place, field), help);
}

/** A list to choose from; the first of `choices` is what counts when nothing is written. */
export function choice(label, data, field, place, changed, choices, { help = "" } = {}) {
  const control = make("select");
  for (const [value, shown] of choices) control.append(make("option", { value: JSON.stringify(value) }, shown));
  const now = JSON.stringify(data[field] ?? choices[0][0]);
  if (![...control.options].some((option) => option.value === now)) control.append(make("option", { value: now }, String(data[field])));
  control.value = now;
  control.addEventListener("change", () => {
    data[field] = JSON.parse(control.value);
    changed();
  });
  return wrapped(label, control, at(place, field), help);
}

/** A box to tick. */
export function tick(label, data, field, place, changed, usual = false) {
  const control = make("input", { type: "checkbox", "data-place": at(place, field) });
  control.checked = data[field] ?? usual;
  control.addEventListener("change", () => {
    data[field] = control.checked;
    changed();
  });
  return make("label", { class: "tick" }, control, make("span", {}, label));
}

/** Several short texts, one a line. */
export function lines(label, data, field, place, changed, help) {
  const held = { [field]: (data[field] ?? []).join("\n") };
  const take = () => {
    data[field] = held[field].split("\n").filter((line) => line.trim());
    changed();
  };
  return text(label, held, field, place, take, { lines: 2, help });
}

/** A moment, as the browser's own control gives it; what the file says of seconds and zone stays. */
export function moment(label, data, field, place, changed, { help = "" } = {}) {
  const control = make("input", { type: "datetime-local" });
  const written = String(data[field] ?? "");
  const shown = written.replace(" ", "T").slice(0, 16);
  control.value = shown;
  control.addEventListener("change", () => {
    if (!control.value) delete data[field];
    else data[field] = control.value === shown ? written : `${control.value}${written.slice(16) || ":00"}`;
    changed();
  });
  return wrapped(label, control, at(place, field), help);
}

/** A heading over a group of controls, which faults of the whole group stand under. */
export function group(title, place, ...children) {
  return make("div", { class: "group", role: "group", "aria-label": title, "data-place": place, tabindex: "-1" }, make("h4", {}, title), ...children);
}

/** Find the control of a place in the data, or the nearest thing around it. */
export function find(root, place) {
  for (let parts = place.map(String); parts.length; parts = parts.slice(0, -1)) {
    const found = root.querySelector(`[data-place="${CSS.escape(parts.join("."))}"]`);
    if (found) return found;
  }
  return null;
}

/** Name a control as it stands on the page: "Option 2, Why it is wrong". */
export function named(control) {
  const label = control?.labels?.[0]?.textContent ?? (control?.matches(".q") ? "" : control?.getAttribute("aria-label")) ?? "";
  const around = control?.parentElement?.closest(".entry")?.getAttribute("aria-label") ?? "";
  return [around, label].filter((name, index, all) => name && all.indexOf(name) === index).join(", ");
}

/** Say beside its control what is wrong; gives the control. */
export function showFault(root, place, said) {
  const found = find(root, place);
  return found && mark(found, said);
}

function mark(control, said) {
  const note = make("p", { class: "fault", id: `e-${++count}-fault` }, `⚠ ${said}`);
  control.setAttribute("aria-invalid", "true");
  const described = control.getAttribute("aria-describedby");
  control.setAttribute("aria-describedby", described ? `${described} ${note.id}` : note.id);
  (control.closest(".tick") ?? control).after(note);
  control.id ||= `e-${++count}`;
  return control;
}

/** Take every fault away. */
export function clearFaults(root) {
  for (const note of root.querySelectorAll(".fault")) note.remove();
  for (const control of root.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    const kept = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => !id.endsWith("-fault"));
    if (kept.join("")) control.setAttribute("aria-describedby", kept.join(" "));
    else control.removeAttribute("aria-describedby");
  }
}
