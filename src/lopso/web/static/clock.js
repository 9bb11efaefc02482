// The time left for a paper. The server's clock decides: it says how many seconds are left, here they are only counted
// down, and whenever it matters the server is asked again. What this machine's own clock says does not matter.
//
// The paper hears `lopso-time-up` when the seconds are over here (last typing is to be sent), and tells `lopso-left`
// with the seconds that the server gave in answer to something saved.

const clock = document.getElementById("clock");
const paper = document.getElementById("paper");
const shown = document.getElementById("clock-left");
const note = document.getElementById("clock-note");
const address = paper.dataset.api;
const WARN_AT = [300, 60];
const AGAIN_MS = 1000;
const PATIENCE_MS = 8000;

let end = 0;
let warned = Infinity;
let asking = false;

const left = () => Math.max(0, (end - performance.now()) / 1000);

function set(seconds) {
  end = performance.now() + seconds * 1000;
  // A threshold already passed at this moment is not told; one passed again after extra time is.
  warned = Math.min(...WARN_AT.filter((at) => seconds <= at), Infinity);
  paper.inert = false;
  show();
}

function show() {
  const whole = Math.ceil(left());
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const text = (parts[0] ? parts : parts.slice(1)).map((part) => String(part).padStart(2, "0")).join(":");
  if (shown.textContent !== text) shown.textContent = text;
  clock.dataset.state = whole <= 60 ? "last" : whole <= 300 ? "soon" : "";
}

/** What the server says now; null when it does not answer. */
async function ask() {
  try {
    const response = await fetch(address, { headers: { "X-Lopso": "1" }, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.status === 401) document.getElementById("again").hidden = false;
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

async function compare() {
  if (asking) return;
  asking = true;
  const said = await ask();
  asking = false;
  if (said?.handed_in) location.replace(paper.dataset.result);
  else if (typeof said?.left === "number" && Math.abs(said.left - left()) > 1.5) set(said.left);
}

async function warn(at) {
  warned = at;
  await compare();
  if (left() <= at && left() > 0) note.textContent = note.dataset.text.replace("{n}", Math.ceil(left() / 60));
}

let up = false;
async function timeIsUp() {
  up = true;
  paper.dispatchEvent(new CustomEvent("lopso-time-up"));
  for (;;) {
    const said = await ask();
    if (said?.handed_in) return location.replace(paper.dataset.result);
    if (said?.left > 0) break; // more time was given, or this machine counts too fast
    paper.inert = true;
    note.textContent = said ? note.dataset.up : note.dataset.offline;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    if (said === null) continue;
  }
  up = false;
  note.textContent = "";
  await compare();
}

function tick() {
  show();
  if (up) return;
  const seconds = left();
  if (seconds === 0) return void timeIsUp();
  const reached = WARN_AT.filter((at) => seconds <= at && at < warned);
  if (reached.length) warn(Math.min(...reached));
}

if (clock) {
  set(Number(clock.dataset.left));
  setInterval(tick, 250);
  paper.addEventListener("lopso-left", (event) => Math.abs(event.detail - left()) > 1.5 && set(event.detail));
  // A machine that slept did not count.
  addEventListener("visibilitychange", () => document.hidden || compare());
  addEventListener("pageshow", (event) => event.persisted && compare());
  addEventListener("online", compare);
}
