// The list of questions: cards that open, move, are copied and deleted (and come back), with what a learner sees beside.

import { KINDS, begin, copied, form } from "./editor-kinds.js";
import { button, choice, find, make, named, number, text } from "./editor-fields.js";
import { join, mediaGroup, split } from "./editor-media.js";
import { _ } from "./editor-words.js";

const DIFFICULTIES = [["medium", _("Medium")], ["easy", _("Easy")], ["hard", _("Hard")]];
const UNSCORED = ["poll", "info"];

/** `page` = {quiz, kinds, topics, limits, sources(), body(), id(), ready(), say(), changed(), ask(path, data)}. */
export class Questions {
  #page;
  #open = new Set();
  #wide = new Set();
  #removed = null;
  #preview = new Preview();
  #cards = [];

  constructor(page) {
    this.#page = page;
    this.element = make("div", { class: "questions" });
    this.total = make("p", { class: "help" });
    this.adder = this.#adder();
    this.element.addEventListener("focusin", (event) => this.#look(event.target.closest(".q")));
  }

  get #list() {
    return (this.#page.body().question ??= []);
  }

  /** Show the list anew, after another draft was taken; nothing is left to undo. */
  reset() {
    this.#removed = null;
    this.draw();
  }

  /** Open the questions of these numbers, so that something can be said beside their fields. */
  open(numbers) {
    for (const number of numbers) if (this.#list[number]) this.#open.add(this.#list[number].id);
    this.draw();
  }

  /** Name the question at `index` as a paper does, which gives mere information no number. */
  name(index) {
    const isInfo = this.#list[index].kind === "info";
    const n = this.#list.slice(0, index + 1).filter((question) => (question.kind === "info") === isInfo).length;
    return isInfo ? _("Information {n}", { n }) : _("Question {n}", { n });
  }

  /** Say how many questions there are, and what they are worth together. */
  count() {
    const asked = this.#list.filter((question) => question.kind !== "info");
    const points = asked.reduce((all, { kind, points: own }) => all + (UNSCORED.includes(kind) ? 0 : Number(own ?? 1) || 0), 0);
    const said = { n: asked.length, points: String(Number(points.toFixed(2))).replace(".", ",") };
    const drawn = this.#page.body().draw?.length;
    this.total.textContent = drawn ? _("{n} questions, of which each learner gets some", said) : _("{n} questions, {points} points together", said);
  }

  draw() {
    this.count();
    this.#cards = this.#list.map((question, index) => this.#card(question, index));
    const shown = [...this.#cards];
    if (this.#removed) shown.splice(this.#removed.index, 0, this.#undo());
    this.element.replaceChildren(...shown);
    if (!this.#list.length && !this.#removed) this.element.append(make("p", { class: "note" }, _("There is no question yet. Choose a kind of question, then press “Add the question”.")));
  }

  #adder() {
    const known = Object.entries(KINDS).filter(([kind]) => this.#page.kinds.includes(kind));
    const list = make("select", { id: "new-kind" }, ...known.map(([kind, [name, what]]) => make("option", { value: kind }, `${name} – ${what}`)));
    const add = () => this.#insert(begin(list.value, this.#page.id), this.#list.length);
    return make("div", { class: "card adder" }, make("label", { for: "new-kind" }, _("Kind of question")), list, button(_("Add the question"), add, { className: "" }));
  }

  #insert(question, index) {
    if (!this.#page.ready()) return;
    this.#list.splice(index, 0, question);
    this.#open.clear(); // ten open questions are twenty screens of a phone
    this.#open.add(question.id);
    this.#page.changed();
    this.draw();
    this.#cards[index].querySelector("textarea, input")?.focus();
  }

  #card(question, index) {
    const title = this.name(index);
    const name = title.toLowerCase();
    const last = this.#list.length - 1;
    const opened = this.#open.has(question.id);
    const kind = KINDS[question.kind]?.[0] ?? question.kind;
    const begins = make("span", { class: "q-begins" });
    const toggle = make("button", { type: "button", class: "q-toggle", "aria-expanded": String(opened) }, make("strong", {}, title), question.kind === "info" ? " " : ` · ${kind} `, begins);
    const card = make(
      "section",
      { class: "card q", "aria-label": title, "data-place": `question.${index}`, tabindex: "-1" },
      make(
        "div",
        { class: "q-head" },
        make("h3", {}, toggle),
        make(
          "div",
          { class: "q-tools" },
          button("↑", () => this.#move(index, index - 1), { about: _("move {name} up", { name }), disabled: index === 0 }),
          button("↓", () => this.#move(index, index + 1), { about: _("move {name} down", { name }), disabled: index === last }),
          button(_("Copy"), () => this.#insert(copied(question, this.#page.id), index + 1), { about: name }),
          button(_("Delete"), () => this.#remove(index), { about: name }),
        ),
      ),
    );
    card.question = question;
    card.summary = () => {
      begins.textContent = split(question.prompt).text.slice(0, 90);
    };
    card.summary();
    toggle.addEventListener("click", () => {
      if (!this.#open.delete(question.id)) this.#open.add(question.id);
      this.#redraw(card, index, ".q-toggle");
    });
    if (opened) card.append(make("div", { class: "q-body" }, this.#fields(question, index, card)));
    return card;
  }

  #fields(question, index, card) {
    const place = `question.${index}`;
    const changed = () => {
      card.summary();
      this.#page.changed();
      this.#preview.show(card, this.#page);
    };
    const redraw = (label, at) => this.#redraw(card, index, at ? `[data-place="${at}"]` : "", label);
    const tools = { id: this.#page.id, changed, redraw };
    const held = split(question.prompt);
    const take = () => {
      question.prompt = join(held);
      changed();
    };
    const words = question.kind === "info" ? _("Content") : _("Question");
    const prompt = text(words, held, "text", place, take, { lines: 2 });
    prompt.querySelector("textarea").dataset.place = `${place}.prompt`;
    return make(
      "div",
      { class: "q-fields" },
      prompt,
      mediaGroup(held, place, this.#page.quiz, this.#page.limits, take, redraw),
      ...form(question, place, tools).filter(Boolean),
      this.#more(question, place, changed),
    );
  }

  #more(question, place, changed) {
    const topics = [["", _("None")], ...this.#page.topics.map(({ id, title }) => [id, title])];
    const scored = !UNSCORED.includes(question.kind);
    const fields = [
      scored && question.kind !== "writing" ? number(_("Points"), question, "points", place, changed, { usual: "1" }) : null,
      scored ? text(_("Hint after a wrong answer"), question, "hint", place, changed) : null,
      text(scored ? _("Explanation of the answer") : _("Shown after handing in"), question, "explanation", place, changed, { lines: 2 }),
      scored ? choice(_("Difficulty"), question, "difficulty", place, changed, DIFFICULTIES) : null,
      choice(_("Content area of the plan"), question, "topic", place, changed, topics),
      this.#source(question, place, changed),
    ];
    const summary = make("summary", {}, scored ? _("Points, hint, explanation…") : _("Content area, source…"));
    const more = make("details", { class: "q-more", open: this.#wide.has(question.id) }, summary, ...fields.filter(Boolean));
    more.addEventListener("toggle", () => (more.open ? this.#wide.add(question.id) : this.#wide.delete(question.id)));
    return more;
  }

  /** Where the question comes from: one of the courses' sources, each with its date; without a course in free words. */
  #source(question, place, changed) {
    const known = this.#page.sources();
    if (!known.length) return text(_("Source"), question, "source", place, changed, { help: _("Choose a course above to choose from its sources.") });
    return choice(_("Source"), question, "source", place, changed, [["", _("None")], ...known.map(({ id, title }) => [id, title])]);
  }

  /** Make one card anew and put the focus where the person was: a selector, or a control whose label begins so. */
  #redraw(card, index, selector, label) {
    const fresh = this.#card(card.question, index);
    card.replaceWith(fresh);
    this.#cards[index] = fresh;
    const named = label && [...fresh.querySelectorAll("label, .group, .entry")].find((one) => (one.getAttribute("aria-label") ?? one.textContent).startsWith(label.trimEnd()));
    const found = (selector && fresh.querySelector(selector)) || (named?.control ?? named?.querySelector?.("input, textarea") ?? named) || fresh;
    found.focus();
    this.#look(fresh);
  }

  #move(from, to) {
    const list = this.#list;
    list.splice(to, 0, ...list.splice(from, 1));
    this.#page.changed();
    this.draw();
    const [up, down] = this.#cards[to].querySelectorAll(".q-tools button");
    const wanted = to < from ? up : down;
    (wanted.disabled ? (wanted === up ? down : up) : wanted).focus();
    this.#page.say(_("Moved to place {n}.", { n: to + 1 }));
  }

  #remove(index) {
    this.#removed = { question: this.#list[index], index, name: this.name(index).toLowerCase() };
    this.#list.splice(index, 1);
    this.#page.changed();
    this.draw();
    this.element.querySelector(".undo button").focus();
  }

  #undo() {
    const { question, index, name } = this.#removed;
    const back = () => {
      this.#removed = null;
      this.#insert(question, Math.min(index, this.#list.length));
    };
    return make("p", { class: "note undo", role: "status" }, _("Deleted: {name}.", { name }), " ", button(_("Undo"), back, { about: _("delete {name}", { name }) }));
  }

  #look(card) {
    if (card?.querySelector(".q-body")) this.#preview.show(card, this.#page);
  }
}

/** What a learner sees of the question that is being edited: the server's own prompt in the real element. */
class Preview {
  #timer = 0;
  #asked = 0;
  #card = null;

  constructor() {
    this.question = document.createElement("lopso-question");
    this.note = make("p", { class: "help" });
    this.element = make("aside", { class: "q-preview", "aria-label": _("What a learner sees") }, make("h4", {}, _("What a learner sees")), this.note, this.question);
  }

  show(card, page) {
    if (this.#card !== card) {
      card.querySelector(".q-body").append(this.element);
      this.question.hidden = true;
      this.note.textContent = "";
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(card, page), this.#card === card ? 400 : 0);
    this.#card = card;
  }

  async #ask(card, page) {
    const asked = ++this.#asked;
    const reply = await page.ask("/question", card.question).catch(() => null);
    if (asked !== this.#asked || !reply) return;
    if (reply.prompt) {
      this.question.hidden = false;
      this.question.prompt = reply.prompt;
      this.note.textContent = "";
    } else if (reply.faults) this.note.textContent = _("No preview yet. {why}.", { why: this.#lacking(card, reply.faults).join("; ") });
  }

  /** Say what is wrong with the card's question, by the names that its fields have on the page. */
  #lacking(card, faults) {
    const own = Number(card.dataset.place.split(".")[1]);
    return faults.map(({ place, said }) => [named(find(card.parentElement, ["question", own, ...place.slice(2)])), said].filter(Boolean).join(": "));
  }
}
