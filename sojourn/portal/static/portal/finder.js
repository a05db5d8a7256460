// Keeps the finder usable while its results are replaced: short addresses, one step back for what
// was typed in one go, filters that stand open stay open, the other language asks the same.
const opened = new Set();
let wasTyping = false;

document.addEventListener("htmx:configRequest", (event) => {
  const asked = event.detail.formData;
  for (const name of new Set(asked.keys())) {
    const said = asked.getAll(name).filter((value) => value !== "");
    asked.delete(name);
    if (name === "sort" && said[0] === "relevance") continue;
    for (const value of said) asked.append(name, value);
  }
  // A question that was sent, not one that is still being typed.
  if (event.detail.triggeringEvent?.type === "submit") event.detail.headers["X-Sent"] = "1";
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

// Each stop while typing has an address, but going back should not go letter by letter.
document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const isTyping = event.detail.requestConfig.triggeringEvent?.type === "input";
  if (isTyping && wasTyping) event.detail.history.type = "replace";
  wasTyping = isTyping;
});

function followLanguage(event) {
  const link = document.querySelector(".tools a[hreflang]");
  const there = event.detail.path.replace(/^\/[a-z]{2}\//, `/${link.hreflang}/`);
  link.search = `?${new URLSearchParams({ next: there })}`;
}
document.addEventListener("htmx:pushedIntoHistory", followLanguage);
document.addEventListener("htmx:replacedInHistory", followLanguage);

// Without an answer the old results stay: say so, where their number stood.
function admitFailure() {
  document.querySelector("#count").textContent = document.querySelector("#finder").dataset.failed;
}
document.addEventListener("htmx:sendError", admitFailure);
document.addEventListener("htmx:responseError", admitFailure);
