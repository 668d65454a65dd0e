// A click on a citation anywhere in the page asks the server for its article; when it has come,
// the cited sentence is brought into view.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href*="#cite/"]');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  trigger("select", { link: link.getAttribute("href").split("#cite/")[1] });
}, true);
watch("value", () => {
  const mark = element.querySelector("#cited");
  if (!mark) return;
  const panel = element.closest("#panel");
  const offset = mark.getBoundingClientRect().top - panel.getBoundingClientRect().top;
  panel.scrollTop += offset - panel.clientHeight / 3;
  mark.focus({ preventScroll: true });
});
