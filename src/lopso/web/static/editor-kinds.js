// What a question of each kind begins with, and the form that edits it. Ids come from the server and are never shown.

import { button, choice, group, lines, make, number, text, tick } from "./editor-fields.js";
import { _ } from "./editor-words.js";

/** The kinds in the order in which they are offered: name, and in a few words what it is for. */
export const KINDS = {
  single_choice: [_("One right answer"), _("Choose one of several options")],
  multiple_choice: [_("Several right answers"), _("Tick every right option")],
  true_false: [_("True or false"), _("One statement, or four as in the national examination")],
  short_text: [_("Short text"), _("Type a word or a few")],
  short_answer: [_("Short number"), _("A number of at most four characters, as in the national examination")],
  number: [_("Number with tolerance and unit"), _("Type a number, with a unit if wanted")],
  matching: [_("Matching"), _("Pair left and right")],
  ordering: [_("Ordering"), _("Put things into the right order")],
  gaps: [_("Gaps"), _("A text with several gaps")],
  writing: [_("Writing"), _("A marker gives points by criteria")],
  poll: [_("Poll"), _("Not marked")],
  info: [_("Information"), _("Text, a picture or a sound between questions")],
};

/** The field of a question that holds its parts, for new ids when a question is copied. */
const PARTS = ["option", "statement", "item", "left", "right", "criterion", "gap"];

/** Begin a question of a kind; `id` gives a fresh id. */
export function begin(kind, id) {
  const some = (n, more = {}) => Array.from({ length: n }, () => ({ id: id(), text: "", ...more }));
  const question = { id: id(), kind, prompt: "" };
  if (kind === "single_choice" || kind === "multiple_choice") question.option = some(4, { why: "" });
  else if (kind === "true_false") question.statement = some(4, { right: "", why: "" });
  else if (kind === "short_text") Object.assign(question, { accept: [], example_wrong: "" });
  else if (kind === "ordering") question.item = some(4);
  else if (kind === "matching") {
    question.right = some(3);
    question.left = question.right.map((right) => ({ id: id(), text: "", match: right.id }));
  } else if (kind === "gaps") Object.assign(question, { text: "", gap: [] });
  else if (kind === "writing") Object.assign(question, { points: 4, criterion: some(2, { points: 2 }) });
  else if (kind === "poll") question.option = some(3);
  return question;
}

/** Copy a question with ids of its own, inside it as well. */
export function copied(question, id) {
  const made = structuredClone(question);
  const known = new Map();
  const renew = (entry) => {
    const old = entry.id;
    entry.id = id();
    known.set(old, entry.id);
    for (const field of PARTS) for (const part of Array.isArray(entry[field]) ? entry[field] : []) renew(part);
  };
  renew(made);
  for (const left of made.left ?? []) left.match = known.get(left.match) ?? left.match;
  if (made.kind === "gaps") made.text = (made.text ?? "").replace(/\[\[([^[\]]*)\]\]/g, (whole, old) => `[[${known.get(old) ?? old}]]`);
  return made;
}

/** Give the form of a question's own part. `tools` = {id, changed, redraw}; redraw(label) makes the form anew and focuses what carries the label. */
export function form(question, place, tools) {
  const make = FORMS[question.kind];
  return make ? make(question, place, tools) : [];
}

const FORMS = {
  single_choice: (q, place, tools) => [options(q, "option", place, tools, { right: "radio", why: true })],
  multiple_choice: (q, place, tools) => [
    options(q, "option", place, tools, { right: "checkbox", why: true }),
    choice(_("How points are given"), q, "scoring", place, tools.changed, [
      ["per_option", _("Option by option, wrong ticks cost points")],
      ["all_or_nothing", _("All right or nothing")],
    ]),
  ],
  poll: (q, place, tools) => [
    options(q, "option", place, tools, {}),
    tick(_("Several may be chosen"), q, "several", place, tools.changed),
  ],
  true_false: trueFalse,
  short_text: (q, place, tools) => accepting(q, place, tools),
  short_answer: (q, place, tools) => [
    text(_("Answer"), q, "answer", place, tools.changed, { help: _("At most four characters, such as -1,5"), class: "short", maxlength: 4, lines: 1 }),
  ],
  number: numberForm,
  ordering: (q, place, tools) => [options(q, "item", place, tools, { title: _("The items, in the right order"), one: _("Item") })],
  matching: matching,
  gaps: gaps,
  writing: writing,
  info: () => [],
};

