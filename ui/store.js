// Conversations in this browser, each under a key of its own, so that two tabs do not overwrite each other.
// c/<id>: {"title", "pinned", "updated", "revision", "kept": what the server gave}

const conversations = {
  keeping: () => store.get("keep") !== "no",

  read(id) {
    try {
      const record = JSON.parse(store.get(`c/${id}`));
      return record && typeof record.title === "string" && record.kept ? { ...record, id } : null;
    } catch { return null; }
  },

  list() {
    const found = store.keys().filter((key) => key.startsWith("c/")).map((key) => conversations.read(key.slice(2)));
    return found.filter(Boolean).sort((a, b) => (b.pinned ? 1 : 0) - (a.pinned ? 1 : 0) || b.updated - a.updated);
  },

  write(record) {
    const { id, ...kept } = record;
    const text = JSON.stringify(kept);
    if (store.set(`c/${id}`, text)) return true;
    // The store is full: the oldest that is not pinned makes room.
    const oldest = conversations.list().filter((one) => !one.pinned && one.id !== id).pop();
    if (!oldest) return false;
    store.drop(`c/${oldest.id}`);
    return conversations.write(record);
  },

  change(id, changes) {
    const record = conversations.read(id);
    if (record) conversations.write({ ...record, ...changes });
    drawConversations();
  },

  drop(id) {
    const before = store.get(`c/${id}`);
    store.drop(`c/${id}`);
    drawConversations();
    return () => { store.set(`c/${id}`, before); drawConversations(); };
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
