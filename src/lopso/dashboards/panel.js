// A part of a board: shows what the kernel writes, tells it what was clicked, keeps focus and opened parts in place.

function save(name, kind, content) {
  const address = URL.createObjectURL(new Blob([content], { type: kind }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

function render({ model, el }) {
  el.classList.add("lt-panel");
  let goal = "";

  function arrive() {
    const place = goal && document.querySelector(`[data-place="${CSS.escape(goal)}"]`);
    if (!place) return;
    goal = "";
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    place.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    place.focus({ preventScroll: true });
  }

  function show() {
    const focused = el.contains(document.activeElement) && document.activeElement.closest("[data-ask]");
    const open = [...el.querySelectorAll("details[open][data-key]")].map((each) => each.dataset.key);
    el.innerHTML = model.get("html");
    for (const key of open) el.querySelector(`details[data-key="${CSS.escape(key)}"]`)?.setAttribute("open", "");
    if (focused) el.querySelector(`[data-ask="${CSS.escape(focused.dataset.ask)}"]`)?.focus({ preventScroll: true });
  }

  function clicked(event) {
    const button = event.target.closest("[data-ask]");
    if (!button || button.disabled) return;
    if (button.dataset.ask === "print") { window.print(); return; }
    goal = button.dataset.goto ?? "";
    model.send({ ask: button.dataset.ask });
  }

  function heard(content, buffers) {
    if (content.file) save(content.file, content.kind, buffers[0]);
    if (content.answered) arrive();
  }

  const beat = () => document.visibilityState === "visible" && model.send({ ask: "pulse" });
  const follow = () => location.hash.length > 1 && model.send({ ask: location.hash.slice(1) });

  // Paper shows what is behind every heading that can be opened.
  let opened = [];
  const unfold = () => {
    opened = [...el.querySelectorAll("details:not([open])")];
    for (const each of opened) each.open = true;
  };
  const fold = () => { for (const each of opened) each.open = false; };

  show();
  el.addEventListener("click", clicked);
  model.on("change:html", show);
  model.on("msg:custom", heard);
  addEventListener("beforeprint", unfold);
  addEventListener("afterprint", fold);
  const seconds = model.get("pulse");
  const timer = seconds ? setInterval(beat, seconds * 1000) : 0;
  if (seconds) document.addEventListener("visibilitychange", beat);
  if (model.get("follows")) {
    addEventListener("hashchange", follow);
    follow();
  }
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", beat);
    removeEventListener("hashchange", follow);
    removeEventListener("beforeprint", unfold);
    removeEventListener("afterprint", fold);
    model.off("change:html", show);
    model.off("msg:custom", heard);
  };
}

export default { render };
