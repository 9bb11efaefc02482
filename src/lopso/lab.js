// The practice question inside JupyterLab and Voilà: the same element as on the pages (question.js stands above this).
// With the kernel's token the kernel asks the web service; without one the browser does, with its own cookie.

function render({ model, el }) {
  // Keys pressed in the question are answers, not shortcuts of the notebook.
  el.dataset.lmSuppressShortcuts = "true";
  const element = document.createElement("lopso-question");
  element.setAttribute("check", "");
  el.append(element);

  async function ask(value) {
    const sent = { method: "POST", body: JSON.stringify({ answer: value }) };
    const headers = { "Content-Type": "application/json", "X-Lopso": "1" };
    const said = await fetch(`/api/practice/${model.get("address")}`, { headers, ...(value === undefined ? {} : sent) });
    const document = await said.json();
    if (!said.ok) throw new Error([document.error, document.fix].filter(Boolean).join(" "));
    return document;
  }

  function problem(error) {
    const text = error instanceof Error && !(error instanceof TypeError || error instanceof SyntaxError) && error.message;
    if (element.prompt) element.showProblem(text || model.get("unreachable"));
    else element.textContent = `⚠ ${text || model.get("unreachable")}`;
    element.disabled = false;
  }

  function show(prompt) {
    element.prompt = prompt;
    element.value = prompt.answer;
    if (prompt.mark) element.showMark(prompt.mark);
  }

  function told(message) {
    if (message.problem) return problem(new Error(message.problem));
    element.disabled = false;
    element.showMark(message.mark);
  }

  element.addEventListener("lopso-check", (event) => {
    if (event.detail.value === null) return element.showProblem(model.get("choose"));
    element.disabled = true;
    if (model.get("by_kernel")) model.send({ answer: event.detail.value });
    else ask(event.detail.value).then((mark) => told({ mark }), problem);
  });
  model.on("msg:custom", told);

  if (model.get("problem")) problem(new Error(model.get("problem")));
  else if (model.get("by_kernel")) show(model.get("prompt"));
  else ask().then(show, problem);
  return () => model.off("msg:custom", told);
}

export default { render };
