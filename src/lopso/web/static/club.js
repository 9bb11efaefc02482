// The teacher's control page: what the server tells is shown as it comes, a press of a button is sent without leaving.

import { Countdown } from "./countdown.js";
import { follow } from "./follow.js";
import { make } from "./pieces.js";
import { sceneOf } from "./scenes.js";
import { steer } from "./steer.js";

const form = document.getElementById("do");
const now = document.getElementById("now");
const line = document.getElementById("line");
const joined = document.getElementById("joined");
const countdown = new Countdown(document, () => {});
const { took } = steer(form);

function sentence(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function say(node, values, text = node.dataset.text) {
  const said = sentence(text, values);
  if (node.textContent !== said) node.textContent = said;
}

function show(state) {
  if (state.state === "ended") return location.reload();
  took(state);
  const together = state.mode === "together";
  const values = { n: state.question, all: state.of, answered: state.answered, count: state.count };
  say(now, values, now.dataset[sceneOf(state)]);
  if (state.state === "paused") countdown.stop();
  else countdown.set(state.left, null);
  if (state.left == null) document.querySelector("[data-part='clock']").textContent = "";
  showVerbs(state);
  showPupils(state, together);
  showQuestions(state);
  putControlFirst(state.state);
}

/** On a phone the buttons stand above the way in once the session has begun, and in sight. */
function putControlFirst(stand) {
  const control = document.getElementById("control");
  const begins = control.dataset.state === "lobby" && stand !== "lobby";
  control.dataset.state = stand;
  if (begins && matchMedia("(max-width: 56rem)").matches) form.closest("section").scrollIntoView();
}

function showVerbs({ may, next }) {
  for (const button of form.querySelectorAll(".verbs button")) button.hidden = !may.includes(button.value) || button.value === next;
  document.getElementById("ending").hidden = !may.includes("end");
}

function showPupils(state, together) {
  document.getElementById("count").textContent = state.count;
  say(document.getElementById("online"), { n: state.online });
  const more = document.getElementById("more");
  more.hidden = state.count <= state.joined.length;
  say(more, { n: state.count - state.joined.length });
  const focused = document.activeElement?.closest("#joined a")?.getAttribute("href");
  joined.replaceChildren(...state.joined.map((one) => pupil(one, together, state.question)));
  if (focused) joined.querySelector(`a[href="${focused}"]`)?.focus();
}

function pupil(one, together, question) {
  const link = make("a", { href: joined.dataset.base + one.id }, one.nickname);
  if (one.team) link.append(" ", make("span", { class: "soft" }, one.team));
  const said = [];
  if (!together) said.push(sentence(joined.dataset.answered, { n: one.answered }));
  else if (question) said.push(one.answered ? joined.dataset.given : joined.dataset.lacking);
  if (together) said.push(sentence(joined.dataset.points, { n: one.score }));
  if (!one.online) said.push(joined.dataset.away);
  return make("li", { "data-away": one.online ? null : "" }, link, " ", make("span", { class: "soft" }, said.join(" · ")));
}

function showQuestions({ questions, question }) {
  const rows = questions.map((one) =>
    make(
      "tr",
      { "aria-current": one.number === question ? "true" : null },
      make("th", { scope: "row" }, one.number),
      ...["right", "partly", "wrong", "unanswered"].map((name) => make("td", {}, one[name])),
    ),
  );
  document.querySelector("#questions tbody").replaceChildren(...rows);
}

follow(form.dataset.api, show, (here) => {
  line.hidden = here;
  line.textContent = here ? "" : line.dataset.away;
});