function title(one, index) {
  return `${one} ${index + 1}`;
}

/** Rows that can be added, moved and taken away. */
export function rows(list, { heading, place, one, fill, add, tools, least = 1 }) {
  const redraw = (label) => {
    tools.changed();
    tools.redraw(label);
  };
  const swap = (at, to) => {
    [list[at], list[to]] = [list[to], list[at]];
    redraw(`${title(one, to)} `);
  };
  const made = list.map((entry, index) => {
    const name = title(one, index).toLowerCase();
    return make(
      "div",
      { class: "entry", role: "group", "aria-label": title(one, index), "data-place": `${place}.${index}`, tabindex: "-1" },
      make("div", { class: "entry-fields" }, ...fill(entry, index, `${place}.${index}`, title(one, index))),
      make(
        "div",
        { class: "entry-tools" },
        button("↑", () => swap(index, index - 1), { about: _("move {name} up", { name }), disabled: index === 0 }),
        button("↓", () => swap(index, index + 1), { about: _("move {name} down", { name }), disabled: index === list.length - 1 }),
        button(_("Remove"), () => { list.splice(index, 1); redraw(heading); }, { about: name, disabled: list.length <= least }),
      ),
    );
  });
  const more = button(_("Add: {one}", { one: one.toLowerCase() }), () => { list.push(add()); redraw(`${title(one, list.length - 1)} `); });
  return group(heading, place, ...made, more);
}

function options(q, field, place, tools, { right = "", why = false, title: heading = _("Option"), one = _("Option") }) {
  const list = (q[field] ??= []);
  const name = `right-${q.id}-${place}`;
  const fill = (entry, index, here, label) => {
    const parts = [text(label, entry, "text", here, tools.changed)];
    if (right) parts.push(rightTick(list, entry, right, name, here, tools));
    if (why) parts.push(text(entry.right ? _("Why it is right (optional)") : _("Why it is wrong"), entry, "why", here, tools.changed));
    return parts;
  };
  const add = () => ({ id: tools.id(), text: "", ...(why ? { why: "" } : {}) });
  return rows(list, { heading, place: `${place}.${field}`, one, fill, add, tools, least: 2 });
}

function rightTick(list, entry, type, name, here, tools) {
  const control = make("input", { type, name, "data-place": `${here}.right` });
  control.checked = Boolean(entry.right);
  control.addEventListener("change", () => {
    if (type === "radio") for (const other of list) delete other.right;
    if (control.checked) entry.right = true;
    else delete entry.right;
    tools.changed();
    tools.redraw(null, control.dataset.place);
  });
  return make("label", { class: "tick" }, control, make("span", {}, _("Right")));
}

function trueFalse(q, place, tools) {
  const one = Object.hasOwn(q, "right");
  const verdict = [["", _("– choose –")], [true, _("Right")], [false, _("Wrong")]];
  const held = { form: one ? "one" : "several" };
  const turn = () => {
    if (held.form === "one") {
      delete q.statement;
      delete q.scoring;
      q.right = "";
    } else {
      delete q.right;
      q.statement = Array.from({ length: 4 }, () => ({ id: tools.id(), text: "", right: "", why: "" }));
    }
    tools.changed();
    tools.redraw(null, `${place}.form`);
  };
  const shape = choice(_("Form"), held, "form", place, turn, [["several", _("Several statements a, b, c, d")], ["one", _("The question itself is the statement")]]);
  if (one) {
    const box = choice(_("This statement is"), q, "right", place, tools.changed, verdict);
    // Without a verdict the server misses the statements; there is no other place to say so.
    if (q.right === "") box.querySelector("select").dataset.place = `${place}.statement`;
    return [shape, box];
  }
  const fill = (entry, index, here, label) => [
    text(label, entry, "text", here, tools.changed),
    choice(_("It is"), entry, "right", here, tools.changed, verdict),
    text(_("Why"), entry, "why", here, tools.changed),
  ];
  const add = () => ({ id: tools.id(), text: "", right: "", why: "" });
  const national = q.statement?.length === 4;
  const ways = [["national", _("As in the examination: 1 right 0.1; 2 0.25; 3 0.5; 4 1")], ["per_statement", _("The same for each statement")]];
  if (!national && q.scoring === "national") delete q.scoring; // it is for four only
  return [
    shape,
    rows((q.statement ??= []), { heading: _("The statements"), place: `${place}.statement`, one: _("Statement"), fill, add, tools, least: 2 }),
    national ? choice(_("How points are given"), q, "scoring", place, tools.changed, ways) : null,
  ];
}

