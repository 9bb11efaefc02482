// The question element: one question shown, answered and marked. It holds no key; marks come from the server.
//
//   <lopso-question><fieldset data-kind data-answer>…</fieldset></lopso-question>
//   element.prompt = {id, kind, …, fieldset: "HTML"}     what pages/fieldset.py writes; a page has it inside already
//   element.value                 the answer document, as the server reads it; null is unanswered
//   element.disabled = true
//   element.showMark({outcome, points, max_points, reason, hint, options: {id: remark}, html: true?, advice: "HTML"?})
//   element.showProblem("a sentence"), element.clearResult()
//
//   event lopso-answer {value, typing}   at every change; `typing` where more of it will follow at once
//   event lopso-check {value}            with the attribute `check`: a button under the question was pressed
//
// How a question looks is the server's to say, and works without this script; what it adds is listed under ADDITIONS.

/** What the element itself says; another language may replace the values. */
export const words = {
  check: "Kiểm tra",
  right: "Đúng",
  partly: "Đúng một phần",
  wrong: "Chưa đúng",
  unanswered: "Chưa trả lời",
  waiting: "Đang chờ chấm",
  recorded: "Đã ghi nhận",
  points: "{points}/{max} điểm",
  hint: "Gợi ý:",
};

const SYMBOLS = { right: "✓", partly: "◐", wrong: "✗", unanswered: "○", waiting: "…", recorded: "•", problem: "⚠" };
const NUMBER = /^[-−+0-9., ]+$/;
const COUNTED = { syllables: /[\p{L}\p{N}]+(?:[.,]\d+)*/gu, words: /\S+/g };
const SPOKEN_AFTER_MS = 1000;

let count = 0;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** An element for text that is plain, or HTML that the server has already cleaned. */
function said(tag, className, text, isHtml) {
  const node = make(tag, { class: className });
  if (isHtml) node.innerHTML = text;
  else node.textContent = text;
  return node;
}

function number(value) {
  return new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 2 }).format(value);
}

/** Fill the {places} of a sentence. */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const parts = (root) => [...root.querySelectorAll("[data-part]")];
const checked = (root) => [...root.querySelectorAll("input:checked")].map((input) => input.value);
const field = (root) => root.querySelector("input, textarea");
const unitOf = (root) => root.querySelector("[name$=':unit']");
const orNull = (document) => (Object.keys(document).length ? document : null);

function check(root, ids) {
  for (const input of root.querySelectorAll("input")) input.checked = ids.includes(input.value);
}

/** The control of a part that holds its answer: the part itself, or the one inside it. */
function control(part) {
  return part.matches("input, select") ? part : part.querySelector("select, input:checked");
}

/** Answers by parts as {part: answer}, without those left open. */
function perPart(root, read) {
  const answered = parts(root).map((part) => [part.dataset.part, control(part)?.value]);
  return orNull(Object.fromEntries(answered.filter(([, value]) => value).map(([part, value]) => [part, read(value)])));
}

/** How each sort of answer (`data-answer`) is read from its controls and put into them. */
const ANSWERS = {
  none: { read: () => null, write: () => {} },
  option: { read: (root) => checked(root)[0] ?? null, write: (root, value) => check(root, [value]) },
  options: { read: (root) => orNull(checked(root)), write: (root, value) => check(root, value ?? []) },
  text: {
    read: (root) => field(root)?.value || null,
    write: (root, value) => {
      field(root).value = value ?? "";
      tally(root);
    },
  },
  amount: {
    // A unit beside the number goes with it, unless whoever typed it wrote one there.
    read(root) {
      const typed = field(root).value.trim();
      const unit = unitOf(root)?.value;
      return typed && unit && NUMBER.test(typed) ? `${typed} ${unit}` : typed || null;
    },
    write(root, value) {
      const beside = unitOf(root);
      const units = [...(beside?.options ?? [beside])].map((one) => one?.value).filter(Boolean);
      const bare = (unit) => (value?.endsWith(unit) ? value.slice(0, -unit.length).trim() : "");
      const known = units.find((unit) => NUMBER.test(bare(unit)));
      field(root).value = known ? bare(known) : value ?? "";
      if (beside?.options) beside.value = known ?? "";
    },
  },
  verdicts: {
    read: (root) => perPart(root, (value) => value === "true"),
    write(root, value) {
      for (const part of parts(root)) check(part, [String(value?.[part.dataset.part])]);
    },
  },
  parts: {
    read: (root) => perPart(root, (value) => value),
    write(root, value) {
      for (const part of parts(root)) control(part).value = value?.[part.dataset.part] ?? "";
    },
  },
  order: {
    read(root) {
      const place = (part) => Number(control(part)?.value);
      if (!parts(root).every(place)) return null;
      return parts(root).sort((one, other) => place(one) - place(other)).map((part) => part.dataset.part);
    },
    write(root, value) {
      const known = Object.fromEntries(parts(root).map((part) => [part.dataset.part, part]));
      for (const id of value ?? []) if (known[id]) known[id].parentNode.append(known[id]);
      numberOff(root, value?.length > 0);
    },
  },
};

