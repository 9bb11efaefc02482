// The seconds left for a question. The server says how many there are; here they are only counted down.

const SOON = 5;
const MINUTES = 100; // more seconds than that are told as minutes

export class Countdown {
  #root;
  #up;
  #end = 0;
  #whole = 1;
  #timer = 0;

  /** `up()` is called once when the seconds are over here; whether answers are still taken is the server's to say. */
  constructor(root, up) {
    this.#root = root;
    this.#up = up;
  }

  /** Count `left` seconds down of the `whole` that the question has; null is without a countdown. */
  set(left, whole) {
    this.stop();
    if (typeof left !== "number") return;
    this.#end = performance.now() + left * 1000;
    this.#whole = Math.max(whole ?? 0, left, 1);
    this.#timer = setInterval(() => this.#show(), 100);
    this.#show();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #parts(name) {
    return this.#root.querySelectorAll(`[data-part="${name}"]`);
  }

  #show() {
    const left = Math.max(0, (this.#end - performance.now()) / 1000);
    const seconds = Math.ceil(left);
    for (const clock of this.#parts("clock")) this.#write(clock, seconds);
    for (const sand of this.#parts("sand")) {
      sand.hidden = false;
      sand.value = (left / this.#whole) * 100;
    }
    if (left > 0) return;
    this.stop();
    this.#up();
  }

  #write(clock, seconds) {
    const text = spoken(seconds);
    if (clock.textContent === text) return;
    clock.textContent = text;
    clock.dataset.state = seconds <= SOON ? "soon" : "";
    for (const soon of this.#parts("soon")) if (seconds === SOON) soon.textContent = soon.dataset.text.replace("{n}", seconds);
  }
}

/** Write seconds, or from MINUTES on minutes and hours as well: 95, 12:05, 1:00:00. */
function spoken(seconds) {
  if (seconds < MINUTES) return String(seconds);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [first, ...more] = parts[0] ? parts : parts.slice(1);
  return [first, ...more.map((part) => String(part).padStart(2, "0"))].join(":");
}
