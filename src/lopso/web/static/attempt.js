// The paper of a quiz: answers are queued in the browser, sent one by one, and called saved only when the server says so.
//
// A queued answer survives a reload or a lost line in localStorage, where each question has a place of its own, so that
// two tabs do not overwrite what the other keeps. Each question has its own sequence number; an answer given just now
// outbids whatever another tab or device saved meanwhile, one that waited offline gives way to it.

const paper = document.getElementById("paper");
const attempt = paper.dataset.attempt;
const saved = document.getElementById("saved");
const done = document.getElementById("done");
const again = document.getElementById("again");
const items = [...paper.querySelectorAll(".item")];
const links = [...paper.querySelectorAll(".numbers a")];
const STORE = `lopso-attempt-${attempt}:`;
const TYPING_MS = 500;
const LONGEST_TYPING_MS = 900; // whoever types without a pause is saved within a second as well
const FRESH_MS = 10_000;
const RETRY_MS = [1000, 2000, 5000, 10_000];
const PATIENCE_MS = 8000; // a request that is not answered by then is lost, and sent again

const known = Object.fromEntries(items.map((item) => [item.dataset.question, Number(item.dataset.seq)]));
const timers = {};
const queue = load();
let sending = false;
let failures = 0;
let retry = 0;
let ended = false;
const refused = new Set(); // questions whose answer, as it stands, the server cannot read

/** What waits of this attempt, also from other tabs and earlier visits, by question. */
function load() {
  const found = {};
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(STORE)) found[key.slice(STORE.length)] = JSON.parse(localStorage.getItem(key));
  } catch {
    // What cannot be read was not written here.
  }
  return found;
}

function keep(question) {
  try {
    localStorage.setItem(STORE + question, JSON.stringify(queue[question]));
  } catch {
    // A browser without storage still sends what is in memory; the page says "not saved" until it has.
  }
}

/** Drop what was sent, here and in the storage; a later answer of another tab stays there. */
function forget(question, sent) {
  if (queue[question] === sent) delete queue[question];
  try {
    if (JSON.parse(localStorage.getItem(STORE + question))?.at === sent.at) localStorage.removeItem(STORE + question);
  } catch {
    // As above.
  }
}

const element = (question) =>
  items.find((item) => item.dataset.question === question)?.querySelector("lopso-question");

function show() {
  const waiting = Object.keys(queue).length > 0 || Object.keys(timers).length > 0;
  const state = !waiting ? (refused.size ? "refused" : "saved") : ended ? "unsaved" : failures ? "offline" : "saving";
  saved.dataset.state = ["offline", "refused"].includes(state) ? "unsaved" : state;
  const text = saved.dataset[state];
  if (saved.textContent !== text) saved.textContent = text;
}

function isBlank(value) {
  return value === null || value === "" || (typeof value === "object" && !Object.keys(value).length);
}

function mark(question, value) {
  const link = links[items.findIndex((item) => item.dataset.question === question)];
  link.toggleAttribute("data-answered", !isBlank(value));
  link.setAttribute("aria-label", `${link.textContent}${isBlank(value) ? "" : `, ${link.dataset.answeredText}`}`);
  count();
}

function count() {
  const answered = links.filter((link) => link.hasAttribute("data-answered")).length;
  const questions = items.filter((item) => !("info" in item.dataset)).length;
  done.textContent = done.dataset.text.replace("{n}", answered).replace("{all}", questions);
}

function enqueue(question) {
  clearTimeout(timers[question]?.timer);
  delete timers[question];
  refused.delete(question);
  queue[question] = { seq: known[question] + 1, answer: element(question).value, at: Date.now() };
  keep(question);
  send();
}

async function send() {
  show();
  if (sending || ended) return;
  sending = true;
  clearTimeout(retry);
  try {
    for (let next = Object.keys(queue)[0]; next; next = Object.keys(queue)[0]) await sendOne(next);
    failures = 0;
  } catch {
    failures += 1;
    retry = setTimeout(send, RETRY_MS[Math.min(failures, RETRY_MS.length) - 1]);
  }
  sending = false;
  show();
}