/** Note each item's place in its (hidden) list, or that nothing is answered yet; nobody moves past the ends. */
function numberOff(root, isAnswered = true) {
  const items = parts(root);
  items.forEach((item, index) => {
    control(item).value = isAnswered ? index + 1 : "";
    item.querySelector("[data-move='-1']").disabled = index === 0;
    item.querySelector("[data-move='1']").disabled = index === items.length - 1;
  });
}

/** Say how long the text is, counted as the server counts: syllables are runs of letters and digits, 1.234,5 is one. */
function tally(root) {
  const shown = root.querySelector(".lq-count");
  if (!shown) return "";
  const n = field(root).value.normalize("NFC").match(COUNTED[shown.dataset.count])?.length ?? 0;
  const [least, most] = [Number(shown.dataset.least), Number(shown.dataset.most)];
  const left = n < least ? least - n : n - most;
  const text = n < least ? shown.dataset.short : most && n > most ? shown.dataset.long : shown.dataset.text;
  shown.textContent = fill(text, { n, left });
  return shown.textContent;
}

class LopsoQuestion extends HTMLElement {
  #prompt = null;
  #ready = false;
  #speaking = 0;

  connectedCallback() {
    if (this.#ready) return;
    this.#ready = true;
    this.addEventListener("input", (event) => this.#changed(event));
    this.addEventListener("click", (event) => this.#pressed(event));
    this.addEventListener("submit", (event) => this.#submitted(event));
    // While the page is still being read, what stands inside the element has not come yet.
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.#begin());
    else this.#begin();
  }

  #begin() {
    const written = this.querySelector(":scope > script[type='application/json']");
    if (this.#prompt) return;
    if (this.#root) this.#takeOver();
    else if (written) this.prompt = JSON.parse(written.textContent);
    else if (this.hasAttribute("prompt")) this.prompt = JSON.parse(this.getAttribute("prompt"));
  }

  get prompt() {
    return this.#prompt;
  }

  set prompt(prompt) {
    this.#prompt = prompt;
    delete this.dataset.kind; // it was the one of the question before
    this.innerHTML = prompt.fieldset;
    if (this.hasAttribute("check") && prompt.kind !== "info") {
      const button = make("button", { type: "submit", class: "lq-check" }, words.check);
      this.replaceChildren(make("form", { novalidate: "" }, ...this.childNodes, button));
    }
    this.#takeOver();
  }

  get #root() {
    return this.querySelector("[data-answer], fieldset");
  }

  get #answer() {
    const sort = this.#root?.dataset.answer ?? { radio: "option", checkbox: "options" }[field(this)?.type] ?? "text";
    return ANSWERS[this.#root ? sort : "none"];
  }

  get value() {
    return this.#answer.read(this.#root);
  }

  set value(value) {
    this.#answer.write(this.#root, value);
  }

  get disabled() {
    return this.querySelector("fieldset")?.disabled ?? false;
  }

  set disabled(disabled) {
    for (const part of this.querySelectorAll(":not(fieldset) > fieldset, .lq-check")) part.disabled = disabled;
  }

  /** Say in words and with a sign how the answer was, why, what to think of, and a remark under each chosen option. */
  showMark(mark) {
    this.clearResult();
    const shown = Object.entries(mark.options ?? {}).filter(([, text]) => text && text !== mark.reason);
    for (const [id, text] of shown) this.#remark(id, text, mark.html);
    const lines = [this.#verdict(mark)];
    if (mark.reason) lines.push(said("div", "lq-reason", mark.reason, mark.html));
    if (mark.hint) {
      const hint = said("div", "lq-hint", mark.hint, mark.html);
      hint.prepend(make("strong", {}, words.hint), " ");
      lines.push(hint);
    }
    if (mark.advice) lines.push(said("div", "lq-said", mark.advice, true));
    this.#say(mark.outcome, lines);
  }

  /** Say that something went wrong that has nothing to do with right or wrong. */
  showProblem(text) {
    this.clearResult();
    this.#say("problem", [make("p", {}, `${SYMBOLS.problem} ${text}`)]);
  }

  /** Take result and remarks away. */
  clearResult() {
    for (const remark of this.querySelectorAll(".lq-remark")) remark.remove();
    for (const described of this.querySelectorAll("[aria-describedby]")) described.removeAttribute("aria-describedby");
    const result = this.querySelector(".lq-result");
    if (result) {
      result.replaceChildren();
      delete result.dataset.outcome;
    }
  }

  /** Give what stands in the element its live regions and additions; a result the server wrote stays. */
  #takeOver() {
    const kinds = { radio: "single_choice", checkbox: "multiple_choice", text: "short_text" };
    this.dataset.kind ??= this.#root.dataset.kind ?? kinds[field(this)?.type];
    for (const [selector, add] of Object.entries(ADDITIONS)) this.querySelectorAll(selector).forEach((one) => add(one, this));
    if (this.dataset.kind === "info") return;
    let result = this.querySelector(".lq-result");
    if (!result) {
      result = make("div", { class: "lq-result" });
      (this.querySelector("form") ?? this).append(result);
    }
    result.setAttribute("role", "status");
    result.setAttribute("aria-live", "polite");
  }

  #verdict(mark) {
    const line = make("p", { class: "lq-verdict" }, `${SYMBOLS[mark.outcome]} ${words[mark.outcome]}`);
    if (mark.outcome === "partly" && mark.points != null)
      line.append(` (${fill(words.points, { points: number(mark.points), max: number(mark.max_points) })})`);
    return line;
  }

  #remark(id, text, isHtml) {
    const inputs = [...this.querySelectorAll("input")];
    const part = parts(this).find((one) => one.dataset.part === id) ?? inputs.find((one) => one.value === id)?.closest("label");
    if (!part) return;
    const remark = said("div", "lq-remark", text, isHtml);
    remark.id = `lq-remark-${++count}`;
    const gap = part.closest(".lq-gaps");
    if (gap) remark.prepend(`${part.getAttribute("aria-label")}: `);
    (control(part) ?? part.querySelector("input") ?? part).setAttribute("aria-describedby", remark.id);
    if (gap) this.#root.append(remark);
    else if (part.matches("label")) part.after(remark);
    else part.append(remark);
  }

  #say(outcome, lines) {
    const result = this.querySelector(".lq-result");
    result.dataset.outcome = outcome;
    result.replaceChildren(...lines);
    result.scrollIntoView?.({ block: "nearest" });
  }

  /** Tell a screen reader, once nothing new has come for a while. */
  #speak(text, after = 0) {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => (this.querySelector(".lq-live").textContent = text), after);
  }

