// The editor of a quiz: its header and questions, autosave of the draft, who else has it open, checking and publishing.

import { button, choice, clearFaults, make, moment, named, number, showFault, text, tick } from "./editor-fields.js";
import { rows } from "./editor-kinds.js";
import { Questions } from "./editor-questions.js";
import { _ } from "./editor-words.js";

const AUTOSAVE = 700;
const AGAIN = 3000;
const HERE = 15000;
const SAID = { saved: _("Saved"), saving: _("Saving…"), unsaved: _("Not saved: no connection. We keep trying…"), stopped: _("Not saved") };

const root = document.getElementById("editor");
const quiz = root.dataset.quiz;
const tab = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => (byte % 36).toString(36)).join("");
let state = JSON.parse(document.getElementById("state").textContent);
let dirty = false;
let stopped = false;
let running = null;
let timer = 0;

/** Ask the server; gives {status, told}. Raises TypeError without a connection. */
async function call(method, path, data) {
  const reply = await fetch(`/api/editor/${quiz}${path}`, {
    method,
    headers: { "X-Lopso": "1", "Content-Type": "application/json" },
    body: data === undefined ? undefined : JSON.stringify(data),
  });
  return { status: reply.status, told: await reply.json().catch(() => ({})) };
}

const page = {
  quiz,
  kinds: state.kinds,
  topics: state.topics,
  sources: () => (state.body.course ? state.sources : []),
  limits: state.limits,
  body: () => state.body,
  id: () => state.ids.pop(),
  ready() {
    if (state.ids.length > 40) return true;
    notice("warn", _("Not added: the server has not answered yet. Wait a moment."));
    return false;
  },
  say,
  changed,
  ask: async (path, data) => (await call("POST", path, data)).told,
};

const saved = make("span", { class: "saved", role: "status" });
const others = make("span", { class: "others", role: "status" });
const spoken = make("span", { class: "unseen", role: "status" });
const notices = make("div", { class: "notices", "aria-live": "assertive" });
const header = make("div", { class: "card header" });
const questions = new Questions(page);
const work = make("div", { class: "work" }, header, make("h2", {}, _("The questions")), questions.total, questions.element, questions.adder);
const publishing = button(_("Publish"), () => publish(), { className: "" });
const bar = make(
  "div",
  { class: "editor-bar" },
  make("div", { class: "bar-said" }, saved, others, spoken),
  make("div", { class: "bar-tools" }, make("a", { class: "button plain", href: `/editor/${quiz}/preview`, target: "_blank" }, _("Preview the whole quiz")), publishing),
);

function say(words) {
  spoken.textContent = words;
}

/** Show one notice with what can be done about it, in the place of any other. */
function notice(sort, words, ...actions) {
  const shown = make("div", { class: `note ${sort}`, tabindex: "-1" }, make("p", {}, words), actions.length ? make("p", { class: "row" }, ...actions) : null);
  notices.replaceChildren(shown);
  return shown;
}

function show(what) {
  saved.dataset.state = what === "stopped" ? "unsaved" : what;
  saved.textContent = SAID[what];
}

// ---- saving

function changed() {
  dirty = true;
  state.published = false;
  questions.count();
  if (stopped) return;
  show("saving");
  clearTimeout(timer);
  timer = setTimeout(save, AUTOSAVE);
}

function save() {
  running ??= send().finally(() => {
    running = null;
  });
  return running;
}

async function send() {
  while (dirty && !stopped) {
    dirty = false;
    const { revision, base, body } = state;
    const heard = await call("PUT", "", { revision, base, tab, body }).catch(() => null);
    if (heard?.status === 200) {
      state.revision = heard.told.revision;
      state.ids.push(...heard.told.ids);
      continue;
    }
    dirty = true;
    if (heard?.status === 409 || heard?.status === 404) return conflict(heard.told, heard.status === 409);
    if (heard && heard.status < 500) return stop(heard);
    show("unsaved");
    clearTimeout(timer);
    timer = setTimeout(save, AGAIN);
    return;
  }
  if (!dirty) show("saved");
}

function stop({ status, told }) {
  stopped = true;
  show("stopped");
  const again = button(_("Try again"), () => {
    stopped = false;
    notices.replaceChildren();
    changed();
  });
  const login = status === 401 ? make("a", { href: "/editor", target: "_blank" }, _("Log in again in a new tab")) : null;
  notice("bad", `${told.error ?? ""} ${told.fix ?? ""}`, ...[login, again].filter(Boolean)).focus();
}

