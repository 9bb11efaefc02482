// The buttons that lead a session on. Each press names the revision it was made on: the server refuses a second press
// that was meant for what is over already.

/** Send presses of the buttons of `form`; gives `took(state)`, to be told what the server says, and `press(verb)`. */
export function steer(form) {
  const next = document.getElementById("next");
  const refused = document.getElementById("refused");
  let sending = false;

  function took(state) {
    form.elements.revision.value = state.revision;
    const ends = state.mode === "together" || state.state === "lobby" ? "end" : "";
    next.value = state.next ?? ends;
    next.textContent = next.dataset[next.value] ?? "";
    next.hidden = !next.value || (next.value === "end" && !("ends" in form.dataset));
    next.disabled = false;
  }

  async function press(verb) {
    if (sending) return;
    sending = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("verb", verb);
    try {
      const reply = await fetch(form.action, { method: "POST", headers: { "X-Lopso": "1", Accept: "application/json" }, body });
      if (reply.status === 401) return location.reload(); // to log in again, and back
      say(reply.ok ? "" : await problem(reply));
    } catch {
      say(form.dataset.away);
    }
    sending = false;
  }

  async function problem(reply) {
    const { error, fix } = await reply.json().catch(() => ({}));
    return [error ?? form.dataset.away, fix].filter(Boolean).join(" ");
  }

  function say(text) {
    if (!refused) return;
    refused.textContent = text;
    refused.hidden = !text;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(event.submitter.value);
  });
  return { took, press };
}