  #changed(event) {
    if (!event.target.closest("fieldset")) return;
    this.#tell(event.target.matches("textarea, input[type=text]"));
    const said = tally(this.#root);
    if (said) this.#speak(said, SPOKEN_AFTER_MS);
  }

  #tell(typing) {
    this.clearResult();
    this.dispatchEvent(new CustomEvent("lopso-answer", { bubbles: true, detail: { value: this.value, typing } }));
  }

  #pressed(event) {
    const button = event.target.closest("button[type=button]");
    if (button?.matches(".lq-sign")) this.#changeSign();
    else if (button?.dataset.move) this.#move(button.closest("[data-part]"), Number(button.dataset.move), button);
  }

  /** The number keys of some phones have no minus. */
  #changeSign() {
    const box = field(this);
    const typed = box.value.trim();
    const turned = /^[-−]/.test(typed) ? typed.slice(1) : `-${typed}`;
    if (turned.length <= box.maxLength) box.value = turned;
    box.focus();
    this.#tell(false);
  }

  #move(item, by, button) {
    const list = item.parentNode;
    const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (by < 0) other.before(item);
    else other.after(item);
    numberOff(list);
    (button.disabled ? item.querySelector("button:enabled") : button).focus();
    const place = { n: parts(list).indexOf(item) + 1, all: parts(list).length };
    this.#speak(fill(list.dataset.moved, { item: item.querySelector(".lq-text").textContent.trim(), ...place }));
    this.#tell(false);
  }

  #submitted(event) {
    if (!this.hasAttribute("check")) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("lopso-check", { bubbles: true, detail: { value: this.value } }));
  }
}

/** What the script adds to the plain HTML: buttons that need it, a live count, and a place to speak from. */
const ADDITIONS = {
  ".lq-sign, .lq-count, .lq-moves": (one) => (one.hidden = false),
  ".lq-count": (_, element) => tally(element),
  ".lq-count, .lq-items": (one) => one.after(make("div", { class: "lq-live", role: "log", "aria-live": "polite" })),
  ".lq-how[data-scripted]": (how) => (how.textContent = how.dataset.scripted),
  ".lq-items:has(.lq-moves)": (list) => {
    list.classList.add("lq-scripted");
    for (const item of parts(list)) {
      item.querySelector(".lq-place").hidden = true;
      const text = item.querySelector(".lq-text").textContent.trim();
      for (const button of item.querySelectorAll("button")) button.setAttribute("aria-label", `${button.textContent}: ${text}`);
    }
    ANSWERS.order.write(list, ANSWERS.order.read(list));
  },
};

if (!customElements.get("lopso-question")) customElements.define("lopso-question", LopsoQuestion);
