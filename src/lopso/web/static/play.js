// A pupil's page in a session that all play together: what the server tells is shown, answers go out by outbox.js.
//
// The server tells every step (event `state`), with the seconds that are left; here they are only counted down. The
// pieces of the page are the <template>s that the server wrote; nothing of a key is in the page before it is told.

import "./question.js";
import { Outbox } from "./outbox.js";
import { follow } from "./follow.js";
import { Countdown } from "./countdown.js";
import { fill, put, putBars, putRanks } from "./pieces.js";

const stage = document.getElementById("stage");
const line = document.getElementById("line");
const news = document.getElementById("news");
const UNHEARD_MS = 3000; // when the time is up and nobody says what comes next, we ask
let state = null;
const late = new Set(); // questions for which an answer came too late

const part = (name) => stage.querySelector(`[data-part="${name}"]`);
const element = () => stage.querySelector("lopso-question");
const isOpen = (question) => state?.step === "question" && state.question.id === question;

const outbox = new Outbox(`lopso-play-${stage.dataset.key}:`, "/api/play/answers", {
  read: () => element().value,
  show: showSaved,
  replied() {},
  replaced(question, answer) {
    if (isOpen(question)) element().value = answer;
  },
  turnedDown(question, sent, status, text) {
    if (status === 401 || status === 410) {
      outbox.ended = true;
      location.reload();
    } else if (status === 409) {
      late.add(question);
      tellLate();
    } else if (isOpen(question)) element().showProblem(text);
  },
});

function showSaved(how) {
  const saved = part("saved");
  if (!saved || !state?.question) return;
  const question = state.question.id;
  const given = outbox.known[question] > 0;
  const now = how === "saved" ? (late.has(question) ? "late" : given ? "saved" : "none") : how;
  saved.dataset.state = { offline: "unsaved", refused: "unsaved", late: "unsaved" }[now] ?? now;
  if (saved.textContent !== saved.dataset[now]) saved.textContent = saved.dataset[now];
}

const countdown = new Countdown(stage, () => {
  outbox.flush();
  if (element()) element().disabled = true;
  const open = state;
  setTimeout(() => open === state && ask(), UNHEARD_MS);
});

/** Show what the server told; a question that is open already stays as it stands, with what is being typed. */
function show(told) {
  if (told.step === "removed") return location.reload();
  // A whole school does not ask for its papers in the same instant.
  if (told.mode === "own" && told.state !== "lobby") return void setTimeout(() => location.reload(), Math.random() * told.spread * 1000);
  const same = isOpen(told.question?.id) && told.step === "question";
  if (!same) {
    outbox.flush(); // what is being typed goes out before it is taken from the page
    const step = told.step === "lobby" && told.state === "running" ? "wait" : told.step;
    const piece = document.getElementById(`step-${step}`);
    stage.replaceChildren(piece.content.cloneNode(true));
    stage.dataset.step = told.step;
    if (told.step !== "lobby") document.querySelector(".word")?.removeAttribute("open");
    scrollTo({ top: 0 });
  }
  state = told;
  fill(stage, values(told));
  if (told.step === "question") pose(told.question, same);
  else countdown.stop();
  if (told.step === "shown") reveal(told);
  putRanks(part("standing"), told.standing);
  putRanks(part("teams")?.querySelector("ol"), told.teams);
  if (part("teams")) part("teams").hidden = !told.teams?.length;
  outbox.show();
  if (!same) news.textContent = [...stage.querySelectorAll("h1, .big")].map((one) => one.textContent).join(" ");
}

function values({ me, question, result }) {
  return {
    nickname: me.nickname,
    score: me.score,
    place: me.place,
    n: question?.number,
    all: question?.of,
    gained: result?.score || null,
  };
}

function pose(question, same) {
  countdown.set(question.left, question.seconds);
  if (same) {
    element().disabled = question.left <= 0; // more time was given
    return;
  }
  const { id, seq, prompt, value } = question;
  const waiting = outbox.queue[id];
  outbox.known[id] = Math.max(outbox.known[id] ?? 0, seq);
  element().prompt = prompt;
  element().value = waiting ? waiting.answer : value;
  part("saved").hidden = prompt.kind === "info";
  if (waiting) waiting.seq = Math.max(waiting.seq, 1);
  outbox.send();
}

/** Say that an answer to the question that is shown did not arrive in time. */
function tellLate() {
  if (part("late")) part("late").hidden = !late.has(state.question?.id);
}

function reveal({ result, key, explanation, bars }) {
  part("verdict").hidden = !result;
  part("verdict").dataset.outcome = result?.outcome ?? "none";
  part("word").textContent = part("word").dataset[result?.outcome] ?? "";
  part("reason").innerHTML = result?.reason ?? "";
  put(part("key"), key);
  const why = part("explanation");
  why.hidden = !explanation || explanation === result?.reason;
  why.querySelector("div").innerHTML = explanation ?? "";
  putBars(part("bars"), bars);
  tellLate();
}

stage.addEventListener("lopso-answer", (event) => {
  late.delete(state.question.id);
  outbox.answered(state.question.id, event.detail.typing);
});
stage.addEventListener("focusout", () => outbox.flush());
// Enter in a field would send the plain form, which is for browsers without this script.
stage.addEventListener("submit", (event) => {
  event.preventDefault();
  outbox.flush();
});

document.body.classList.add("scripted");
const ask = follow("/api/play", show, (here) => {
  line.hidden = here;
  line.textContent = here ? "" : line.dataset.away;
  if (here) outbox.send();
});
