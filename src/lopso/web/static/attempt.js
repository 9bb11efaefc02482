// The paper of a quiz: one question at a time or all, with the answers that outbox.js keeps and sends.

import { Outbox } from "./outbox.js";

const paper = document.getElementById("paper");
const saved = document.getElementById("saved");
const done = document.getElementById("done");
const again = document.getElementById("again");
const items = [...paper.querySelectorAll(".item")];
const links = [...paper.querySelectorAll(".numbers a")];

const element = (question) =>
  items.find((item) => item.dataset.question === question)?.querySelector("lopso-question");

const outbox = new Outbox(`lopso-attempt-${paper.dataset.attempt}:`, `${paper.dataset.api}/answers`, {
  read: (question) => element(question).value,
  show(state) {
    saved.dataset.state = ["offline", "refused"].includes(state) ? "unsaved" : state;
    const text = saved.dataset[state];
    if (saved.textContent !== text) saved.textContent = text;
  },
  replied(reply) {
    if (typeof reply.left === "number") paper.dispatchEvent(new CustomEvent("lopso-left", { detail: reply.left }));
  },
  replaced(question, answer) {
    element(question).value = answer;
    mark(question, answer);
  },
  turnedDown,
});
const { queue, refused } = outbox;
outbox.known = Object.fromEntries(items.map((item) => [item.dataset.question, Number(item.dataset.seq)]));

let over = ""; // why nothing more is sent

function turnedDown(question, sent, status, text) {
  if (status !== 422 || queue[question] === sent) element(question).showProblem(text || saved.dataset.unsaved);
  if (status === 422) return;
  outbox.ended = true; // logged out, handed in on another device, not ours: only a reload helps
  over = text;
  again.hidden = status !== 401;
  if (status === 409) {
    for (const [name, waiting] of Object.entries(queue)) outbox.forget(name, waiting);
    location.reload();
  }
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

paper.addEventListener("lopso-answer", (event) => {
  const question = event.target.closest(".item").dataset.question;
  mark(question, event.detail.value);
  outbox.answered(question, event.detail.typing);
  if (outbox.ended) event.target.showProblem(over || saved.dataset.unsaved);
});
paper.addEventListener("focusout", () => outbox.flush());
// Enter in a field would send the plain form, which is for browsers without this script.
paper.addEventListener("submit", (event) => {
  event.preventDefault();
  outbox.flush();
});
paper.addEventListener("lopso-time-up", () => outbox.flush());
addEventListener("beforeunload", (event) => {
  outbox.flush();
  // What waits for a new log-in is kept in the browser and sent afterwards.
  if ((Object.keys(queue).length || refused.size) && !outbox.ended) event.preventDefault();
});

document.getElementById("finish").addEventListener("click", async (event) => {
  event.preventDefault();
  outbox.flush();
  await outbox.send();
  while (outbox.sending) await new Promise((resolve) => setTimeout(resolve, 50));
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
outbox.send();
