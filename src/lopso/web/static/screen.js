// The projector: shows what the teacher released, as large as it fits; the teacher's keys lead on from here as well.

import "./question.js";
import { Countdown } from "./countdown.js";
import { follow } from "./follow.js";
import { fill, make, put, putBars, putRanks } from "./pieces.js";
import { sceneOf } from "./scenes.js";
import { steer } from "./steer.js";

const NEXT_KEYS = ["ArrowRight", "PageDown", " ", "Enter"]; // what a presenter's remote sends, too
const [LARGEST, SMALLEST] = [0.03, 14]; // of the letters: a share of the screen's width, and pixels
const form = document.getElementById("do");
const next = document.getElementById("next");
const full = document.getElementById("full");
const line = document.getElementById("line");
const main = document.getElementById("main");
const countdown = new Countdown(document, () => {});
const { took, press } = steer(form);
const part = (name) => document.querySelector(`[data-part="${name}"]`);
const element = document.querySelector("lopso-question");
let asked = "";
let state = null;

function show(told) {
  state = told;
  took(told);
  const step = (document.body.dataset.step = sceneOf(told));
  fill(document, { n: told.question?.number, all: told.question?.of, answered: told.answered, count: told.count });
  for (const scene of document.querySelectorAll("[data-scene]")) scene.hidden = !scene.dataset.scene.split(" ").includes(step);
  if (told.state === "running") countdown.set(told.left, told.question?.seconds);
  else countdown.stop();
  if (told.question) ask(told.question);
  put(part("key"), told.key);
  putBars(part("bars"), told.bars);
  part("explanation").hidden = !told.explanation;
  part("explanation").querySelector("div").innerHTML = told.explanation ?? "";
  putRanks(part("standing"), told.standing);
  putRanks(part("teams").querySelector("ol"), told.teams);
  part("teams").hidden = !told.teams?.length;
  fit();
}

function ask({ id, prompt }) {
  if (asked !== id) {
    element.prompt = prompt;
    spellChoices();
  }
  asked = id;
  element.disabled = true;
  for (const image of element.querySelectorAll("img")) image.addEventListener("load", fit);
}

/** Nobody opens a closed list on a projector: what may be chosen is written out. */
function spellChoices() {
  const lists = [...element.querySelectorAll("select:not(.lq-place select)")];
  const texts = (list) => [...list.options].filter((one) => one.value).map((one) => one.textContent);
  for (const list of lists) {
    list.hidden = true;
    if (!list.closest(".lq-pairs")) list.after(make("span", {}, `[${texts(list).join(" / ")}]`));
  }
  const pairs = element.querySelector(".lq-pairs");
  if (pairs) pairs.after(make("ul", { class: "choices" }, ...texts(lists[0]).map((text) => make("li", {}, text))));
}

/** Make everything smaller, step by step from very large, until nothing hangs over the edge of the screen. */
function fit() {
  const root = document.documentElement;
  root.style.fontSize = "";
  if (matchMedia("(max-width: 48rem)").matches) return;
  let size = Math.round(innerWidth * LARGEST);
  do root.style.fontSize = `${size--}px`;
  while (size > SMALLEST && (main.scrollHeight > main.clientHeight + 1 || main.scrollWidth > main.clientWidth + 1));
}

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.key === "f" || event.key === "F") return toggleFull();
  if (event.key === "p" || event.key === "P") return press(state?.state === "paused" ? "resume" : "pause");
  if (!NEXT_KEYS.includes(event.key) || event.target.closest("button, a, audio")) return;
  event.preventDefault();
  if (!next.hidden) press(next.value);
});
full.hidden = !document.fullscreenEnabled;
full.addEventListener("click", toggleFull);
addEventListener("resize", fit);
// The projector stays bright; a browser that cannot promise that, or not now, leaves it to the PC's settings.
const stayAwake = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {});
addEventListener("visibilitychange", stayAwake);
stayAwake();
document.body.classList.add("scripted");
follow(form.dataset.api, show, (here) => {
  line.hidden = here;
  line.textContent = here ? "" : line.dataset.away;
});
