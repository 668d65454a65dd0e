// Conversations, each under a key of its own, so that two tabs do not overwrite each other: in this browser,
// or on the server for readers who log in.
// <id>: {"title", "pinned", "updated", "revision", "kept": what the server gave, "shared": key of a copy}

const inBrowser = {
  get: (id) => { try { return JSON.parse(store.get(`c/${id}`)); } catch { return null; } },
  set: (id, record) => store.set(`c/${id}`, JSON.stringify(record)),
  drop: (id) => store.drop(`c/${id}`),
  ids: () => store.keys().filter((key) => key.startsWith("c/")).map((key) => key.slice(2)),
};

/** The server's records as they were last sent here; it makes room itself. */
const onServer = {
  records: new Map(),
  get: (id) => onServer.records.get(id) ?? null,
  set(id, record) {
    onServer.records.set(id, record);
    trigger("keep", { id, record });
    return true;
  },
  drop(id) { if (onServer.records.delete(id)) trigger("forget", { id }); },
  ids: () => [...onServer.records.keys()],
};
let place = inBrowser;

const conversations = {
  keeping: () => store.get("keep") !== "no",

  read(id) {
    const record = place.get(id);
    return record && typeof record.title === "string" && record.kept ? { ...record, id } : null;
  },

  list() {
    return place.ids().map(conversations.read).filter(Boolean).sort((a, b) => (b.pinned ? 1 : 0) - (a.pinned ? 1 : 0) || b.updated - a.updated);
  },

  write(record) {
    const { id, ...kept } = record;
    if (place.set(id, kept)) return true;
    // The store is full: the oldest that is not pinned makes room.
    const oldest = conversations.list().filter((one) => !one.pinned && one.id !== id).pop();
    if (!oldest) return false;
    place.drop(oldest.id);
    return conversations.write(record);
  },

  change(id, changes) {
    const record = conversations.read(id);
    if (record) conversations.write({ ...record, ...changes });
    drawConversations();
  },

  drop(id) {
    const before = place.get(id);
    place.drop(id);
    drawConversations();
    return () => { place.set(id, { ...before, shared: "" }); drawConversations(); };
  },
};

// The conversation that this tab shows: its key here, and the revision that it has seen of it.
const current = { id: null, revision: 0, server: null };

/** Keep what the server made of the conversation; if another tab has gone on with it, beside that. */
function keepRecord(kept, title) {
  if (current.server !== kept.id) {
    current.id = current.id ?? kept.id;
    current.server = kept.id;
  }
  if (!conversations.keeping()) return;
  let before = conversations.read(current.id);
  if (before && before.revision !== current.revision) {
    current.id = `${kept.id}-${Math.random().toString(36).slice(2, 8)}`;
    before = null;
  }
  current.revision = (before?.revision ?? 0) + 1;
  conversations.write({
    id: current.id,
    title: before?.title ?? title,
    pinned: before?.pinned ?? false,
    updated: Date.now(),
    revision: current.revision,
    kept,
  });
}

window.addEventListener("storage", (event) => {
  if (!event.key || event.key.startsWith("article-qa/c/")) drawConversations();
});

/** Where a reader logs in, the server's records are the list: they are sent at the start, and again when the
 * reader comes back to this tab, since another may have gone on. */
function keepOnServer(then) {
  place = onServer;
  onServer.then = then;
  request("records", {}, () => !onServer.then);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) trigger("records", {}); });
}
on.news.records = ({ records }) => {
  onServer.records = new Map(Object.entries(records));
  drawConversations();
  onServer.then?.();
  onServer.then = null;
};
on.news.unkept = ({ text }) => { say(text); trigger("records", {}); };
/** A later revision was there already: ours is kept beside it. */
on.news.kept = ({ id, under }) => {
  if (id === under) return;
  onServer.records.set(under, onServer.records.get(id));
  if (current.id === id) {
    current.id = under;
    linkTo("c", under, conversations.read(under)?.title);
  }
  trigger("records", {});
};
