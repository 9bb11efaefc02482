// Draws a Plotly figure that the kernel holds as plain data. Plotly itself is loaded once, from our own host.

function load(address) {
  window.lopsoPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      delete window.lopsoPlotly;
      reject(new Error(address));
    };
    document.head.append(script);
  });
  return window.lopsoPlotly;
}

function render({ model, el }) {
  const box = document.createElement("div");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", model.get("label"));
  el.append(box);

  async function draw() {
    try {
      const plotly = window.Plotly ?? (await load(model.get("address")));
      const { data, layout, config } = model.get("figure");
      await plotly.react(box, data, layout, config);
    } catch {
      box.textContent = model.get("missing");
    }
  }

  // Paper is narrower than a screen, and nothing else tells Plotly.
  const narrow = () => box.data && window.Plotly?.relayout(box, { width: 690 });
  const widen = () => box.data && window.Plotly?.relayout(box, { width: null, autosize: true });
  model.on("change:figure", draw);
  addEventListener("beforeprint", narrow);
  addEventListener("afterprint", widen);
  draw();
  return () => {
    removeEventListener("beforeprint", narrow);
    removeEventListener("afterprint", widen);
    model.off("change:figure", draw);
    window.Plotly?.purge(box);
  };
}

export default { render };