/** Somebody else saved, or (no longer `there`) deleted the quiz, while this tab wrote. */
function conflict(told, there = true) {
  stopped = true;
  work.inert = true;
  show("stopped");
  const theirs = there ? button(_("Take the new version"), () => take()) : null;
  const mine = button(_("Keep mine as a quiz of its own"), () => keep());
  notice("warn", _("{error} What you have just changed is not saved in this quiz.", { error: told.error }), ...[theirs, mine].filter(Boolean)).focus();
}

async function take() {
  const heard = await call("GET", `?tab=${tab}`).catch(() => null);
  if (heard?.status !== 200) return notice("bad", heard?.told.error ?? _("No connection. Try again."), button(_("Try again"), take));
  adopt(heard.told);
  return notice("", _("This is the newest version."));
}

async function keep() {
  const reply = await fetch("/api/editor", {
    method: "POST",
    headers: { "X-Lopso": "1", "Content-Type": "application/json" },
    body: JSON.stringify({ body: state.body, of: quiz }),
  }).catch(() => null);
  if (!reply?.ok) return notice("bad", _("Not kept yet. Try again."), button(_("Try again"), keep));
  dirty = false;
  location.assign(`/editor/${(await reply.json()).quiz}`);
}

/** Work on with another state of the quiz. */
function adopt(next) {
  state = { ...state, ...next };
  dirty = stopped = false;
  work.inert = false;
  drawHeader();
  questions.reset();
  show("saved");
}

// ---- who else

async function here() {
  const heard = await call("POST", "/here", { tab }).catch(() => null);
  if (heard?.status !== 200) return;
  showOthers(heard.told.others);
  if (heard.told.revision <= state.revision || stopped || running) return;
  if (dirty) await save();
  else notice("warn", _("Somebody else has saved a new version."), button(_("Take the new version"), () => take()));
}

function showOthers(names) {
  others.textContent = names.length ? _("Also has this quiz open: {names}", { names: names.join(", ") }) : "";
}

// ---- publishing

async function publish(over) {
  clearTimeout(timer);
  publishing.disabled = true;
  try {
    await save();
    if (dirty) return;
    const heard = await call("POST", "/publish", { revision: state.revision, tab, over: over ?? null }).catch(() => null);
    published(heard);
  } finally {
    publishing.disabled = false;
  }
}

function published(heard) {
  clearFaults(work);
  if (!heard) notice("bad", _("No connection. Try again.")).focus();
  else if (heard.status === 200) {
    const address = `${location.origin}/quizzes/${quiz}`;
    const after = [make("a", { href: address }, _("Open the quiz as a learner"))];
    if (heard.told.replaced) after.push(make("a", { href: `/quizzes/${quiz}/regrade` }, _("See whose marks would change")));
    adopt(heard.told);
    const shown = notice("good", _("Published. Whoever starts from now on gets this version."), ...after);
    shown.firstChild.after(make("p", {}, _("Address to send to the learners:"), " ", make("strong", { class: "address" }, address)));
    shown.focus();
  } else if (heard.told.faults) showFaults(heard.told.faults);
  else if (heard.told.over !== undefined) fileChanged(heard.told.over);
  else if (heard.status === 409) conflict(heard.told);
  else notice("bad", `${heard.told.error ?? _("Something went wrong.")} ${heard.told.fix ?? ""}`).focus();
}

function showFaults(faults) {
  questions.open(new Set(faults.filter((fault) => fault.place[0] === "question").map((fault) => fault.place[1])));
  const items = faults.map((fault) => {
    const where = fault.place[0] === "question" && fault.place.length > 1 ? questions.name(fault.place[1]) : _("About the quiz");
    const control = showFault(work, fault.place, fault.said);
    const go = () => {
      const closed = control?.closest("details:not([open])");
      if (closed) closed.open = true;
      control?.focus();
      control?.scrollIntoView({ block: "center" });
    };
    return make("li", {}, button(`${[where, named(control)].filter(Boolean).join(" – ")}: ${fault.said}`, go, { className: "link" }));
  });
  const shown = notice("bad", _("Not published yet: {n} places to mend. Each line leads to its place.", { n: faults.length }));
  shown.append(make("ul", {}, ...items));
  shown.focus();
}