function accepting(data, place, tools) {
  return [
    lines(_("Accepted answers"), data, "accept", place, tools.changed, _("One answer a line")),
    text(_("Example of a wrong answer"), data, "example_wrong", place, tools.changed, { help: _("The platform tests itself with it: this must be marked wrong") }),
    tick(_("Capitals do not matter"), data, "ignore_case", place, tools.changed, true),
    tick(_("Without diacritics is right too"), data, "ignore_diacritics", place, tools.changed),
    tick(_("Blanks do not matter"), data, "ignore_spaces", place, tools.changed),
    tick(_("Either place of the tone mark is right (hòa, hoà)"), data, "ignore_tone_placement", place, tools.changed, true),
  ];
}

function numberForm(q, place, tools) {
  const held = { way: Object.hasOwn(q, "tolerance_percent") ? "tolerance_percent" : "tolerance" };
  const turn = () => {
    for (const field of ["tolerance", "tolerance_percent"]) if (field !== held.way) delete q[field];
    q[held.way] = 0;
    tools.changed();
    tools.redraw(null, `${place}.way`);
  };
  return [
    number(_("Answer"), q, "answer", place, tools.changed),
    choice(_("Tolerance measured in"), held, "way", place, turn, [["tolerance", _("The answer's unit")], ["tolerance_percent", _("Per cent of the answer")]]),
    number(_("Tolerance"), q, held.way, place, tools.changed, { usual: "0" }),
    text(_("Unit (if any)"), q, "unit", place, tools.changed, { class: "short", lines: 1 }),
    tick(_("Without the unit it is wrong"), q, "unit_required", place, tools.changed),
    unitLines(q, place, tools),
  ];
}

/** Other units, one a line: "m = 0,001" says that one of it is 0.001 of the answer's unit. */
function unitLines(q, place, tools) {
  const shown = Object.entries(q.units ?? {}).map(([name, factor]) => `${name} = ${String(factor).replace(".", ",")}`);
  const held = { units: shown.join("\n") };
  const take = () => {
    const read = held.units.split("\n").filter((line) => line.trim()).map((line) => line.split("="));
    const units = read.map(([name, factor = ""]) => {
      const plain = factor.trim().replace(",", ".");
      return [name.trim(), /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : factor.trim()];
    });
    if (units.length) q.units = Object.fromEntries(units);
    else delete q.units;
    tools.changed();
  };
  return text(_("Other units taken"), held, "units", place, take, { lines: 2, help: _("One unit a line. With the answer in km, metres are: m = 0,001") });
}

function matching(q, place, tools) {
  const lefts = (q.left ??= []);
  const rights = (q.right ??= []);
  const at = (name) => rights.findIndex((right) => right.id === name);
  const fill = (left, index, here, label) => {
    const right = rights.find((one) => one.id === left.match);
    return [
      text(_("{pair}, left", { pair: label }), left, "text", here, tools.changed),
      right ? text(_("{pair}, right", { pair: label }), right, "text", `${place}.right.${at(right.id)}`, tools.changed) : null,
    ];
  };
  const add = () => {
    const right = { id: tools.id(), text: "" };
    rights.push(right);
    return { id: tools.id(), text: "", match: right.id };
  };
  const keep = { ...tools, changed: () => { drop(); tools.changed(); } };
  // A pair that was taken away takes its right side along; extra ones are marked as such while they are edited.
  const paired = new Set(lefts.map((left) => left.match));
  const drop = () => {
    const now = new Set(lefts.map((left) => left.match));
    for (const name of paired) if (!now.has(name)) rights.splice(at(name), at(name) < 0 ? 0 : 1);
  };
  const extra = rights.filter((right) => !paired.has(right.id));
  const known = new Map(extra.map((right) => [right, true]));
  const sync = {
    ...tools,
    changed: () => {
      for (const right of known.keys()) if (!extra.includes(right) && at(right.id) >= 0) rights.splice(at(right.id), 1);
      for (const right of extra) if (at(right.id) < 0) rights.push(right);
      tools.changed();
    },
  };
  const fillExtra = (right, index, here, label) => [text(label, right, "text", `${place}.right.${at(right.id)}`, tools.changed)];
  return [
    rows(lefts, { heading: _("The right pairs"), place: `${place}.left`, one: _("Pair"), fill, add, tools: keep, least: 2 }),
    rows(extra, { heading: _("More on the right (to distract)"), place: `${place}.right`, one: _("Extra"), fill: fillExtra, add: () => ({ id: tools.id(), text: "" }), tools: sync, least: 0 }),
  ];
}

