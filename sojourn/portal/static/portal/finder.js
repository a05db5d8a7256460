// Keeps the finder usable while its results are replaced: short addresses, and filters that stand
// open stay open.
const opened = new Set();

document.addEventListener("htmx:configRequest", (event) => {
  const asked = event.detail.formData;
  for (const name of new Set(asked.keys())) {
    const said = asked.getAll(name).filter((value) => value !== "");
    asked.delete(name);
    if (name === "sort" && said[0] === "relevance") continue;
    for (const value of said) asked.append(name, value);
  }
});

document.addEventListener("htmx:beforeSwap", () => {
  opened.clear();
  for (const facet of document.querySelectorAll("details.facet[open]")) opened.add(facet.id);
});

document.addEventListener("htmx:oobAfterSwap", () => {
  for (const facet of document.querySelectorAll("details.facet")) {
    if (opened.has(facet.id)) facet.open = true;
  }
});
