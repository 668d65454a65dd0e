// The panel beside the answer: an article at the cited sentence, or why the answer is what it is.

const reading = { opener: null, chips: [], at: 0, seq: 0, shown: 0 };

function openPanel() {
  if (phone() && room().dataset.panel !== "open") history.pushState({ panel: true }, "");
  const { opener } = reading;
  const before = opener?.getBoundingClientRect().top;
  room().dataset.panel = "open";
  // The text runs narrower now: what was clicked stays where it was.
  if (opener?.isConnected) find("#ask-view").scrollTop += opener.getBoundingClientRect().top - before;
  panel().dataset.loading = "yes";
  hideCard();
}
function closePanel() {
  if (room()?.dataset.panel !== "open") return;
  delete room().dataset.panel;
  if (history.state?.panel) history.back();
  if (reading.opener?.isConnected) reading.opener.focus({ preventScroll: true });
  else box()?.focus({ preventScroll: true });
  reading.opener = null;
}
window.addEventListener("popstate", () => { if (room().dataset.panel === "open") closePanel(); });
actions.close = closePanel;

/** Citations that can be walked through together: those of a turn, or of a text that was checked. */
function companions(button) {
  const whole = button.closest(".turn, .checked");
  const seen = new Map();
  for (const chip of whole ? all(".answer .chip, .more .chip, .conflict .chip", whole) : []) {
    if (!seen.has(chip.dataset.n)) seen.set(chip.dataset.n, chip);
  }
  return [...seen.values()];
}
actions.source = (button) => {
  if (!button.closest("#panel")) {
    reading.opener = button;
    reading.chips = companions(button);
  }
  const at = reading.chips.findIndex((chip) => chip.dataset.n === button.dataset.n);
  reading.at = Math.max(at, 0);
  openSource(button, at >= 0);
};
function openSource(button, cited) {
  openPanel();
  reading.seq += 1;
  all(".chip[aria-pressed]").forEach((chip) => chip.removeAttribute("aria-pressed"));
  if (cited) reading.chips[reading.at].setAttribute("aria-pressed", "true");
  fillPanel("source", {
    source: button.dataset.source,
    start: Number(button.dataset.start),
    end: Number(button.dataset.end),
    turn: numberOf(reading.opener ?? button),
    at: reading.at + 1,
    count: cited ? reading.chips.length : 1,
    seq: reading.seq,
  });
}
/** Have the panel filled; what is no longer wanted is not asked for again. */
function fillPanel(name, data) {
  request(name, data, () => reading.seq !== data.seq || !panel().dataset.loading);
}
function walk(by) {
  const { chips } = reading;
  if (!chips.length || room().dataset.panel !== "open") return;
  reading.at = (reading.at + by + chips.length) % chips.length;
  reading.opener = chips[reading.at];
  // A citation of the folded rest: the fold opens, so that the focus has where to come back to.
  reading.opener.closest("details")?.setAttribute("open", "");
  openSource(chips[reading.at], true);
}
actions.walk = (button) => walk(Number(button.dataset.by));
actions.why = (button) => {
  reading.opener = button;
  reading.chips = [];
  reading.seq += 1;
  openPanel();
  fillPanel("why", { turn: numberOf(button), seq: reading.seq });
};