async function sendOne(question) {
  const sent = queue[question];
  const response = await fetch(`/api/attempts/${attempt}/answers/${question}`, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-Lopso": "1" },
    body: JSON.stringify({ seq: sent.seq, answer: sent.answer }),
    keepalive: true,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (response.ok) return took(question, sent, await response.json());
  if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
  const problem = await response.json().catch(() => ({}));
  const said = [problem.error ?? saved.dataset.unsaved, problem.fix].filter(Boolean).join(" ");
  refuse(question, sent, response.status, said);
  if (response.status !== 422) throw new Error(String(response.status));
}

function took(question, sent, reply) {
  known[question] = Math.max(known[question], reply.seq);
  if (typeof reply.left === "number") paper.dispatchEvent(new CustomEvent("lopso-left", { detail: reply.left }));
  const newer = queue[question] !== sent;
  failures = 0;
  if (newer || (!reply.kept && Date.now() - sent.at < FRESH_MS)) {
    queue[question].seq = known[question] + 1;
    return keep(question);
  }
  forget(question, sent);
  if (reply.kept) return;
  element(question).value = reply.answer;
  mark(question, reply.answer);
}

/** The server will not take this answer however often it is sent. */
function refuse(question, sent, status, text) {
  if (status === 422) {
    if (queue[question] === sent) {
      refused.add(question);
      element(question).showProblem(text);
    }
    return forget(question, sent);
  }
  element(question).showProblem(text);
  ended = true; // logged out, handed in on another device, not ours: only a reload helps
  again.hidden = status !== 401;
  if (status === 409) {
    for (const [name, waiting] of Object.entries(queue)) forget(name, waiting);
    location.reload();
  }
}

paper.addEventListener("lopso-answer", (event) => {
  const question = event.target.closest(".item").dataset.question;
  mark(question, event.detail.value);
  if (event.detail.typing) {
    const since = timers[question]?.since ?? Date.now();
    clearTimeout(timers[question]?.timer);
    const pause = Math.max(0, Math.min(TYPING_MS, since + LONGEST_TYPING_MS - Date.now()));
    timers[question] = { since, timer: setTimeout(() => enqueue(question), pause) };
    show();
  } else enqueue(question);
});

// Leaving a text field, the page or the app does not wait for the typing pause.
function flush() {
  for (const question of Object.keys(timers)) enqueue(question);
}
paper.addEventListener("focusout", flush);
// Enter in a field would send the plain form, which is for browsers without this script.
paper.addEventListener("submit", (event) => {
  event.preventDefault();
  flush();
});
paper.addEventListener("lopso-time-up", flush);
addEventListener("pagehide", flush);
addEventListener("visibilitychange", () => document.hidden && flush());
addEventListener("online", send);
addEventListener("beforeunload", (event) => {
  flush();
  // What waits for a new log-in is kept in the browser and sent afterwards.
  if ((Object.keys(queue).length || refused.size) && !ended) event.preventDefault();
});

document.getElementById("finish").addEventListener("click", async (event) => {
  event.preventDefault();
  flush();
  await send();
  while (sending) await new Promise((resolve) => setTimeout(resolve, 50));
  if (refused.size) turn(items.findIndex((item) => refused.has(item.dataset.question)));
  else if (!Object.keys(queue).length) location.href = event.target.href;
  else saved.scrollIntoView({ block: "nearest" });
});

// One question at a time, or all of them.
const view = document.getElementById("view");
const [previous, next] = document.querySelectorAll("#steps button");
let current = 0;
let all = sessionStorage.getItem("lopso-view") === "all";

function turn(to, focus = true) {
  current = Math.max(0, Math.min(items.length - 1, to));
  items.forEach((item, index) => item.classList.toggle("current", index === current));
  links.forEach((link, index) => {
    if (index === current) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  });
  previous.disabled = current === 0;
  next.disabled = current === items.length - 1;
  if (!focus) return;
  history.replaceState(null, "", `#${items[current].id}`);
  const heading = items[current].querySelector("h2");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: !all });
  if (!all) scrollTo({ top: 0 });
}

function lay() {
  paper.classList.toggle("one-by-one", !all);
  document.getElementById("steps").hidden = all;
  view.textContent = all ? view.dataset.one : view.dataset.all;
}

for (const [step, button] of [[-1, previous], [1, next]]) button.addEventListener("click", () => turn(current + step));
links.forEach((link, index) =>
  link.addEventListener("click", (event) => {
    event.preventDefault();
    turn(index);
  }),
);
view.addEventListener("click", () => {
  all = !all;
  sessionStorage.setItem("lopso-view", all ? "all" : "one");
  lay();
});

// What waited in the browser since the last visit is shown and sent.
for (const [question, waiting] of Object.entries(queue)) {
  if (!element(question)) delete queue[question];
  else {
    element(question).value = waiting.answer;
    waiting.seq = Math.max(waiting.seq, 1);
    mark(question, waiting.answer);
  }
}
document.body.classList.add("scripted");
count();
lay();
turn(items.findIndex((item) => `#${item.id}` === location.hash), false);
send();
