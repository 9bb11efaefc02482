// The question element: one question shown, answered and marked. It holds no key; marks come from the server.
//
//   <lopso-question></lopso-question>
//   element.prompt = {id, kind, html, options: [{id, html}] | longest}   as questions.question.prompt() gives it
//   element.value                 option id | [option ids] | text | null, as the server reads it
//   element.disabled = true
//   element.showMark({outcome, points, max_points, reason, hint, options: {id: remark}, html: true?})
//   element.showProblem("a sentence"), element.clearResult()
//
//   event lopso-answer {value}    at every change (a text: at every keystroke)
//   event lopso-check {value}     with the attribute `check`: a button under the question was pressed
//
// A fieldset that the server already wrote into the element is taken over as it stands.

/** Everything a person reads; another language may replace the values. */
export const words = {
  check: "Kiểm tra",
  choose_one: "Chọn một đáp án.",
  choose_many: "Có thể chọn nhiều đáp án.",
  type: "Câu trả lời của bạn",
  right: "Đúng",
  partly: "Đúng một phần",
  wrong: "Chưa đúng",
  unanswered: "Chưa trả lời",
  waiting: "Đang chờ chấm",
  points: "{points}/{max} điểm",
  hint: "Gợi ý:",
};

const SYMBOLS = { right: "✓", partly: "◐", wrong: "✗", unanswered: "○", waiting: "…", problem: "⚠" };

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

class LopsoQuestion extends HTMLElement {
  #prompt = null;
  #ready = false;

  connectedCallback() {
    if (this.#ready) return;
    this.#ready = true;
    this.addEventListener("input", (event) => this.#changed(event));
    this.addEventListener("submit", (event) => this.#submitted(event));
    // While the page is still being read, what stands inside the element has not come yet.
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.#begin());
    else this.#begin();
  }

  #begin() {
    const written = this.querySelector(":scope > script[type='application/json']");
    if (this.#prompt) return;
    if (this.querySelector("fieldset")) this.#takeOver();
    else if (written) this.prompt = JSON.parse(written.textContent);
    else if (this.hasAttribute("prompt")) this.prompt = JSON.parse(this.getAttribute("prompt"));
  }

  get prompt() {
    return this.#prompt;
  }

  set prompt(prompt) {
    this.#prompt = prompt;
    this.dataset.kind = prompt.kind;
    const fieldset = this.#fieldset(prompt);
    if (this.hasAttribute("check")) {
      const button = make("button", { type: "submit", class: "lq-check" }, words.check);
      this.replaceChildren(make("form", { novalidate: "" }, fieldset, button));
    } else this.replaceChildren(fieldset);
    this.#takeOver();
  }

  get #inputs() {
    return [...this.querySelectorAll("fieldset input")];
  }

  get value() {
    const inputs = this.#inputs;
    if (!inputs.length) return null;
    if (inputs[0].type === "text") return inputs[0].value || null;
    const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
    if (inputs[0].type === "radio") return chosen[0] ?? null;
    return chosen.length ? chosen : null;
  }

  set value(value) {
    const chosen = Array.isArray(value) ? value : [value];
    for (const input of this.#inputs) {
      if (input.type === "text") input.value = value ?? "";
      else input.checked = chosen.includes(input.value);
    }
  }

  get disabled() {
    return this.querySelector("fieldset")?.disabled ?? false;
  }

  set disabled(disabled) {
    for (const part of this.querySelectorAll("fieldset, .lq-check")) part.disabled = disabled;
  }

  /** Say in words and with a sign how the answer was, why, what to think of, and a remark under each chosen option. */
  showMark(mark) {
    this.clearResult();
    const shown = Object.entries(mark.options ?? {}).filter(([, text]) => text && text !== mark.reason);
    for (const [id, text] of shown) this.#remark(id, text, mark.html);
    const parts = [this.#verdict(mark)];
    if (mark.reason) parts.push(said("div", "lq-reason", mark.reason, mark.html));
    if (mark.hint) {
      const hint = said("div", "lq-hint", mark.hint, mark.html);
      hint.prepend(make("strong", {}, words.hint), " ");
      parts.push(hint);
    }
    this.#say(mark.outcome, parts);
  }

  /** Say that something went wrong that has nothing to do with right or wrong. */
  showProblem(text) {
    this.clearResult();
    this.#say("problem", [make("p", {}, `${SYMBOLS.problem} ${text}`)]);
  }

  /** Take result and remarks away. */
  clearResult() {
    for (const remark of this.querySelectorAll(".lq-remark")) remark.remove();
    for (const input of this.#inputs) input.removeAttribute("aria-describedby");
    const result = this.querySelector(".lq-result");
    if (result) {
      result.replaceChildren();
      delete result.dataset.outcome;
    }
  }

  #fieldset(prompt) {
    const name = this.getAttribute("name") ?? prompt.id ?? `lq-${++count}`;
    const legend = make("legend", { class: "lq-prompt" });
    // One paragraph needs no paragraph around it; a legend is happier without.
    legend.innerHTML = prompt.html.replace(/^<p>((?:(?!<\/?p>)[^])*)<\/p>$/, "$1");
    const fieldset = make("fieldset", {}, legend);
    if (prompt.options) {
      const several = prompt.kind === "multiple_choice";
      fieldset.append(make("p", { class: "lq-how" }, several ? words.choose_many : words.choose_one));
      for (const option of prompt.options) fieldset.append(this.#option(option, name, several));
    } else fieldset.append(this.#textBox(prompt, name));
    return fieldset;
  }

  #option(option, name, several) {
    const control = make("input", { type: several ? "checkbox" : "radio", name, value: option.id });
    return make("label", { class: "lq-option" }, control, said("span", "lq-text", option.html, true));
  }

  #textBox(prompt, name) {
    const plain = { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", lang: "vi" };
    const box = make("input", { ...plain, name, maxlength: prompt.longest ?? 200 });
    return make("label", { class: "lq-box" }, make("span", { class: "lq-how" }, words.type), box);
  }

  /** Give what stands in the element its live region; a result the server wrote stays. */
  #takeOver() {
    const kinds = { radio: "single_choice", checkbox: "multiple_choice", text: "short_text" };
    this.dataset.kind ??= kinds[this.#inputs[0]?.type];
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
    if (mark.outcome === "partly" && mark.points != null) {
      const points = words.points.replace("{points}", number(mark.points)).replace("{max}", number(mark.max_points));
      line.append(` (${points})`);
    }
    return line;
  }

  #remark(id, text, isHtml) {
    const input = this.#inputs.find((one) => one.value === id);
    if (!input) return;
    const remark = said("div", "lq-remark", text, isHtml);
    remark.id = `lq-remark-${++count}`;
    input.setAttribute("aria-describedby", remark.id);
    input.closest("label").after(remark);
  }

  #say(outcome, parts) {
    const result = this.querySelector(".lq-result");
    result.dataset.outcome = outcome;
    result.replaceChildren(...parts);
    result.scrollIntoView?.({ block: "nearest" });
  }

  #changed(event) {
    if (!event.target.closest("fieldset")) return;
    this.clearResult();
    this.dispatchEvent(new CustomEvent("lopso-answer", { bubbles: true, detail: { value: this.value } }));
  }

  #submitted(event) {
    if (!this.hasAttribute("check")) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("lopso-check", { bubbles: true, detail: { value: this.value } }));
  }
}

if (!customElements.get("lopso-question")) customElements.define("lopso-question", LopsoQuestion);
