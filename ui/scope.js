// Which articles the next question is put to: all, a folder, chosen ones, those of a time.

const NOTHING = { sources: [], folder: "", since: "", until: "" };
let scope = { ...NOTHING };
let scopeTitles = new Map(); // of chosen articles, by their source

const scoped = () => scope.sources.length > 0 || Boolean(scope.folder || scope.since || scope.until);

function scopeText() {
  const { sources, folder, since, until } = scope;
  const titles = sources.map((source) => scopeTitles.get(source) ?? source);
  return [
    sources.length > 1 ? t("articles_n", { n: sources.length }) : titles[0],
    folder && t("in_folder", { folder }), since && t("since", { day: since }), until && t("until", { day: until }),
  ].filter(Boolean).join(", ") || t("all_articles");
}
function drawScope() {
  const button = find("#scope .scope-button");
  if (!button) return;
  find(".scope-text", button).textContent = scopeText();
  button.toggleAttribute("data-set", scoped());
  find("#scope .widen").hidden = !scoped();
}
function setScope(changes) {
  scope = { ...scope, ...changes };
  drawScope();
}
function onlyThese(books) {
  scopeTitles = new Map(books);
  setScope({ ...NOTHING, sources: [...scopeTitles.keys()] });
  closeScope();
  view("ask");
  if (phone()) closePanel();
  box().focus();
}

actions.scope = (button) => {
  const form = find("#scope .scope-form");
  if (!form.hidden) { closeScope(); return; }
  trigger("folders", {});
  for (const name of ["since", "until"]) find(`[name="${name}"]`, form).value = scope[name];
  form.hidden = false;
  button.setAttribute("aria-expanded", "true");
  find("select", form).focus();
};
function closeScope() {
  const form = find("#scope .scope-form");
  if (!form || form.hidden) return false;
  form.hidden = true;
  find("#scope .scope-button").setAttribute("aria-expanded", "false");
  return true;
}
on.news.folders = ({ folders }) => {
  const select = find('#scope [name="folder"]');
  const choices = ["", ...folders].map((folder) => made("option", { value: folder }, folder || t("all_folders")));
  select.replaceChildren(...choices);
  select.value = scope.folder;
};
actions.widen = () => { setScope(NOTHING); closeScope(); box().focus(); };
actions["scope-done"] = () => { closeScope(); box().focus(); };
actions["scope-pick"] = () => { closeScope(); view("articles"); };
actions.only = (button) => onlyThese([[button.dataset.source, find("#reader-title")?.textContent ?? button.dataset.source]]);
document.addEventListener("change", (event) => {
  if (event.target.closest?.(".scope-form")) setScope({ [event.target.name]: event.target.value });
});
