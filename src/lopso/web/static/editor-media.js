// Pictures and sounds of a question: sent to the server as files, and written under the question's text as Markdown.

import { button, group, make, text } from "./editor-fields.js";
import { _ } from "./editor-words.js";

// One within a line belongs to that line, and stays where its author wrote it.
const ENDING = /(?:^|\n)[ \t]*!\[([^\]]*)\]\((media\/[^)\s]+)\)[ \t]*$/;
const SOUND = /\.(mp3|ogg|m4a)$/i;
const ACCEPT = ".jpg,.jpeg,.png,.webp,.svg,.mp3,.ogg,.m4a";

/** Take apart a prompt: its text, and the pictures and sounds that stand under it. */
export function split(prompt = "") {
  const media = [];
  let words = prompt.trimEnd();
  for (let found; (found = words.match(ENDING)); words = words.slice(0, found.index).trimEnd()) {
    media.unshift({ alt: found[1], file: found[2] });
  }
  return { text: media.length ? words : prompt, media };
}

/** Put a prompt together again. */
export function join({ text: words, media }) {
  const plain = (alt) => alt.replace(/[[\]\n]/g, " ").trim();
  const written = media.map(({ alt, file }) => `![${plain(alt)}](${file})`);
  return written.length ? [words.trimEnd(), ...written].filter(Boolean).join("\n\n") : words;
}

/** The group that shows, adds and takes away; `held` = {text, media}, `take()` is called at every change. */
export function mediaGroup(held, place, quiz, limits, take, redraw) {
  const shown = held.media.map((one, index) => {
    const address = `/editor/${quiz}/${one.file}`;
    const sound = SOUND.test(one.file);
    const look = sound ? make("audio", { controls: true, src: address, "aria-label": one.alt || _("Sound") }) : make("img", { src: address, alt: one.alt });
    const alt = text(sound ? _("Description of the sound (required)") : _("Description of the picture (required)"), one, "alt", `${place}.media.${index}`, take, {
      help: _("For people who cannot see or hear it; do not give the answer away here."),
      required: true,
    });
    const drop = () => {
      held.media.splice(index, 1);
      take();
      redraw(_("Pictures, sounds"));
    };
    return make("div", { class: "entry" }, make("div", { class: "entry-fields" }, look, alt), button(_("Remove"), drop, { about: sound ? _("the sound") : _("the picture") }));
  });
  const said = make("p", { class: "help", role: "status" });
  const input = make("input", { type: "file", accept: ACCEPT, class: "unseen" });
  input.addEventListener("change", () => send(input, quiz, limits, said, (file) => {
    held.media.push({ alt: "", file });
    take();
    redraw(_("Description"));
  }));
  const label = make("label", { class: "button plain small file" }, _("Add a picture or a sound"), input);
  return group(_("Pictures, sounds"), `${place}.media`, ...shown, label, said);
}

async function send(input, quiz, limits, said, done) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  said.classList.remove("fault");
  said.textContent = _("Sending…");
  try {
    const limit = SOUND.test(file.name) ? limits.sound : limits.picture;
    if (file.size > limit) throw new Error(SOUND.test(file.name) ? _("This sound is larger than {n} MB. Make it smaller and send it again.", { n: Math.round(limit / 1048576) }) : _("This picture is larger than {n} MB. Make it smaller and send it again.", { n: Math.round(limit / 1048576) }));
    const reply = await fetch(`/api/editor/${quiz}/media?name=${encodeURIComponent(file.name)}`, { method: "PUT", headers: { "X-Lopso": "1", "Content-Type": "application/octet-stream" }, body: file });
    const told = await reply.json();
    if (!reply.ok) throw new Error(`${told.error} ${told.fix ?? ""}`);
    said.textContent = "";
    done(told.file);
  } catch (error) {
    said.classList.add("fault");
    said.textContent = `⚠ ${error instanceof TypeError ? _("No connection. Send it again.") : error.message}`;
  }
}
