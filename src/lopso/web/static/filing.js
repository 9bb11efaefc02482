// What a form of filing adds where scripts run: what was typed outlives a lost connection, and one press sends once.
const form = document.querySelector("form[data-draft]");
const done = document.querySelector("[data-done]");
const place = "lopso-draft:";
const HOURS = 12; // older than that, somebody begins anew

if (done) for (const key of Object.keys(localStorage)) if (key.startsWith(place)) localStorage.removeItem(key);

if (form) {
  const key = place + form.dataset.draft;
  const texts = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "kept");
  const said = form.querySelector(".sending");
  const button = form.querySelector("button");

  const restore = () => {
    const { at, kept } = JSON.parse(localStorage.getItem(key) || "{}");
    if (!kept || "faults" in form.dataset || Date.now() - at > HOURS * 3600e3) return;
    for (const field of form.elements) {
      if (!field.name || field.type === "file" || field.type === "hidden" || new URLSearchParams(location.search).has(field.name)) continue;
      const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox") field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
    if (kept.some(([name, value]) => ["title", "task", "link", "contents"].includes(name) && value)) form.querySelector("details").open = true;
  };

  const tooLarge = () => [...form.querySelectorAll("input[type=file]")].some((input) => input.files[0]?.size > form.dataset.largest);

  restore();
  form.addEventListener("input", () => localStorage.setItem(key, JSON.stringify({ at: Date.now(), kept: texts() })));
  form.addEventListener("submit", (event) => {
    said.textContent = !navigator.onLine ? form.dataset.offline : tooLarge() ? form.dataset.large : "";
    if (said.textContent) return event.preventDefault();
    said.textContent = form.dataset.sending;
    setTimeout(() => (button.disabled = true));
  });
  addEventListener("pageshow", () => {
    button.disabled = false;
    said.textContent = "";
  });
}

for (const copy of document.querySelectorAll("button[data-copies]")) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const text = document.getElementById(copy.dataset.copies);
    text.select();
    await (navigator.clipboard ? navigator.clipboard.writeText(text.value) : document.execCommand("copy"));
    copy.textContent = copy.dataset.copied;
  });
}

for (const all of document.querySelectorAll("input[data-ticks]")) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const one of all.form.elements) if (one.name === all.dataset.ticks && !one.disabled) one.checked = all.checked;
  });
}
