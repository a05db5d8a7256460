// The keys of the office: j and k go up and down, x picks, / and Ctrl-K search, g and a letter go
// somewhere, ? shows them all. A page without this script works as well; nothing here does what a
// link or a box could not.

const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const items = (within = document) => [...within.querySelectorAll("[data-keys-item]")].filter((item) => item.checkVisibility());
const focusOf = (item) => item.querySelector("a") ?? item.querySelector("input");

function step(by, within = document) {
  const all = items(within);
  if (!all.length) return;
  const here = all.findIndex((item) => item.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  focusOf(all[next])?.focus();
}

function pick() {
  const item = document.activeElement.closest("[data-keys-item]");
  item?.querySelector("input[type=checkbox]")?.click();
}

// --- The box that searches over everything --------------------------------------------------------

const box = document.getElementById("find");
const field = box?.querySelector("input");
let asked = "";

async function look() {
  const text = field.value.trim();
  asked = text;
  const address = new URL(field.form.action);
  address.searchParams.set("q", text);
  address.searchParams.set("box", "1");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || text !== asked) return;
    box.querySelector(".results").innerHTML = await answer.text();
  } catch {
    // Enter still sends the form.
  }
}

function find() {
  if (!box || box.open) return;
  box.showModal();
  field.select();
  look();
}

if (box) {
  let soon;
  field.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(look, 120);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const first = items(box)[0];
      if (event.key === "ArrowUp" && first?.contains(document.activeElement)) field.focus();
      else step(event.key === "ArrowDown" ? 1 : -1, box);
    } else if (event.key === "Enter" && event.target === field && field.value.trim() === asked) {
      const first = box.querySelector(".results a");
      if (!first) return;
      event.preventDefault();
      location.assign(first.href);
    }
  });
}

// --- Keys ------------------------------------------------------------------------------------------

function help() {
  const all = document.getElementById("all-keys");
  if (!all) return;
  if (all.open) {
    all.close();
    return;
  }
  const own = document.querySelector("#keys dl");
  all.querySelector(".own-keys").replaceChildren(...(own ? [own.cloneNode(true)] : []));
  all.showModal();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  x: pick,
  "/": () => {
    const here = document.querySelector("[data-keys-search]");
    if (here) here.focus();
    else find();
  },
  "?": help,
};

// A page may name keys of its own: <button data-key="n">.
function own(key) {
  const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}

let going = 0;

function go(key) {
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (link) location.assign(link.href);
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    find();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target instanceof Element && (typing(event.target) || event.target.closest("dialog"))) {
    if (!(event.key === "?" && event.target.closest("#all-keys"))) return;
  }
  if (going && event.timeStamp - going < 2000 && event.key.length === 1) {
    going = 0;
    if (go(event.key)) event.preventDefault();
    return;
  }
  if (event.key === "g") {
    going = event.timeStamp;
    return;
  }
  const act = keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  } else if (!event.repeat && event.key.length === 1 && own(event.key)) {
    event.preventDefault();
  }
});
