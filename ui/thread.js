// Asking, stopping and what can be done with an answer.

const running = { now: false, queued: null, asked: "", parent: null };

/** Put text into Gradio's box, as a reader would. */
function write(text) {
  const field = box();
  if (!field) return;
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Ask a question; while an answer is being made it waits its turn. `parent` is the turn it goes on from. */
function ask(question, parent = null, within = scope) {
  question = question.trim();
  if (!question) return;
  view("ask");
  if (running.now) {
    running.queued = { question, parent, within };
    write("");
    drawQueued();
    return;
  }
  Object.assign(running, { now: true, asked: question, parent });
  room().dataset.running = "yes";
  write("");
  trigger("ask", { question, scope: within, ...(parent === null ? {} : { parent }) });
  // The server may never have got it: then the question is given back.
  clearTimeout(running.watch);
  running.watch = setTimeout(() => { if (running.now && !find("#live .turn")) lost(); }, 20000);
}
function lost() {
  const { asked } = running;
  ended();
  if (!box().value) write(asked);
  say(t("failed"));
}

function drawQueued() {
  const place = find("#queued");
  const next = running.queued;
  place.replaceChildren(...(next
    ? [made("p", { role: "status" }, `${t("busy")} `, made("strong", {}, t("queued", { question: next.question })), made("button", { type: "button", "data-do": "unqueue" }, t("cancel")))]
    : []));
}
actions.unqueue = () => { if (!box().value) write(running.queued.question); running.queued = null; drawQueued(); box().focus(); };

function ended() {
  running.now = false;
  clearTimeout(running.watch);
  clearInterval(running.stopping);
  delete room().dataset.running;
  const next = running.queued;
  running.queued = null;
  drawQueued();
  if (next) setTimeout(() => ask(next.question, next.parent, next.within), 0);
}
function stop() {
  if (!running.now) return;
  trigger("stop", {});
  clearInterval(running.stopping);
  running.stopping = setInterval(() => trigger("stop", {}), 500);
}
on.news.idle = ended;
on.news.refused = ({ text, question }) => {
  ended();
  if (!box().value) write(question);
  say(text);
};
on.news.record = ({ record, title }) => {
  const wasRunning = running.now;
  keepRecord(record, title ?? record.turns[0].question);
  linkTo("c", conversations.keeping() ? current.id : null, conversations.read(current.id)?.title ?? title);
  drawConversations();
  if (wasRunning) {
    ended();
    requestAnimationFrame(() => toTop(all("#thread .turn").at(-1)));
  }
};

/** Scroll the answers so that a turn's question stands at the top. */
function toTop(turn) {
  const scroller = find("#ask-view");
  if (turn && scroller) scroller.scrollTop += turn.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 20;
}

// Gradio's own box knows no “while an answer is made”.
document.addEventListener("keydown", (event) => {
  if (event.target !== box() || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(box().value);
}, true);
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#question button");
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (button.classList.contains("stop-button")) stop();
  else { ask(box().value); box().focus(); }
}, true);

const turnOf = (element) => element.closest("[data-turn]");
const numberOf = (element) => Number(turnOf(element)?.dataset.turn ?? -1);

actions.ask = (button) => ask(button.dataset.question);
actions.again = (button) => reask(button, button.dataset.question);
actions.version = (button) => { if (!running.now) trigger("version", { to: Number(button.dataset.to) }); };
/** Ask in the place of a turn: what came of it before stays, as another version. */
function reask(element, question) {
  const way = all("#thread .turn").map((turn) => Number(turn.dataset.turn));
  const at = way.indexOf(numberOf(element));
  ask(question, at > 0 ? way[at - 1] : -1);
}
actions.edit = (button) => {
  const form = find(".rephrase", turnOf(button));
  form.hidden = false;
  const field = find("textarea", form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
};
actions.unedit = (button) => { button.closest("form").hidden = true; find('[data-do="edit"]', turnOf(button)).focus(); };
actions.rephrased = (button) => {
  const form = button.closest("form");
  form.hidden = true;
  reask(button, find("textarea", form).value);
};
document.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".rephrase textarea")) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); actions.rephrased(event.target); }
  if (event.key === "Escape") { event.stopPropagation(); actions.unedit(event.target); }
});

/** Text and HTML to the clipboard; without a secure context browsers offer only the old way. */
async function copy(text, page = "") {
  if (navigator.clipboard?.write && window.ClipboardItem) {
    const kinds = { "text/plain": new Blob([text], { type: "text/plain" }) };
    if (page) kinds["text/html"] = new Blob([page], { type: "text/html" });
    await navigator.clipboard.write([new ClipboardItem(kinds)]);
    return;
  }
  const put = (event) => {
    event.clipboardData.setData("text/plain", text);
    if (page) event.clipboardData.setData("text/html", page);
    event.preventDefault();
  };
  document.addEventListener("copy", put, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", put);
}
actions.copy = async (button) => {
  const page = button.closest(".actions") ? find(".copied-html", turnOf(button))?.innerHTML : "";
  try { await copy(button.dataset.text, page); say(button.dataset.said); } catch { say(t("failed")); }
};

actions.good = (button) => trigger("feedback", { turn: numberOf(button), good: true });
actions.bad = (button) => {
  const form = find(".wrong", turnOf(button));
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  if (!form.hidden) find("input", form).focus();
};
actions.wrong = (button) => {
  const form = button.closest("form");
  const reason = find("input:checked", form)?.value ?? "";
  trigger("feedback", { turn: numberOf(button), good: false, reason, word: find('input[type="text"]', form).value });
  form.hidden = true;
};
on.news.said = ({ text }) => say(text);