/** Gaps are shown by their number, "[[1]]", and written by their id. */
function gaps(q, place, tools) {
  const list = (q.gap ??= []);
  const number = new Map(list.map((gap, index) => [gap.id, String(index + 1)]));
  const held = { text: (q.text ?? "").replace(/\[\[([^[\]]*)\]\]/g, (whole, id) => `[[${number.get(id) ?? id}]]`) };
  const take = () => {
    q.text = held.text.replace(/\[\[\s*(\d+)\s*\]\]/g, (whole, n) => (list[n - 1] ? `[[${list[n - 1].id}]]` : whole));
    tools.changed();
  };
  const box = text(_("Text"), held, "text", place, take, { lines: 4, help: _("Gaps show as [[1]], [[2]]… Put the cursor where one belongs, then press a button below.") });
  const area = box.querySelector("textarea");
  const insert = (withOptions) => {
    const gap = { id: tools.id() };
    if (withOptions) gap.option = [{ id: tools.id(), text: "", right: true }, { id: tools.id(), text: "", why: "" }];
    else Object.assign(gap, { accept: [], example_wrong: "" });
    list.push(gap);
    area.setRangeText(`[[${list.length}]]`, area.selectionStart, area.selectionEnd, "end");
    held.text = area.value;
    take();
    tools.redraw(_("Gap {n}", { n: list.length }));
  };
  const fill = (gap, index, here) => (gap.option ? [options(gap, "option", here, tools, { right: "radio", why: true })] : accepting(gap, here, tools));
  const forms = list.map((gap, index) => {
    const here = `${place}.gap.${index}`;
    const drop = () => {
      q.text = (q.text ?? "").replace(`[[${gap.id}]]`, "");
      list.splice(index, 1);
      tools.changed();
      tools.redraw(_("Text"));
    };
    return group((gap.option ? _("Gap {n} (to choose)", { n: index + 1 }) : _("Gap {n} (to type)", { n: index + 1 })), here, ...fill(gap, index, here), button(_("Remove"), drop, { about: _("gap {n}", { n: index + 1 }) }));
  });
  const adders = make("div", { class: "row" }, button(_("Add a gap to type into"), () => insert(false)), button(_("Add a gap to choose for"), () => insert(true)));
  return [box, adders, ...forms];
}

function writing(q, place, tools) {
  const list = (q.criterion ??= []);
  const sum = () => {
    q.points = Number(list.reduce((all, one) => all + (Number(one.points) || 0), 0).toFixed(4));
    tools.changed();
  };
  const fill = (entry, index, here, label) => [
    text(label, entry, "text", here, tools.changed),
    number(_("Most points"), entry, "points", here, sum),
  ];
  return [
    rows(list, { heading: _("Criteria"), place: `${place}.criterion`, one: _("Criterion"), fill, add: () => ({ id: tools.id(), text: "", points: 1 }), tools: { ...tools, changed: sum }, least: 1 }),
    choice(_("Advice while writing"), q, "genre", place, tools.changed, [["plain", _("No advice")], ["news", _("As on a news item with headline")], ["radio", _("As on an item for loudspeakers")], ["post", _("As on a post")]]),
    choice(_("Length counted in"), q, "count", place, tools.changed, [["syllables", _("Syllables")], ["words", _("Words, as Word counts")]]),
    number(_("At least"), q, "least", place, tools.changed, { usual: _("no limit") }),
    number(_("At most"), q, "most", place, tools.changed, { usual: _("no limit") }),
  ];
}
