// The list of conversations, and what can be done with each.

const DAY = 24 * 3600 * 1000;

// Gradio draws its sidebar a moment after the click: a second click in between would turn it back.
let menuTurns = false;
function turnMenu(open) {
  const nav = find("#nav");
  if (menuTurns || !nav || nav.classList.contains("open") === open) return;
  menuTurns = true;
  find(".toggle-button", nav).click();
  setTimeout(() => { menuTurns = false; }, 30);
}
const openMenu = () => turnMenu(true);
const closeMenu = () => turnMenu(false);
actions.menu = () => { openMenu(); setTimeout(() => find("#nav .new")?.focus(), 50); };

function section(record) {
  if (record.pinned) return "pinned";
  const midnight = new Date().setHours(0, 0, 0, 0);
  return record.updated >= midnight ? "today" : record.updated >= midnight - 6 * DAY ? "last_week" : "earlier";
}

function drawConversations() {
  const list = find("#conversations");
  if (!list || find("li input", list)) return; // a name is being typed
  const wanted = (find("#find-conversation")?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = (record) => `${record.title} ${record.kept.turns?.map((turn) => `${turn.question} ${turn.answer?.text ?? ""}`).join(" ")}`.toLowerCase();
  const records = conversations.list().filter((record) => !wanted.length || wanted.every((word) => textOf(record).includes(word)));
  const parts = [];
  let last = "";
  let rows = null;
  for (const record of records) {
    const name = section(record);
    if (name !== last) {
      rows = made("ul");
      parts.push(made("h2", {}, t(name)), rows);
      last = name;
    }
    rows.append(row(record));
  }
  if (!records.length) parts.push(made("p", { class: "empty" }, t(conversations.keeping() ? "no_conversations" : "not_kept")));
  else if (!wanted.length) parts.push(made("p", { class: "empty small" }, t(place === onServer ? "kept_on_server" : "kept_here")));
  list.replaceChildren(...parts);
}

function row(record) {
  const open = made("button", { type: "button", class: "conversation", "data-do": "open", "data-id": record.id, "aria-current": record.id === current.id ? "true" : null }, record.title);
  const more = made("button", { type: "button", class: "more-of", "data-do": "more-of", "data-id": record.id, "aria-label": t("more_for", { title: record.title }), "aria-expanded": "false" }, "⋯");
  return made("li", { "data-row": record.id }, open, more);
}

actions.open = (button) => { if (button.dataset.id === current.id) view("ask"); else openConversation(button.dataset.id); };
actions["more-of"] = (button) => {
  const item = button.closest("li");
  const shown = find(".row-menu", item);
  all(".row-menu").forEach((one) => one.remove());
  all(".more-of").forEach((one) => one.setAttribute("aria-expanded", "false"));
  if (shown) return;
  const record = conversations.read(button.dataset.id);
  if (!record) return;
  const choice = (action, words) => made("button", { type: "button", "data-do": action, "data-id": record.id }, t(words));
  const menu = made("div", { class: "row-menu", role: "group", "aria-label": record.title },
    choice("rename", "rename"), choice("pin", record.pinned ? "unpin" : "pin"),
    choice("take-md", "export_md"), choice("take-html", "export_html"), choice("take-json", "export_json"),
    choice("print", "print"), choice("delete", "delete"));
  if (place === onServer) find('[data-do="print"]', menu).after(choice("share", "share"), ...(record.shared ? [choice("unshare", "unshare")] : []));
  item.append(menu);
  button.setAttribute("aria-expanded", "true");
  find("button", menu).focus();
};
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-row]")) all(".row-menu").forEach((one) => one.remove());
});

