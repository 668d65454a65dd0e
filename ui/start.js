// Keys, and what is done once when the page has come.

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches?.('textarea, select, input:not([type="checkbox"], [type="radio"], [type="range"])');
  if (event.key === "Escape") {
    if (find("#card") && !find("#card").hidden) hideCard();
    else if (find(".row-menu")) all(".row-menu").forEach((one) => one.remove());
    else if (closeScope()) box().focus();
    else if (room().dataset.panel === "open") closePanel();
    else if (running.now) stop();
    else if (phone()) closeMenu();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openMenu();
    setTimeout(() => find("#find-conversation").focus(), 50);
  } else if (event.altKey && event.key.toLowerCase() === "n") {
    event.preventDefault();
    actions.new();
  } else if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  } else if (event.key === "/") {
    event.preventDefault();
    view("ask");
    box().focus();
  } else if (event.key === "[" || event.key === "]") {
    walk(event.key === "]" ? 1 : -1);
  } else if (event.key === "?") {
    view("settings");
    find("#about .keys")?.scrollIntoView({ block: "nearest" });
  }
});
actions.skip = (_, event) => { event.preventDefault(); (find("#thread button, #thread [tabindex]") ?? box())?.focus(); };

actions["log-out"] = async () => {
  await fetch("logout?all_session=false", { method: "POST", redirect: "manual" });
  location.assign(location.pathname);
};

/** Call `react` when the server redraws a part of the page. */
function observe(query, react) {
  const part = find(query);
  if (part) new MutationObserver(react).observe(part, { childList: true, subtree: true, attributes: true, characterData: true });
}

// What the address asks for, before anything changes it.
const wanted = new URL(location.href).searchParams;
let lastNews = null;
watch("value", () => {
  const message = props.value;
  if (!message || message.seq === lastNews) return;
  lastNews = message.seq;
  on.news[message.kind]?.(message);
});

/** Gradio draws parts one after the other: begin when the last has come. */
function whenThere(tries = 0) {
  const parts = ["#nav.open", "#menu nav", "#top .top", "#thread", "#live", "#panel", "#shelf", "#find-article", "#scope .scope", "#keep-conversations"];
  if (box() && parts.every((part) => find(part))) begin();
  else if (tries < 400) setTimeout(() => whenThere(tries + 1), 25);
}
function begin() {
  translate();
  document.documentElement.lang = language;
  shade(document.documentElement.dataset.shade === "dark");
  find("#nav").dataset.ready = "yes";
  room().dataset.ready = "yes";
  find("#keep-conversations").checked = conversations.keeping();
  box().setAttribute("enterkeyhint", "send");
  if (!phone()) box().focus();
  for (const [name, words] of [["submit", "send"], ["stop", "stop"]]) find(`#question .${name}-button`)?.setAttribute("aria-label", t(words));
  find("#nav .toggle-button")?.setAttribute("aria-label", t("menu"));
  observe("#panel", arrived);
  observe("#shelf", shelved);
  let seen = false;
  observe("#live", () => {
    const turn = find("#live .turn");
    if (turn && !seen) toTop(turn);
    seen = Boolean(turn);
  });
  drawConversations();
  view("ask"); // which on a phone closes the drawer that Gradio opens with
  const server = find("#menu nav").dataset.kept === "server";
  for (const one of all('[data-t="keep"]')) one.textContent = t(server ? "keep_on_server" : "keep");
  whenGreeted(() => { if (server) keepOnServer(followAddress); else followAddress(); });
}
/** The first message from the server shows that it receives what is triggered here. */
function whenGreeted(act, tries = 0) {
  if (find("#welcome .html-container > div")?.childElementCount || tries > 400) act();
  else setTimeout(() => whenGreeted(act, tries + 1), 25);
}
function followAddress() {
  const [conversation, article, shared] = [wanted.get("c"), wanted.get("a"), wanted.get("s")];
  if (shared && place === onServer) trigger("shared", { key: shared });
  else if (conversation) openConversation(conversation);
  else if (article) {
    linkTo("a", article);
    actions.source(made("button", { "data-source": article, "data-start": "0", "data-end": "0" }));
  }
}
whenThere();
