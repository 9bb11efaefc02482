// A paper at own pace hears of its session: the teacher gave more time, or ended it.

import { follow } from "./follow.js";

const paper = document.getElementById("paper");

follow(
  paper.dataset.api,
  (told) => {
    if (told.handed_in || told.state === "ended") location.replace(paper.dataset.result);
    else if (typeof told.left === "number") paper.dispatchEvent(new CustomEvent("lopso-left", { detail: told.left }));
  },
  () => {},
);
