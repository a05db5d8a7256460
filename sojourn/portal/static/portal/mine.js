// My list on public pages: marks my places wherever they are named, and adds one in one click.
//
// Public pages are the same for everybody and are kept, so they hold neither a list nor a form
// token. Whoever has a plan gets a page that says where to ask; everybody else asks at the first
// click. Without this the link leads to a page with one button.

const CLICKED = "a[data-add]";
const ASKED_AT = "sojourn-list"; // for pages from before the first click, on the way back

let mine = null;

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function markLink(link, place) {
  const spoken = link.querySelector(".hush");
  link.textContent = place.words;
  if (spoken) link.append(spoken);
  link.removeAttribute("data-add");
  link.dataset.added = place.key;
  link.dataset.rank = place.rank;
  link.classList.add("added");
  link.classList.replace("next", "plain");
  link.href = mine.list;
}

// Says with it when it stands on figures that only illustrate.
function verdictOf(place) {
  const verdict = element("p", `verdict ${place.tone}`, "");
  const words = element("span", "", place.fit);
  if (place.example) words.append(" ", element("span", "example", place.example));
  verdict.append(words);
  return verdict;
}

// The rank before the name of a place, and on a card the verdict below it.
function markName(link, place) {
  // The pages of the plan say it themselves, and an application has an order of its own.
  if (link.closest("nav, .plan, .apply ol, .page.results, .page.stays") || link.dataset.mine) return;
  link.dataset.mine = place.key;
  const rank = element("span", "mine-rank", place.rank);
  rank.append(element("span", "hush", ` ${place.of} `));
  const card = link.closest("article.card");
  if (!card) {
    link.before(rank, " ");
    return;
  }
  card.classList.add("mine");
  (card.querySelector(".picture") ?? card).after(rank);
  if (place.fit && !card.querySelector(".verdict")) {
    (card.querySelector(".last") ?? link.parentElement).prepend(verdictOf(place));
  }
}

// One place that is the whole page: the rank is in its heading, the verdict where one decides.
function markPage(place) {
  const link = document.querySelector(`.act a[data-added="${place.key}"]`);
  const heading = document.querySelector("main h1");
  if (!link || !heading || heading.dataset.mine) return;
  heading.dataset.mine = place.key;
  const rank = element("span", "mine-rank", place.rank);
  rank.append(element("span", "hush", ` ${place.of} `));
  heading.prepend(rank, " ");
  if (place.fit && !document.querySelector("main .verdict")) {
    const words = document.querySelector(".pass .fit-words");
    if (words) words.prepend(verdictOf(place));
    else link.parentElement.before(verdictOf(place));
  }
}

const SVG = "http://www.w3.org/2000/svg";

// The dot of a place, or of several places that lie too close: my ranks there, in its middle.
function markDot(dot, place) {
  const marker = dot.parentElement;
  marker.dataset.spoken ??= marker.getAttribute("aria-label");
  const known = marker.dataset.ranks ? marker.dataset.ranks.split(" ") : [];
  if (known.includes(String(place.rank))) return;
  const ranks = [...known, place.rank].join(" ");
  marker.dataset.ranks = ranks;
  marker.classList.add("mine");
  const label = marker.querySelector("text:not(.count, .mine-number)")?.textContent ?? "";
  let number = marker.querySelector(".count, .mine-number");
  if (!number) {
    number = document.createElementNS(SVG, "text");
    number.setAttribute("class", "mine-number");
    number.setAttribute("x", dot.getAttribute("cx"));
    number.setAttribute("y", Number(dot.getAttribute("cy")) + 4.2);
    marker.append(" ", number);
  }
  dot.setAttribute("r", Math.max(8, 4 + 3 * ranks.length));
  number.setAttribute("class", "mine-number");
  number.textContent = ranks;
  // What is spoken begins with what is written, in its order (WCAG 2.5.3).
  const rest = marker.dataset.spoken.slice(
    marker.dataset.spoken.startsWith(label) ? label.length : 0,
  );
  const spoken = `${label} ${ranks} ${place.of}, ${rest.replace(/^, /, "")}`.trim();
  marker.setAttribute("aria-label", spoken);
  const title = marker.querySelector("title");
  if (title) title.textContent = spoken;
}

function markAll() {
  if (!mine) return;
  for (const place of mine.places) {
    for (const link of document.querySelectorAll(`a[data-add="${place.key}"]`)) {
      markLink(link, place);
    }
    if (place.href) {
      // A search adds the programme and year that were chosen to the addresses of its places.
      const named = `main a[href="${place.href}"], main a[href^="${place.href}?"]`;
      for (const link of document.querySelectorAll(named)) {
        markName(link, place);
      }
    }
    for (const host of place.at) {
      const here = `.map a[href="${host}"] .dot, .map a[data-at~="${host}"] .many`;
      for (const dot of document.querySelectorAll(here)) markDot(dot, place);
    }
    markPage(place);
  }
  const plan = document.querySelector(".bar nav a[data-plan]");
  if (!plan || plan.querySelector(".waits")) return;
  plan.querySelector(".mine-count")?.remove();
  if (mine.places.length) plan.append(" ", element("span", "mine-count", mine.count));
}

async function ask(address) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

async function remember() {
  const address = document.body.dataset.mine ?? sessionStorage.getItem(ASKED_AT);
  if (!address) return;
  try {
    mine = await ask(address);
    chooseStudy(mine.study);
    markAll();
  } catch {
    // Nothing is marked then; every link still leads to a page that knows.
  }
}

async function add(link) {
  const address = new URL("../../state/", link.href);
  const { token } = await ask(address);
  const response = await fetch(new URL("../", link.href), {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": token },
    body: new URLSearchParams({ place: link.dataset.add }),
  });
  if (!response.ok) throw new Error(String(response.status));
  sessionStorage.setItem(ASKED_AT, address.pathname);
  return response.json();
}

function region() {
  let found = document.querySelector("#added");
  if (!found) {
    found = document.createElement("p");
    Object.assign(found, { id: "added", className: "hush" });
    found.setAttribute("role", "status");
    document.body.append(found);
  }
  return found;
}

// What was said on the home page stays chosen there, and the finder begins with it.
function chooseStudy(said) {
  if (!said) return;
  const choice = document.querySelector("#study");
  if (choice && !choice.value) choice.value = said;
  const dot = said.lastIndexOf(".");
  const asked = new URLSearchParams({ programme: said.slice(0, dot), year: said.slice(dot + 1) });
  for (const link of document.querySelectorAll("a[data-find]")) link.search = asked;
}

region();
chooseStudy(document.cookie.match(/(?:^|; )(?:__Host-)?study=([a-z0-9.-]+)/)?.[1]);
remember();

document.addEventListener("htmx:afterSettle", markAll);
// A page that comes back as it was left does not know what happened since.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) remember();
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.(CLICKED);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  try {
    const answer = await add(link);
    mine = answer.mine;
    markAll();
    region().textContent = answer.message;
  } catch {
    location.assign(link.href); // a full list, or no network: the page there says what to do
  }
});
