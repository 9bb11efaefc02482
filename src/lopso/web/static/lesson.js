// A lesson page: practice answers go to the server, which alone can mark them, and so does how far one has read.

const lesson = document.getElementById("lesson");
const { course, lesson: name } = lesson.dataset;
const SECTIONS = [...lesson.querySelectorAll("section[data-section]")];
const PAUSE_MS = 800;

let reached = Number(lesson.dataset.reached);
let seen = { place: reached, done: false };
let told = { ...seen };
let timer = 0;

async function send(address, body) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Lopso": "1" },
    body: JSON.stringify(body),
    keepalive: true,
  });
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error([said.error, said.fix].filter(Boolean).join(" ") || lesson.dataset.offline);
  return said;
}

/** Show how far the reader is, as the server told. */
function show(stand) {
  reached = Math.max(reached, stand.reached);
  SECTIONS.forEach((section, place) => {
    const read = lesson.querySelector(`.read[data-for="${section.id}"]`);
    if (read) read.hidden = place > reached;
  });
  count("parts", reached + 1);
  count("answered", stand.answered);
  const left = document.getElementById("left");
  if (left) {
    left.hidden = !stand.unanswered.length;
    for (const link of left.querySelectorAll("a")) link.hidden = !stand.unanswered.includes(link.dataset.question);
  }
  document.getElementById("is-finished").hidden = !stand.finished;
  document.getElementById("is-open").hidden = stand.finished;
}

function count(id, n) {
  const part = document.getElementById(id);
  if (!part) return;
  const text = part.dataset.text.replace("{n}", n).replace("{all}", part.dataset.all);
  if (part.textContent !== text) part.textContent = text;
}

async function check(event) {
  const element = event.target;
  const { value } = event.detail;
  if (value === null) return element.showProblem(lesson.dataset.choose);
  element.disabled = true;
  try {
    const mark = await send(`/api/practice/${course}/${element.getAttribute("question")}`, { answer: value });
    element.showMark(mark);
    show(mark.lesson);
  } catch (error) {
    // A lost line says so in the browser's language and words; ours are better.
    element.showProblem(error instanceof TypeError ? lesson.dataset.offline : error.message);
  } finally {
    element.disabled = false;
    element.querySelector(".lq-check")?.focus({ preventScroll: true });
  }
}

/** Tell the server of a section reached, a moment after the last one, or again at the next one if the line was lost. */
async function tell() {
  clearTimeout(timer);
  if (seen.place < 0 || (seen.place === told.place && seen.done === told.done)) return;
  const now = { ...seen };
  try {
    show(await send(`/api/progress/${course}/${name}`, { section: SECTIONS[now.place].id, done: now.done }));
    told = now;
  } catch {
    // Nothing is lost that matters to the reader now: the next section, or being online again, sends it once more.
  }
}

function reach(place, done) {
  if (place < seen.place || (place === seen.place && (seen.done || !done))) return;
  seen = { place, done };
  clearTimeout(timer);
  timer = setTimeout(tell, PAUSE_MS);
}

const starts = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) if (entry.isIntersecting) reach(SECTIONS.indexOf(entry.target), false);
  },
  { rootMargin: "0px 0px -30% 0px" },
);
const end = new IntersectionObserver((entries) => {
  if (entries.some((entry) => entry.isIntersecting)) reach(SECTIONS.length - 1, true);
});

for (const section of SECTIONS) starts.observe(section);
end.observe(document.getElementById("hoan-thanh"));
lesson.addEventListener("lopso-check", check);
addEventListener("online", tell);
addEventListener("pagehide", tell);
