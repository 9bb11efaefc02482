// The page watches its line to the kernel. When that ends and does not come back, it says so and offers to reload.
window.lopsoPage = (function (words) {
  let leaving = false, whole = false, address = null;
  addEventListener("pagehide", () => { leaving = true; });
  addEventListener("pageshow", (event) => { leaving = false; if (event.persisted && address) ask(); });

  function say(text) {
    if (leaving) return;
    const banner = document.getElementById("ls-banner");
    banner.querySelector("p").textContent = text;
    banner.hidden = false;
    const loading = document.getElementById("loading");
    if (loading && !whole) loading.remove();
  }
  function hush() { document.getElementById("ls-banner").hidden = true; }

  async function ask() {
    try {
      // The hub takes a script's cookies only together with its token; ours has the longest path and so comes first.
      const token = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "";
      const answer = await fetch(address, { cache: "no-store", headers: { "X-XSRFToken": decodeURIComponent(token) } });
      answer.ok ? hush() : say(words.stale);
    } catch { say(words.offline); }
  }
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(url, protocols) {
      super(url, protocols);
      const kernel = String(url).match(/\/api\/kernels\/[^/?]+(?=\/channels)/);
      if (!kernel) return;
      address = document.body.dataset.baseUrl.replace(/voila\/$/, "") + kernel[0].slice(1);
      this.addEventListener("open", hush);
      this.addEventListener("close", () => { if (!leaving) setTimeout(ask, 300); });
    }
  };
  addEventListener("offline", () => say(words.offline));
  addEventListener("online", () => address && ask());
  addEventListener("DOMContentLoaded", () => { if (!whole) say(words.cut_off); else nameSliders(); });

  // ipywidgets gives a slider no name that a screen reader could say.
  function nameSliders() {
    new MutationObserver(() => {
      for (const handle of document.querySelectorAll(".widget-slider [role=slider]:not([aria-label])")) {
        handle.setAttribute("aria-label", handle.closest(".widget-slider").querySelector(".widget-label")?.textContent || "…");
      }
    }).observe(document.getElementById("rendered_cells"), { childList: true, subtree: true });
  }

  // Widgets above it grow as they arrive: keep the place that was asked for in view until the reader moves.
  function hold(place) {
    if (!place) return;
    const watch = new ResizeObserver(() => place.scrollIntoView());
    watch.observe(document.getElementById("rendered_cells"));
    for (const move of ["wheel", "touchstart", "pointerdown", "keydown"])
      addEventListener(move, () => watch.disconnect(), { once: true, passive: true });
  }

  // The living board takes the place of its first paint, in one step; what was clicked meanwhile is clicked then.
  let wanted = null;
  addEventListener("click", (event) => {
    const button = event.target.closest?.("#ls-stored [data-ask]");
    if (!button) return;
    wanted = button.dataset.ask;
    button.setAttribute("aria-busy", "true");
  });
  function swap() {
    const stored = document.getElementById("ls-stored"), cells = document.getElementById("rendered_cells");
    if (stored && !cells.querySelector(".lopso-board h1, .lt-failure, .ls-failed")) {
      const watch = new MutationObserver(() => swap() && watch.disconnect());
      if (!cells.classList.contains("ls-behind")) watch.observe(cells, { childList: true, subtree: true });
      cells.classList.add("ls-behind");
      return false;
    }
    const find = (asking) => asking ? cells.querySelector(`[data-ask="${CSS.escape(asking)}"]`) : null;
    const focused = stored?.contains(document.activeElement) && document.activeElement.dataset.ask;
    document.getElementById("loading")?.remove();
    stored?.remove();
    cells.classList.remove("ls-behind");
    find(focused)?.focus({ preventScroll: true });
    find(wanted)?.click();
    return true;
  }

  return {
    progress(done, all) {
      const text = document.getElementById("loading_text");
      if (text) text.textContent = words.preparing.replace("{done}", done).replace("{all}", all);
    },
    // Called when the last cell is there, and again by voila.js when the theme is.
    show() {
      whole = true;
      const theme = window.themeLoaded;
      if (!theme) { window.cellLoaded = true; setTimeout(() => { window.themeLoaded = true; window.lopsoPage.show(); }, 8000); return; }
      document.getElementById("rendered_cells").style.display = "";
      swap();
      hold(document.getElementById(location.hash.slice(1)));  // nbconvert's ids are percent-encoded, as hashes are
    },
  };
})(JSON.parse(document.getElementById("ls-words").textContent));
