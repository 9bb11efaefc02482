// The button "See advice" beside a text of a paper: the server looks at the text and keeps nothing of it.

async function told(button, text) {
  try {
    const response = await fetch(button.dataset.advice, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Lopso": "1" },
      body: JSON.stringify({ text }),
    });
    const said = await response.json();
    return response.ok ? said : { text: [said.error, said.fix].filter(Boolean).join(" ") };
  } catch {
    return { text: button.dataset.offline };
  }
}

async function look(event) {
  event.preventDefault();
  const button = event.currentTarget;
  const item = button.closest(".item");
  const text = item.querySelector("lopso-question").value ?? "";
  button.disabled = true;
  const said = text.trim() ? await told(button, text) : { text: button.dataset.blank };
  button.disabled = false;
  const place = item.querySelector(".told-advice");
  // The HTML is the server's, which has made plain text of all that was typed.
  if (said.html) place.innerHTML = said.html;
  else place.textContent = `⚠ ${said.text}`;
  place.scrollIntoView({ block: "nearest" });
}

for (const button of document.querySelectorAll("[data-advice]")) button.addEventListener("click", look);
