// Answers on their way: kept in the browser until the server says that they are on disk, and sent one by one.
//
// A queued answer survives a reload or a lost line in localStorage, where each question has a place of its own, so that
// two tabs do not overwrite what the other keeps. Each question has its own sequence number; an answer given just now
// outbids whatever another tab or device saved meanwhile, one that waited offline gives way to it.

const TYPING_MS = 500;
const LONGEST_TYPING_MS = 900; // whoever types without a pause is saved within a second as well
const FRESH_MS = 10_000;
const RETRY_MS = [1000, 2000, 5000, 10_000];
const PATIENCE_MS = 8000; // a request that is not answered by then is lost, and sent again

export class Outbox {
  known = {}; // the newest sequence number of each question
  queue; // what waits, by question: {seq, answer, at}
  refused = new Set(); // questions whose answer, as it stands, the server cannot read
  ended = false; // nothing more is sent: only a reload helps
  #store;
  #address;
  #page;
  #timers = {};
  #sending = false;
  #failures = 0;
  #retry = 0;

  /** `store` begins the names in the browser's storage, `address` the one an answer is sent to. The page gives
   *  `read(question)`, the answer that stands on it, and is told: `show(state)` (saved, saving, offline, refused,
   *  unsaved), `replied(reply)`, `replaced(question, answer)` by a newer one from elsewhere, and
   *  `turnedDown(question, sent, status, text)`, where it sets `ended` if it must. */
  constructor(store, address, page) {
    this.#store = store;
    this.#address = address;
    this.#page = page;
    this.queue = this.#load();
    addEventListener("pagehide", () => this.flush());
    addEventListener("visibilitychange", () => document.hidden && this.flush());
    addEventListener("online", () => this.send());
  }

  get sending() {
    return this.#sending;
  }

  /** An answer changed; what is being typed is sent when the typing pauses. */
  answered(question, typing) {
    if (!typing) return this.#enqueue(question);
    const since = this.#timers[question]?.since ?? Date.now();
    clearTimeout(this.#timers[question]?.timer);
    const pause = Math.max(0, Math.min(TYPING_MS, since + LONGEST_TYPING_MS - Date.now()));
    this.#timers[question] = { since, timer: setTimeout(() => this.#enqueue(question), pause) };
    this.show();
  }

  /** Leaving a text field, the page or the app does not wait for the typing pause. */
  flush() {
    for (const question of Object.keys(this.#timers)) this.#enqueue(question);
  }

  /** Drop what was sent, here and in the storage; a later answer of another tab stays there. */
  forget(question, sent = this.queue[question]) {
    if (this.queue[question] === sent) delete this.queue[question];
    try {
      if (JSON.parse(localStorage.getItem(this.#store + question))?.at === sent.at)
        localStorage.removeItem(this.#store + question);
    } catch {
      // What cannot be read was not written here.
    }
  }

  show() {
    const waiting = Object.keys(this.queue).length > 0 || Object.keys(this.#timers).length > 0;
    const held = this.ended ? "unsaved" : this.#failures ? "offline" : "saving";
    this.#page.show(waiting ? held : this.refused.size ? "refused" : "saved");
  }

  async send() {
    this.show();
    if (this.#sending || this.ended) return;
    this.#sending = true;
    clearTimeout(this.#retry);
    try {
      for (let next = this.#next; next; next = this.#next) await this.#sendOne(next);
      this.#failures = 0;
    } catch {
      this.#failures += 1;
      this.#retry = setTimeout(() => this.send(), RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1]);
    }
    this.#sending = false;
    this.show();
  }

  get #next() {
    return Object.keys(this.queue)[0];
  }

  /** What waits, also from other tabs and earlier visits, by question. */
  #load() {
    const found = {};
    try {
      for (const key of Object.keys(localStorage))
        if (key.startsWith(this.#store)) found[key.slice(this.#store.length)] = JSON.parse(localStorage.getItem(key));
    } catch {
      // As above.
    }
    return found;
  }

  #keep(question) {
    try {
      localStorage.setItem(this.#store + question, JSON.stringify(this.queue[question]));
    } catch {
      // A browser without storage still sends what is in memory; the page says "not saved" until it has.
    }
  }

  #enqueue(question) {
    clearTimeout(this.#timers[question]?.timer);
    delete this.#timers[question];
    this.refused.delete(question);
    this.queue[question] = { seq: (this.known[question] ?? 0) + 1, answer: this.#page.read(question), at: Date.now() };
    this.#keep(question);
    this.send();
  }

  async #sendOne(question) {
    const sent = this.queue[question];
    const response = await fetch(`${this.#address}/${question}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-Lopso": "1" },
      body: JSON.stringify({ seq: sent.seq, answer: sent.answer }),
      keepalive: true,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.ok) return this.#took(question, sent, await response.json());
    if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
    const problem = await response.json().catch(() => ({}));
    const text = [problem.error, problem.fix].filter(Boolean).join(" ");
    if (response.status === 422 && this.queue[question] === sent) this.refused.add(question);
    this.#page.turnedDown(question, sent, response.status, text);
    if (this.ended) throw new Error(String(response.status));
    this.forget(question, sent); // the server will not take this answer however often it is sent
  }

  #took(question, sent, reply) {
    this.known[question] = Math.max(this.known[question] ?? 0, reply.seq);
    this.#page.replied(reply);
    const newer = this.queue[question] !== sent;
    this.#failures = 0;
    if (newer || (!reply.kept && Date.now() - sent.at < FRESH_MS)) {
      this.queue[question].seq = this.known[question] + 1;
      return this.#keep(question);
    }
    this.forget(question, sent);
    if (!reply.kept) this.#page.replaced(question, reply.answer);
  }
}
