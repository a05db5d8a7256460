// Keeps the finder usable while its results are replaced: filters that stand open stay open, and
// on a filter button that only makes sense without scripts is not needed.
const opened = new Set();

document.addEventListener("htmx:beforeSwap", () => {
  opened.clear();
  for (const facet of document.querySelectorAll("details.facet[open]")) opened.add(facet.id);
});

document.addEventListener("htmx:oobAfterSwap", () => {
  for (const facet of document.querySelectorAll("details.facet")) {
    if (opened.has(facet.id)) facet.open = true;
  }
});
