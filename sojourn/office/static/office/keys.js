// The keys of a list: j and k go up and down, x picks, / searches, ? shows them all.
// A page without this script works as well; nothing here does what a link or a box could not.

const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const items = () => [...document.querySelectorAll("[data-keys-item]")];
const focusOf = (item) => item.querySelector("a") ?? item.querySelector("input");

function step(by) {
  const all = items();
  if (!all.length) return;
  const here = all.findIndex((item) => item.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  focusOf(all[next])?.focus();
}

function pick() {
  const item = document.activeElement.closest("[data-keys-item]");
  item?.querySelector("input[type=checkbox]")?.click();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  x: pick,
  "/": () => document.querySelector("[data-keys-search]")?.focus(),
  "?": () => {
    const help = document.getElementById("keys");
    if (!help) return;
    help.open = !help.open;
    if (help.open) help.querySelector("summary").focus();
  },
};

// A page may name one key of its own: <button data-key="n">.
function own(key) {
  const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target instanceof Element && typing(event.target)) return;
  const act = keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  } else if (!event.repeat && event.key.length === 1 && own(event.key)) {
    event.preventDefault();
  }
});