actions.rename = (button) => {
  const item = button.closest("li");
  const record = conversations.read(button.dataset.id);
  if (!record) return;
  const field = made("input", { type: "text", value: record.title, "aria-label": t("rename"), maxlength: "120" });
  const done = (keep) => {
    field.removeEventListener("blur", blurred);
    field.remove();
    if (keep && field.value.trim()) conversations.change(record.id, { title: field.value.trim() });
    else drawConversations();
  };
  const blurred = () => done(true);
  field.addEventListener("blur", blurred);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") { event.stopPropagation(); done(event.key === "Enter"); }
  });
  item.replaceChildren(field);
  field.select();
};
document.addEventListener("dblclick", (event) => {
  const button = event.target.closest?.(".conversation");
  if (button) actions.rename(button);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "F2" && document.activeElement?.matches?.(".conversation")) actions.rename(document.activeElement);
});
actions.pin = (button) => {
  const record = conversations.read(button.dataset.id);
  conversations.change(button.dataset.id, { pinned: !record?.pinned });
};
actions.delete = (button) => {
  const id = button.dataset.id;
  const back = conversations.drop(id);
  const shown = id === current.id;
  if (shown) fresh();
  say(t("deleted"), () => { back(); if (shown) openConversation(id); });
};
for (const format of ["md", "html", "json"]) {
  actions[`take-${format}`] = (button) => afterOpening(button.dataset.id, () => trigger("take", { format }));
}
actions.print = (button) => afterOpening(button.dataset.id, () => setTimeout(() => window.print(), 300));
on.news.file = ({ name, text }) => download(name, text);

actions.share = (button) => { all(".row-menu").forEach((one) => one.remove()); trigger("publish", { id: button.dataset.id }); };
actions.unshare = (button) => { all(".row-menu").forEach((one) => one.remove()); trigger("withdraw", { id: button.dataset.id }); };
on.news.link = async ({ id, key }) => {
  const record = onServer.records.get(id);
  if (record) record.shared = key;
  if (!key) { say(t("share_ended")); return; }
  const address = new URL(location.pathname, location.origin);
  address.searchParams.set("s", key);
  try { await copy(address.href); say(t("share_copied")); } catch { window.prompt(t("share"), address.href); }
};

let afterwards = null;
function afterOpening(id, act) {
  all(".row-menu").forEach((one) => one.remove());
  if (id === current.id) { act(); return; }
  afterwards = act;
  openConversation(id);
}

let restoring = null;
/** Show a kept conversation: the server proves it again first. */
function openConversation(id) {
  const record = conversations.read(id);
  if (!record) return false;
  if (running.now) { say(t("busy")); return false; }
  restoring = id;
  request("restore", { record: record.kept, id }, () => restoring !== id);
  view("ask");
  closePanel();
  return true;
}
on.news.restored = ({ id }) => {
  restoring = null;
  const record = conversations.read(id);
  Object.assign(current, { id, revision: record?.revision ?? 0, server: record?.kept.id ?? null });
  linkTo("c", id, record?.title);
  drawConversations();
  find("#ask-view").scrollTop = 0;
  afterwards?.();
  afterwards = null;
};
/** A shared conversation: what is asked next is the reader's own. */
on.news.opened = ({ title, text }) => {
  Object.assign(current, { id: null, revision: 0, server: null });
  document.title = `${title} · Article QA`;
  drawConversations();
  say(text);
};
on.news.unreadable = ({ text }) => { restoring = null; say(text); };

function linkTo(name, value, title = "") {
  const address = new URL(location.href);
  for (const one of ["c", "a", "s"]) address.searchParams.delete(one);
  if (value) address.searchParams.set(name, value);
  history.replaceState(history.state, "", address);
  document.title = title ? `${title} · Article QA` : "Article QA";
}

/** Begin a new conversation. */
function fresh() {
  if (running.now) { say(t("busy")); return; }
  trigger("fresh", {});
  closePanel();
  view("ask");
}
actions.new = () => { fresh(); box()?.focus(); };
on.news.fresh = () => {
  Object.assign(current, { id: null, revision: 0, server: null });
  linkTo("c", null);
  drawConversations();
};

actions["delete-all"] = () => {
  const backs = conversations.list().map((record) => conversations.drop(record.id));
  fresh();
  say(t("deleted_all"), () => backs.forEach((back) => back()));
};
document.addEventListener("change", (event) => {
  if (event.target.id !== "keep-conversations") return;
  store.set("keep", event.target.checked ? "yes" : "no");
  drawConversations();
});
document.addEventListener("input", (event) => { if (event.target.id === "find-conversation") drawConversations(); });

actions.theme = () => {
  const dark = document.documentElement.dataset.shade !== "dark";
  store.set("theme", dark ? "dark" : "light");
  shade(dark);
};
function shade(dark) {
  document.documentElement.dataset.shade = dark ? "dark" : "light";
  document.body.classList.toggle("dark", dark);
}
