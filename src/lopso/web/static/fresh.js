// Whoever goes back sees the page as it is now, not as the browser kept it: answers given elsewhere, progress, marks.
addEventListener("pageshow", (event) => {
  const wentBack = event.persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (wentBack && navigator.onLine) location.reload();
});
