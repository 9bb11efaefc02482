// What a question of each kind begins with, and the form that edits it. Ids come from the server and are never shown.

import { button, choice, group, lines, make, number, text, tick } from "./editor-fields.js";

/** The kinds in the order in which they are offered: name, and in a few words what it is for. */
export const KINDS = {
  single_choice: ["Một đáp án đúng", "Chọn một trong nhiều lựa chọn"],
  multiple_choice: ["Nhiều đáp án đúng", "Đánh dấu mọi lựa chọn đúng"],
  true_false: ["Đúng hay sai", "Một câu, hoặc bốn ý a–d như đề thi tốt nghiệp"],
  short_text: ["Điền từ", "Gõ một từ hoặc vài từ"],
  short_answer: ["Trả lời ngắn bằng số", "Một số, nhiều nhất bốn ký tự, như đề thi tốt nghiệp"],
  number: ["Số có sai số và đơn vị", "Gõ một số, có thể kèm đơn vị"],
  matching: ["Ghép cặp", "Ghép vế trái với vế phải"],
  ordering: ["Sắp thứ tự", "Xếp các mục theo thứ tự đúng"],
  gaps: ["Điền chỗ trống", "Một đoạn văn có nhiều chỗ trống"],
  writing: ["Viết bài", "Người chấm cho điểm theo tiêu chí"],
  poll: ["Hỏi ý kiến", "Không chấm điểm"],
  info: ["Thông tin", "Đoạn chữ, ảnh hoặc âm thanh giữa các câu"],
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
    choice("Cách cho điểm", q, "scoring", place, tools.changed, [
      ["per_option", "Theo từng lựa chọn, đánh dấu sai thì trừ"],
      ["all_or_nothing", "Đúng hết mới có điểm"],
    ]),
  ],
  poll: (q, place, tools) => [
    options(q, "option", place, tools, {}),
    tick("Được chọn nhiều ý", q, "several", place, tools.changed),
  ],
  true_false: trueFalse,
  short_text: (q, place, tools) => accepting(q, place, tools),
  short_answer: (q, place, tools) => [
    text("Đáp án", q, "answer", place, tools.changed, { help: "Nhiều nhất bốn ký tự, ví dụ -1,5", class: "short", maxlength: 4, lines: 1 }),
  ],
  number: numberForm,
  ordering: (q, place, tools) => [options(q, "item", place, tools, { title: "Các mục, theo thứ tự đúng", one: "Mục" })],
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
        button("↑", () => swap(index, index - 1), { about: `Đưa ${name} lên`, disabled: index === 0 }),
        button("↓", () => swap(index, index + 1), { about: `Đưa ${name} xuống`, disabled: index === list.length - 1 }),
        button("Bỏ", () => { list.splice(index, 1); redraw(heading); }, { about: name, disabled: list.length <= least }),
      ),
    );
  });
  const more = button(`Thêm ${one.toLowerCase()}`, () => { list.push(add()); redraw(`${title(one, list.length - 1)} `); });
  return group(heading, place, ...made, more);
}

