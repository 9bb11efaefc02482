// Which of its pictures a page of a session shows, by what the server told: also `_scene` of club_desk.py.

export function sceneOf({ state, step, mode }) {
  if (state !== "running") return state;
  if (mode === "own") return "own";
  return step === "lobby" ? "wait" : step;
}