/** A PDF is shown as its page, until the reader prefers the text; that is kept. */
function showAs(kind) {
  const [page, text] = [find(".page", panel()), find(".text", panel())];
  if (!page || (kind === "page" && !page.childElementCount)) return;
  for (const one of all('[data-do="as"]', panel())) one.setAttribute("aria-pressed", String(one.dataset.as === kind));
  page.hidden = kind !== "page";
  text.hidden = kind === "page";
  const [shown, mark] = kind === "page" ? [page, find(".spot", page)] : [text, find("#cited", text)];
  toMark(shown, mark);
  mark?.focus({ preventScroll: true });
}
function toMark(shown, mark) {
  shown.scrollTop = 0;
  if (!mark) return;
  const [at, within] = [mark.getBoundingClientRect(), shown.getBoundingClientRect()];
  shown.scrollTop = at.top - within.top - shown.clientHeight / 4;
  const left = Math.min(...all(".spot", shown).map((one) => one.getBoundingClientRect().left));
  if (Number.isFinite(left)) shown.scrollLeft = left - within.left - 16;
}
actions.as = (button) => {
  store.set("as", button.dataset.as);
  if (button.dataset.as === "page") askPicture();
  showAs(button.dataset.as);
};
function askPicture() {
  const page = find(".page", panel());
  if (!page || page.dataset.asked === String(reading.seq)) return;
  page.replaceChildren();
  page.dataset.asked = reading.seq;
  const { source, start, end } = page.dataset;
  const data = { source, start: Number(start), end: Number(end), seq: reading.seq };
  request("picture", data, () => reading.seq !== data.seq || page.childElementCount || page.dataset.failed);
}
on.news.picture = (message) => {
  const page = find(".page", panel());
  if (!page || message.to !== reading.seq) return;
  if (message.html) {
    page.innerHTML = message.html; // from a template of the server, which escapes each value
    find("img", page).addEventListener("load", () => showAs(store.get("as") ?? "page"), { once: true });
  } else {
    page.dataset.failed = "yes";
    const button = find('[data-as="page"]', panel());
    button.disabled = true;
    button.title = message.text;
    if (store.get("as") === "page") say(message.text);
  }
};

/** When the panel's text has come: the cited sentence in its upper third, and the focus in the panel. */
function arrived() {
  const whole = find(".reader", panel());
  if (!whole || Number(whole.dataset.seq) !== reading.seq || reading.shown === reading.seq) return;
  reading.shown = reading.seq; // later changes, as of the page's picture, are no new text
  delete panel().dataset.loading;
  const text = find(".text", whole);
  const mark = find("#cited", whole);
  toMark(text, mark);
  (mark ?? find("#reader-title", whole))?.focus({ preventScroll: true });
  if (store.get("as") !== "text") askPicture();
}

// The card of a citation: what it quotes, and what stands around it.
let cardSoon = 0;
function showCard(chip) {
  const whole = chip.closest(".turn, .checked");
  const details = whole && find(`[data-card="${Number(chip.dataset.n)}"]`, whole);
  if (!details) return;
  let card = find("#card");
  if (!card) {
    card = made("div", { id: "card", role: "tooltip" });
    find(".gradio-container").append(card);
    card.addEventListener("mouseleave", hideCard);
  }
  card.replaceChildren(...[...details.childNodes].map((node) => node.cloneNode(true)));
  card.hidden = false;
  chip.setAttribute("aria-describedby", "card");
  const at = chip.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = card;
  card.style.left = `${Math.max(8, Math.min(at.left - 24, innerWidth - wide - 8))}px`;
  card.style.top = at.bottom + high + 8 < innerHeight ? `${at.bottom + 2}px` : `${Math.max(8, at.top - high - 2)}px`;
}
function hideCard() {
  clearTimeout(cardSoon);
  const card = find("#card");
  if (card) card.hidden = true;
  all('[aria-describedby="card"]').forEach((chip) => chip.removeAttribute("aria-describedby"));
}
function cardFor(event) {
  const chip = event.target.closest?.(".chip");
  clearTimeout(cardSoon);
  if (chip) cardSoon = setTimeout(() => showCard(chip), 120);
  else if (!event.target.closest?.("#card")) cardSoon = setTimeout(hideCard, 150);
}
document.addEventListener("mouseover", (event) => { if (matchMedia("(hover: hover)").matches) cardFor(event); });
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(".chip:focus-visible") && matchMedia("(hover: hover)").matches) cardFor(event);
  else hideCard();
});
document.addEventListener("scroll", hideCard, true);
