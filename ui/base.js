// What the other scripts of the page build on. They all run in one function, as text of the hub's
// `js_on_load`, with `trigger`, `watch` and `props` of Gradio.

const find = (query, within = document) => within.querySelector(query);
const all = (query, within = document) => [...within.querySelectorAll(query)];
const room = () => find("#room");
const panel = () => find("#panel");
const box = () => find("#question textarea");
const phone = () => matchMedia("(max-width: 768px)").matches;

const tongues = navigator.languages?.length ? navigator.languages : [navigator.language || "en"];
const language = tongues.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in WORDS) || "en";

/** The phrase of a key in the reader's language; “one|many” is chosen by `n`. */
function t(key, fields = {}) {
  const forms = WORDS[language][key].split("|");
  const form = fields.n === 1 ? forms[0] : forms.at(-1);
  return form.replace(/\{(\w+)\}/g, (_, name) => String(fields[name] ?? ""));
}

/** Fixed text of the page, which the server writes in English. */
function translate(within = document) {
  if (language === "en") return;
  for (const one of all("[data-t]", within)) one.textContent = t(one.dataset.t);
  for (const one of all("[data-t-label]", within)) one.setAttribute("aria-label", t(one.dataset.tLabel, { n: 2 }));
  for (const one of all("[data-t-placeholder]", within)) one.placeholder = t(one.dataset.tPlaceholder);
}

/** The browser's store, which may be full or forbidden. */
const store = {
  get(key) { try { return localStorage.getItem(`article-qa/${key}`); } catch { return null; } },
  set(key, text) { try { localStorage.setItem(`article-qa/${key}`, text); return true; } catch { return false; } },
  drop(key) { try { localStorage.removeItem(`article-qa/${key}`); } catch { /* nothing to drop */ } },
  keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith("article-qa/")).map((key) => key.slice(11)); } catch { return []; } },
};

/** What each `data-do` does; each script adds its own. */
const actions = {};
const on = { news: {} };

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-do]");
  if (button && !button.disabled) actions[button.dataset.do]?.(button, event);
});

/** An element with text, which is shown as it stands. */
function made(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...inside);
  return element;
}

let hush = 0;
/** A line at the foot of the page, with something to take back if need be. */
function say(text, undo = null) {
  let line = find("#said");
  if (!line) {
    line = made("div", { id: "said", role: "status" });
    find(".gradio-container").append(line);
  }
  line.replaceChildren(text);
  if (undo) {
    const button = made("button", { type: "button" }, t("undo"));
    button.addEventListener("click", () => { undo(); line.hidden = true; });
    line.append(button);
  }
  line.hidden = false;
  clearTimeout(hush);
  hush = setTimeout(() => { line.hidden = true; }, undo ? 6000 : 3000);
}

/** Ask the server for something until `there` tells that it has come: right after the start, or on a bad
 * line, a message can be lost. Asking twice changes nothing. */
function request(name, data, there, tries = 3) {
  trigger(name, data);
  if (tries > 1) setTimeout(() => { if (!there()) request(name, data, there, tries - 1); }, 4000);
}

/** One of the middle column's views: ask, articles, check, settings. */
function view(name) {
  room().dataset.view = name;
  for (const one of all('[data-do="view"]')) {
    if (one.dataset.view === name) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
  if (phone()) closeMenu();
  on.view?.(name);
}
actions.view = (button) => view(button.dataset.view);

function download(name, text) {
  const link = made("a", { href: URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
