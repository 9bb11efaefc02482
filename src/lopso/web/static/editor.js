// The editor of a quiz: its header and questions, autosave of the draft, who else has it open, checking and publishing.

import { button, choice, clearFaults, make, moment, named, number, showFault, text, tick } from "./editor-fields.js";
import { rows } from "./editor-kinds.js";
import { Questions } from "./editor-questions.js";

const AUTOSAVE = 700;
const AGAIN = 3000;
const HERE = 15000;
const SAID = { saved: "Đã lưu", saving: "Đang lưu…", unsaved: "Chưa lưu: mất kết nối, đang thử lại…", stopped: "Chưa lưu" };

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
  limits: state.limits,
  body: () => state.body,
  id: () => state.ids.pop(),
  ready() {
    if (state.ids.length > 40) return true;
    notice("warn", "Chưa thêm được: máy chủ chưa trả lời. Hãy chờ một lát.");
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
const work = make("div", { class: "work" }, header, make("h2", {}, "Các câu hỏi"), questions.element, questions.adder);
const publishing = button("Xuất bản", () => publish(), { className: "" });
const bar = make(
  "div",
  { class: "editor-bar" },
  make("div", { class: "bar-said" }, saved, others, spoken),
  make("div", { class: "bar-tools" }, make("a", { class: "button plain", href: `/editor/${quiz}/preview`, target: "_blank" }, "Xem trước cả bài"), publishing),
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
    if (heard?.status === 409) return conflict(heard.told);
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
  const again = button("Thử lại", () => {
    stopped = false;
    notices.replaceChildren();
    changed();
  });
  const login = status === 401 ? make("a", { href: "/editor", target: "_blank" }, "Đăng nhập lại ở thẻ mới") : null;
  notice("bad", `${told.error ?? ""} ${told.fix ?? ""}`, ...[login, again].filter(Boolean)).focus();
}

function conflict(told) {
  stopped = true;
  work.inert = true;
  show("stopped");
  const theirs = button("Lấy bản mới ấy", () => take());
  const mine = button("Giữ bản của tôi thành bài riêng", () => keep());
  notice("warn", `${told.error} Những gì bạn vừa sửa chưa được lưu vào bài này.`, theirs, mine).focus();
}

async function take() {
  const heard = await call("GET", `?tab=${tab}`).catch(() => null);
  if (heard?.status !== 200) return notice("bad", heard?.told.error ?? "Mất kết nối. Hãy thử lại.", button("Thử lại", take));
  adopt(heard.told);
  return notice("", "Đã lấy bản mới nhất.");
}

async function keep() {
  const reply = await fetch("/api/editor", {
    method: "POST",
    headers: { "X-Lopso": "1", "Content-Type": "application/json" },
    body: JSON.stringify({ body: state.body }),
  }).catch(() => null);
  if (!reply?.ok) return notice("bad", "Chưa giữ được. Hãy thử lại.", button("Thử lại", keep));
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
  else notice("warn", "Có bản mới do người khác lưu.", button("Lấy bản mới ấy", () => take()));
}

function showOthers(names) {
  others.textContent = names.length ? `Cũng đang mở bài này: ${names.join(", ")}` : "";
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
  if (!heard) notice("bad", "Mất kết nối. Hãy thử lại.").focus();
  else if (heard.status === 200) {
    const after = [make("a", { href: `/quizzes/${quiz}` }, "Mở bài như người học")];
    if (heard.told.replaced) after.push(make("a", { href: `/quizzes/${quiz}/regrade` }, "Xem ai đổi điểm nếu chấm lại"));
    adopt(heard.told);
    notice("good", "Đã xuất bản. Ai bắt đầu làm từ bây giờ sẽ gặp bản này.", ...after).focus();
  } else if (heard.told.faults) showFaults(heard.told.faults);
  else if (heard.told.over !== undefined) fileChanged(heard.told.over);
  else if (heard.status === 409) conflict(heard.told);
  else notice("bad", `${heard.told.error ?? "Có lỗi."} ${heard.told.fix ?? ""}`).focus();
}

function showFaults(faults) {
  questions.open(new Set(faults.filter((fault) => fault.place[0] === "question").map((fault) => fault.place[1])));
  const items = faults.map((fault) => {
    const control = showFault(work, fault.place, fault.said);
    const go = () => {
      const closed = control?.closest("details:not([open])");
      if (closed) closed.open = true;
      control?.focus();
      control?.scrollIntoView({ block: "center" });
    };
    return make("li", {}, button(`${[fault.where, named(control)].filter(Boolean).join(" – ")}: ${fault.said}`, go, { className: "link" }));
  });
  const shown = notice("bad", `Chưa xuất bản được: còn ${faults.length} chỗ phải sửa. Bấm vào từng dòng để đến chỗ ấy.`);
  shown.append(make("ul", {}, ...items));
  shown.focus();
}

function fileChanged(over) {
  const words = "Tệp quiz.toml của bài này đã bị sửa ở ngoài trang soạn. Nếu ghi đè, những gì sửa ở đó sẽ mất.";
  const actions = [button("Bỏ bản nháp, lấy bản trong tệp", takeFile)];
  if (over !== null) actions.push(button("Xuất bản và ghi đè", () => publish(over)));
  else actions.push(button("Giữ bản nháp", () => notices.replaceChildren()));
  notice("warn", words, ...actions).focus();
}

async function takeFile() {
  const heard = await call("POST", "/file", { tab }).catch(() => null);
  if (heard?.status !== 200) return notice("bad", `${heard?.told.error ?? "Mất kết nối."} ${heard?.told.fix ?? ""}`);
  adopt(heard.told);
  return notice("", "Đã lấy bản trong tệp.");
}

// ---- the header

function drawHeader() {
  const { body } = state;
  const named = (list, none) => [["", none], ...list.map(({ id, title }) => [id, title])];
  const timing = make(
    "details",
    {},
    make("summary", {}, "Thời gian, lượt làm, cách hiện kết quả…"),
    number("Số lượt làm (0: không hạn chế)", body, "tries", "", changed, { usual: "0" }),
    choice("Lượt được tính", body, "counts", "", changed, [["best", "Lượt cao điểm nhất"], ["last", "Lượt cuối"], ["first", "Lượt đầu"]]),
    number("Nghỉ giữa hai lượt (phút)", body, "pause_minutes", "", changed, { usual: "0" }),
    number("Thời gian làm bài (phút, 0: không hạn chế)", body, "minutes", "", changed, { usual: "0" }),
    moment("Mở từ", body, "opens", "", changed),
    moment("Đóng lúc", body, "closes", "", changed),
    choice("Làm xong thì hiện", body, "show_after", "", changed, [
      ["explanations", "Điểm và lời giải thích"],
      ["marks", "Chỉ điểm"],
      ["keys", "Điểm, lời giải thích và đáp án"],
      ["nothing", "Không hiện gì"],
    ]),
    choice("Hiện khi nào", body, "show_when", "", changed, [["at_once", "Ngay khi nộp"], ["after_close", "Sau khi bài đóng"]]),
    tick("Đảo thứ tự câu hỏi", body, "shuffle_questions", "", changed, true),
    tick("Đảo thứ tự lựa chọn", body, "shuffle_options", "", changed, true),
    draws(body),
  );
  header.replaceChildren(
    make("h2", {}, "Thông tin chung"),
    text("Tên bài", body, "title", "", changed, { maxlength: 200, lines: 1 }),
    text("Lời giới thiệu", body, "intro", "", changed, { lines: 2 }),
    number("Đạt từ (% số điểm)", body, "pass_percent", "", changed, { usual: "80" }),
    choice("Thuộc khóa học", body, "course", "", changed, named(state.courses, "Không thuộc khóa nào")),
    timing,
  );
}

/** Drawing some questions out of many: how many of which topic or difficulty. */
function draws(body) {
  const list = (body.draw ??= []);
  const levels = [["", "Độ khó nào cũng được"], ["easy", "Dễ"], ["medium", "Vừa"], ["hard", "Khó"]];
  const topics = [["", "Nội dung nào cũng được"], ...state.topics.map(({ id, title }) => [id, title])];
  const fill = (entry, index, here) => [
    number("Số câu rút", entry, "count", here, changed),
    choice("Nội dung", entry, "topic", here, changed, topics),
    choice("Độ khó", entry, "difficulty", here, changed, levels),
  ];
  return rows(list, { heading: "Rút ngẫu nhiên", place: "draw", one: "Nhóm rút", fill, add: () => ({ count: 1 }), tools: { changed, redraw }, least: 0 });

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
if (!state.published) say("Có thay đổi chưa xuất bản.");
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
