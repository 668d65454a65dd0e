// The list of articles: finding, choosing, adding by drop, removing.

const shelf = { most: 50, chosen: new Map(), soon: 0 }; // chosen: titles by source

function askShelf(look = false) {
  trigger("shelf", {
    words: find("#find-article").value,
    sort: find("#sort-articles").value,
    kind: find("#filter-articles").value,
    most: shelf.most,
    look,
  });
}
on.view = (name) => { if (name === "articles") askShelf(true); };
document.addEventListener("input", (event) => {
  if (event.target.id !== "find-article") return;
  shelf.most = 50;
  clearTimeout(shelf.soon);
  shelf.soon = setTimeout(askShelf, 150);
});
document.addEventListener("change", (event) => {
  if (["sort-articles", "filter-articles"].includes(event.target.id)) askShelf();
  if (event.target.matches?.(".book .choose input")) {
    const { source } = event.target.closest(".book").dataset;
    const title = find(".title", event.target.closest(".book")).textContent;
    if (event.target.checked) shelf.chosen.set(source, title); else shelf.chosen.delete(source);
    drawChoice();
  }
});
actions["more-books"] = () => { shelf.most += 200; askShelf(); };

function drawChoice() {
  const bar = find("#choice .choice");
  if (!bar) return;
  bar.hidden = !shelf.chosen.size;
  find(".many", bar).textContent = t("chosen", { n: shelf.chosen.size });
}
/** After the list was redrawn: what was chosen stays chosen, the menu's count is right. */
function shelved() {
  const list = find("#shelf .shelf");
  if (!list) return;
  for (const book of all(".book", list)) {
    const tick = find(".choose input", book);
    if (tick) tick.checked = shelf.chosen.has(book.dataset.source);
  }
  const count = find("#menu .count");
  if (count && count.textContent !== list.dataset.count) count.textContent = list.dataset.count;
}
actions.unchoose = () => { shelf.chosen.clear(); shelved(); drawChoice(); };
actions["only-chosen"] = () => {
  onlyThese([...shelf.chosen]);
  actions.unchoose();
};
actions.remove = () => {
  trigger("remove", { sources: [...shelf.chosen.keys()] });
  shelf.chosen.clear();
  drawChoice();
};
actions.look = () => trigger("look", {});
actions.unremove = (button) => trigger("unremove", { undo: button.dataset.undo });

// Files dropped anywhere go through Gradio's own field, which knows what may be put there.
const fileField = () => find("#upload")?.parentElement?.querySelector('input[type="file"]') ?? find('#adding input[type="file"]');
let dragging = 0;
const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files") && fileField();
document.addEventListener("dragenter", (event) => {
  if (!carriesFiles(event)) return;
  dragging += 1;
  room().dataset.drop = t("drop");
});
document.addEventListener("dragleave", (event) => {
  if (!carriesFiles(event)) return;
  dragging -= 1;
  if (dragging <= 0) delete room().dataset.drop;
});
document.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dragging = 0;
  delete room().dataset.drop;
  view("articles");
  const field = fileField();
  field.files = event.dataTransfer.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
