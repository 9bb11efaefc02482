// Hearing what the server tells of a session: server-sent events, and asking where they do not come through.

const AGAIN_MS = 2000;
const SILENCE_MS = 35_000; // the server says at least something every 15 seconds
const GONE = [401, 404, 410];

/** Call `told(state)` at once and whenever something changed, `here(true or false)` as the line comes and goes. A page
 *  that has no place in the session any more is loaded anew. */
export function follow(address, told, here) {
  let source = null;
  let heard = performance.now();
  let later = 0;

  function listen() {
    source?.close();
    clearTimeout(later);
    source = new EventSource(`${address}/events`);
    heard = performance.now();
    source.addEventListener("state", (event) => took(JSON.parse(event.data)));
    source.addEventListener("beat", () => (heard = performance.now()));
    source.addEventListener("later", (event) => askLater(Number(event.data) * 1000));
    source.addEventListener("error", lost);
  }

  /** Too many listen: the server told how things stand, and when to ask again. */
  function askLater(pause) {
    source.close();
    heard = performance.now() + pause;
    later = setTimeout(listen, pause);
  }

  function took(state) {
    heard = performance.now();
    here(true);
    told(state);
  }

  /** The browser tries again by itself, unless the server refused; then we ask why. */
  function lost() {
    here(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(ask, AGAIN_MS);
  }

  async function ask() {
    try {
      const response = await fetch(address, { headers: { "X-Lopso": "1" }, signal: AbortSignal.timeout(8000) });
      if (GONE.includes(response.status)) return location.reload();
      if (response.ok) took(await response.json());
    } catch {
      // Still away.
    }
    if (source.readyState === EventSource.CLOSED) listen();
  }

  addEventListener("online", listen);
  // A phone that slept, or a line that died without a word.
  addEventListener("visibilitychange", () => document.hidden || performance.now() - heard < AGAIN_MS || listen());
  setInterval(() => performance.now() - heard > SILENCE_MS && listen(), SILENCE_MS / 2);
  listen();
  return ask;
}