function fileChanged(over) {
  const words = _("The file quiz.toml of this quiz was changed outside the editor. Writing over it loses what was changed there.");
  const actions = [button(_("Drop the draft, take the file"), takeFile)];
  if (over !== null) actions.push(button(_("Publish and write over it"), () => publish(over)));
  else actions.push(button(_("Keep the draft"), () => notices.replaceChildren()));
  notice("warn", words, ...actions).focus();
}

async function takeFile() {
  const heard = await call("POST", "/file", { tab }).catch(() => null);
  if (heard?.status !== 200) return notice("bad", `${heard?.told.error ?? _("No connection.")} ${heard?.told.fix ?? ""}`);
  adopt(heard.told);
  return notice("", _("This is the file's version."));
}

// ---- the header

function drawHeader() {
  const { body } = state;
  const named = (list, none) => [["", none], ...list.map(({ id, title }) => [id, title])];
  const timing = make(
    "details",
    {},
    make("summary", {}, _("Times, tries, what is shown afterwards…")),
    number(_("Tries (0: no limit)"), body, "tries", "", changed, { usual: "0" }),
    choice(_("The try that counts"), body, "counts", "", changed, [["best", _("The best one")], ["last", _("The last one")], ["first", _("The first one")]]),
    number(_("Pause between two tries (minutes)"), body, "pause_minutes", "", changed, { usual: "0" }),
    number(_("Time for the quiz (minutes, 0: no limit)"), body, "minutes", "", changed, { usual: "0" }),
    moment(_("Opens"), body, "opens", "", changed, { help: _("Left empty, there is no limit.") }),
    moment(_("Closes"), body, "closes", "", changed, { help: _("Left empty, there is no limit.") }),
    choice(_("Shown afterwards"), body, "show_after", "", changed, [
      ["explanations", _("Marks and explanations")],
      ["marks", _("Marks only")],
      ["keys", _("Marks, explanations and answers")],
      ["nothing", _("Nothing")],
    ]),
    choice(_("Shown when"), body, "show_when", "", changed, [["at_once", _("At once")], ["after_close", _("After the quiz has closed")]]),
    tick(_("Shuffle the questions"), body, "shuffle_questions", "", changed, true),
    tick(_("Shuffle the options"), body, "shuffle_options", "", changed, true),
    tick(_("A sample, only to be looked at"), body, "sample", "", changed),
    tick(_("For club sessions: learners' start page does not list it"), body, "club", "", changed),
    draws(body),
  );
  header.replaceChildren(
    make("h2", {}, _("About the quiz")),
    text(_("Title"), body, "title", "", changed, { maxlength: 200, lines: 1 }),
    text(_("Introduction"), body, "intro", "", changed, { lines: 2 }),
    number(_("Passed from (% of the points)"), body, "pass_percent", "", changed, { usual: "80" }),
    choice(_("Course"), body, "course", "", courseChanged, named(state.courses, _("No course"))),
    timing,
  );
}

/** The questions of a course choose from the sources that all courses share. */
function courseChanged() {
  changed();
  questions.draw();
}

/** Drawing some questions out of many: how many of which topic or difficulty. */
function draws(body) {
  const list = (body.draw ??= []);
  const levels = [["", _("Any difficulty")], ["easy", _("Easy")], ["medium", _("Medium")], ["hard", _("Hard")]];
  const topics = [["", _("Any content area")], ...state.topics.map(({ id, title }) => [id, title])];
  const fill = (entry, index, here) => [
    number(_("How many are drawn"), entry, "count", here, changed),
    choice(_("Content"), entry, "topic", here, changed, topics),
    choice(_("Difficulty"), entry, "difficulty", here, changed, levels),
  ];
  return rows(list, { heading: _("Drawing at random"), place: "draw", one: _("Pool"), fill, add: () => ({ count: 1 }), tools: { changed, redraw }, least: 0 });

  function redraw() {
    drawHeader();
    header.querySelector("details").open = true;
    header.querySelector('[data-place="draw"]').focus();
  }
}

// ---- begin

document.body.classList.add("scripted");
root.append(bar, notices, work);
adopt({});
showOthers(state.others);
if (!state.published) say(_("Changes wait to be published."));
if (state.file_changed) fileChanged(null);
here();
setInterval(here, HERE);
addEventListener("online", () => dirty && save());
addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});
addEventListener("pagehide", () => {
  const told = { method: "POST", keepalive: true, headers: { "X-Lopso": "1", "Content-Type": "application/json" }, body: JSON.stringify({ tab, closed: true }) };
  fetch(`/api/editor/${quiz}/here`, told).catch(() => null);
});