function options(q, field, place, tools, { right = "", why = false, title: heading = "Lựa chọn", one = "Lựa chọn" }) {
  const list = (q[field] ??= []);
  const name = `right-${q.id}-${place}`;
  const fill = (entry, index, here, label) => {
    const parts = [text(label, entry, "text", here, tools.changed)];
    if (right) parts.push(rightTick(list, entry, right, name, here, tools));
    if (why) parts.push(text(entry.right ? "Vì sao đúng (không bắt buộc)" : "Vì sao sai", entry, "why", here, tools.changed));
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
  return make("label", { class: "tick" }, control, make("span", {}, "Đúng"));
}

function trueFalse(q, place, tools) {
  const one = Object.hasOwn(q, "right");
  const verdict = [["", "– chọn –"], [true, "Đúng"], [false, "Sai"]];
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
  const shape = choice("Hình thức", held, "form", place, turn, [["several", "Nhiều ý a, b, c, d"], ["one", "Chính câu hỏi là một khẳng định"]]);
  if (one) {
    const box = choice("Khẳng định này", q, "right", place, tools.changed, verdict);
    // Without a verdict the server misses the statements; there is no other place to say so.
    if (q.right === "") box.querySelector("select").dataset.place = `${place}.statement`;
    return [shape, box];
  }
  const fill = (entry, index, here, label) => [
    text(label, entry, "text", here, tools.changed),
    choice("Ý này", entry, "right", here, tools.changed, verdict),
    text("Vì sao", entry, "why", here, tools.changed),
  ];
  const add = () => ({ id: tools.id(), text: "", right: "", why: "" });
  const national = q.statement?.length === 4;
  const ways = [["national", "Như đề thi: đúng 1 ý 0,1; 2 ý 0,25; 3 ý 0,5; 4 ý 1"], ["per_statement", "Chia đều cho các ý"]];
  if (!national) delete q.scoring;
  return [
    shape,
    rows((q.statement ??= []), { heading: "Các ý", place: `${place}.statement`, one: "Ý", fill, add, tools, least: 2 }),
    national ? choice("Cách cho điểm", q, "scoring", place, tools.changed, ways) : null,
  ];
}

function accepting(data, place, tools) {
  return [
    lines("Câu trả lời được chấp nhận", data, "accept", place, tools.changed, "Mỗi dòng một câu trả lời"),
    text("Ví dụ một câu trả lời sai", data, "example_wrong", place, tools.changed, { help: "Để máy tự kiểm tra: câu này phải bị chấm sai" }),
    tick("Không phân biệt chữ hoa, chữ thường", data, "ignore_case", place, tools.changed, true),
    tick("Chấp nhận chữ không dấu", data, "ignore_diacritics", place, tools.changed),
    tick("Không tính dấu cách", data, "ignore_spaces", place, tools.changed),
    tick("Đặt dấu thanh kiểu nào cũng được (hòa, hoà)", data, "ignore_tone_placement", place, tools.changed, true),
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
    number("Đáp án", q, "answer", place, tools.changed),
    choice("Sai số cho phép tính bằng", held, "way", place, turn, [["tolerance", "Đơn vị của đáp án"], ["tolerance_percent", "Phần trăm của đáp án"]]),
    number("Sai số cho phép", q, held.way, place, tools.changed, { usual: "0" }),
    text("Đơn vị (nếu có)", q, "unit", place, tools.changed, { class: "short", lines: 1 }),
    tick("Thiếu đơn vị là sai", q, "unit_required", place, tools.changed),
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
  return text("Đơn vị khác cũng nhận", held, "units", place, take, { lines: 2, help: "Mỗi dòng một đơn vị. Đáp án tính bằng km thì mét ghi là: m = 0,001" });
}

function matching(q, place, tools) {
  const lefts = (q.left ??= []);
  const rights = (q.right ??= []);
  const at = (name) => rights.findIndex((right) => right.id === name);
  const fill = (left, index, here, label) => {
    const right = rights.find((one) => one.id === left.match);
    return [
      text(`${label}, vế trái`, left, "text", here, tools.changed),
      right ? text(`${label}, vế phải`, right, "text", `${place}.right.${at(right.id)}`, tools.changed) : null,
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
    rows(lefts, { heading: "Các cặp đúng", place: `${place}.left`, one: "Cặp", fill, add, tools: keep, least: 2 }),
    rows(extra, { heading: "Vế phải thừa (để gây nhiễu)", place: `${place}.right`, one: "Vế phải thừa", fill: fillExtra, add: () => ({ id: tools.id(), text: "" }), tools: sync, least: 0 }),
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
  const box = text("Đoạn văn", held, "text", place, take, { lines: 4, help: "Chỗ trống hiện là [[1]], [[2]]… Đặt con trỏ vào chỗ cần rồi bấm nút dưới đây." });
  const area = box.querySelector("textarea");
  const insert = (withOptions) => {
    const gap = { id: tools.id() };
    if (withOptions) gap.option = [{ id: tools.id(), text: "", right: true }, { id: tools.id(), text: "", why: "" }];
    else Object.assign(gap, { accept: [], example_wrong: "" });
    list.push(gap);
    area.setRangeText(`[[${list.length}]]`, area.selectionStart, area.selectionEnd, "end");
    held.text = area.value;
    take();
    tools.redraw(`Chỗ trống ${list.length} `);
  };
  const fill = (gap, index, here) => (gap.option ? [options(gap, "option", here, tools, { right: "radio", why: true })] : accepting(gap, here, tools));
  const forms = list.map((gap, index) => {
    const here = `${place}.gap.${index}`;
    const drop = () => {
      q.text = (q.text ?? "").replace(`[[${gap.id}]]`, "");
      list.splice(index, 1);
      tools.changed();
      tools.redraw("Đoạn văn");
    };
    return group(`Chỗ trống ${index + 1} ${gap.option ? "(chọn)" : "(gõ)"}`, here, ...fill(gap, index, here), button("Bỏ", drop, { about: `chỗ trống ${index + 1}` }));
  });
  const adders = make("div", { class: "row" }, button("Thêm chỗ trống để gõ", () => insert(false)), button("Thêm chỗ trống để chọn", () => insert(true)));
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
    number("Điểm nhiều nhất", entry, "points", here, sum),
  ];
  return [
    rows(list, { heading: "Tiêu chí chấm", place: `${place}.criterion`, one: "Tiêu chí", fill, add: () => ({ id: tools.id(), text: "", points: 1 }), tools: { ...tools, changed: sum }, least: 1 }),
    choice("Đếm độ dài theo", q, "count", place, tools.changed, [["syllables", "Âm tiết (tiếng)"], ["words", "Từ, như Word đếm"]]),
    number("Ít nhất", q, "least", place, tools.changed, { usual: "không hạn chế" }),
    number("Nhiều nhất", q, "most", place, tools.changed, { usual: "không hạn chế" }),
  ];
}
