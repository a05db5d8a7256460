// Makes the pages of a plan quicker. Everything here also works as a plain form or link.
//
// Whatever is saved goes through the same forms; the page that comes back replaces its part, so
// what one sees is always what the server keeps. The order that a slider makes follows the formula
// of sojourn/engines/fit/order.py in whole numbers, so it is the server's order, only at once.

const status = document.querySelector("#status-message");

function say(text) {
  // Emptied first, so that the same sentence twice is announced twice.
  status.textContent = "";
  requestAnimationFrame(() => {
    status.textContent = text;
  });
}

async function send(form) {
  const response = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "text/html" },
    credentials: "same-origin",
  });
  return { response, page: new DOMParser().parseFromString(await response.text(), "text/html") };
}

// --- The top five: forms without a new page, moving by keyboard and by pointer ------------------

let list = document.querySelector("#top-five");

async function submitInPlace(form, focusId) {
  let answer;
  try {
    answer = await send(form);
  } catch {
    form.submit(); // offline, or the server is gone: let the browser say so
    return;
  }
  const fresh = answer.page.querySelector("#top-five");
  if (!fresh) {
    location.assign(answer.response.url);
    return;
  }
  const unsaved = [...list.querySelectorAll("textarea")]
    .filter((note) => note.value !== note.defaultValue && !form.contains(note))
    .map((note) => [note.id, note.value]);
  list.replaceWith(fresh);
  list = fresh;
  for (const [id, value] of unsaved) {
    const note = document.getElementById(id);
    if (!note) continue;
    note.value = value;
    note.closest("details").open = true;
  }
  prepareList();
  const news = answer.page.querySelector("#status-message");
  status.replaceChildren(...(news ? news.cloneNode(true).childNodes : []));
  const again = document.getElementById(focusId);
  const next = again && !again.hidden ? again : fresh.querySelector("a[href], button:not([hidden])");
  next?.focus();
}

function orderForm(moved) {
  const form = document.querySelector("#order");
  for (const old of form.querySelectorAll("[data-made]")) old.remove();
  const put = (name, value) => {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    field.dataset.made = "";
    form.append(field);
  };
  for (const item of list.querySelectorAll("li[data-key]")) put("places", item.dataset.key);
  put("moved", moved.dataset.key);
  return form;
}

function prepareList() {
  for (const handle of list.querySelectorAll(".handle")) {
    handle.hidden = list.querySelectorAll("li[data-key]").length < 2;
    handle.addEventListener("keydown", moveByKey);
    handle.addEventListener("pointerdown", moveByPointer);
  }
}

function moveByKey(event) {
  const item = event.currentTarget.closest("li");
  const up = event.key === "ArrowUp";
  if (!up && event.key !== "ArrowDown") return;
  event.preventDefault();
  const neighbour = up ? item.previousElementSibling : item.nextElementSibling;
  if (!neighbour?.dataset.key) return;
  if (up) neighbour.before(item);
  else neighbour.after(item);
  submitInPlace(orderForm(item), event.currentTarget.id);
}

function moveByPointer(event) {
  if (event.button !== 0) return;
  const handle = event.currentTarget;
  const item = handle.closest("li");
  const before = [...list.querySelectorAll("li[data-key]")].indexOf(item);
  handle.setPointerCapture(event.pointerId);
  item.classList.add("dragged");
  // The others step aside one by one, nearest first; the dragged one stays in the document,
  // because an element that leaves it loses the pointer.
  const follow = (move) => {
    const places = [...list.querySelectorAll("li[data-key]")];
    const at = places.indexOf(item);
    const middle = (other) => {
      const box = other.getBoundingClientRect();
      return box.top + box.height / 2;
    };
    for (const other of places.slice(0, at).reverse()) {
      if (move.clientY < middle(other)) item.after(other);
    }
    for (const other of places.slice(at + 1)) {
      if (move.clientY > middle(other)) item.before(other);
    }
  };
  const end = () => {
    handle.removeEventListener("pointermove", follow);
    item.classList.remove("dragged");
    const after = [...list.querySelectorAll("li[data-key]")].indexOf(item);
    if (after !== before) submitInPlace(orderForm(item), handle.id);
  };
  handle.addEventListener("pointermove", follow);
  handle.addEventListener("lostpointercapture", end, { once: true });
}

if (list) {
  prepareList();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!list.contains(form) || form.method !== "post") return;
    event.preventDefault();
    submitInPlace(form, event.submitter?.id ?? "");
  });
  // A note that was typed and not saved is not lost by accident.
  addEventListener("beforeunload", (event) => {
    for (const note of list.querySelectorAll("textarea")) {
      if (note.value !== note.defaultValue) event.preventDefault();
    }
  });
}

// --- What fits: the order follows the sliders ----------------------------------------------------

const sliders = document.querySelector("#sliders");

if (sliders) {
  sliders.classList.add("scripted");
  const ranges = [...sliders.querySelectorAll("[type=range]")];
  const number = (range) => sliders.elements[range.dataset.part];
  const HALF = 500;
  let waiting = 0;

  const score = (item, weights) =>
    item.parts.reduce((sum, part, i) => sum + (part < 0 ? HALF : part) * weights[i], 0);

  const reorder = () => {
    const fits = document.querySelector("#fits");
    const weights = ranges.map((range) => Number(number(range).value));
    const items = [...fits.children].map((element) => ({
      element,
      verdict: Number(element.dataset.verdict),
      slug: element.dataset.slug,
      parts: element.dataset.parts.split(",").map(Number),
    }));
    for (const item of items) item.score = score(item, weights);
    items.sort(
      (a, b) =>
        a.verdict - b.verdict || b.score - a.score || (a.slug < b.slug ? -1 : a.slug > b.slug ? 1 : 0),
    );
    fits.append(...items.map((item) => item.element));
  };

  const save = async () => {
    let answer;
    try {
      answer = await send(sliders);
    } catch {
      return; // kept on the page; the next move of a slider tries again
    }
    if (!answer.response.ok) return;
    const fresh = answer.page.querySelector("#fits");
    const fits = document.querySelector("#fits");
    const order = (of) => [...of.children].map((item) => item.dataset.slug).join();
    // The server's order is the truth; it differs when more places exist than the page shows.
    if (fresh && order(fresh) !== order(fits)) fits.replaceWith(fresh);
    const first = document.querySelector("#fits h3")?.textContent.trim();
    if (first) say(sliders.dataset.words.replace("{first}", first));
  };

  const changed = () => {
    reorder();
    clearTimeout(waiting);
    waiting = setTimeout(save, 400);
  };

  for (const range of ranges) {
    range.addEventListener("input", () => {
      number(range).value = range.value;
      changed();
    });
    number(range).addEventListener("input", () => {
      if (!number(range).validity.valid || number(range).value === "") return;
      range.value = number(range).value;
      changed();
    });
  }
}

// --- Costs: own figures count while one types ------------------------------------------------------

const figures = document.querySelector("#figures");

if (figures) {
  let waiting = 0;
  let isSaving = false;
  let isSubmitted = false;

  const save = async () => {
    if (isSaving) {
      waiting = setTimeout(save, 400);
      return;
    }
    isSaving = true;
    try {
      const { response, page } = await send(figures);
      // A mistake, or another tab was first: the button says so, at the field.
      if (!response.ok) return;
      const fresh = page.querySelector("#figures");
      if (!fresh) return;
      figures.elements.seen.value = fresh.elements.seen.value;
      for (const id of ["bill-part", "total-now"]) {
        const now = page.getElementById(id);
        if (now) document.getElementById(id)?.replaceWith(now);
      }
      say(document.querySelector("#total-now")?.textContent.trim().replace(/\s+/g, " ") ?? "");
    } catch {
      // Offline, or the server is gone: what was typed stays, and the button tries again.
    } finally {
      isSaving = false;
      if (isSubmitted) figures.submit();
    }
  };

  figures.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    // The button sends what was saved last, so it waits for what is on its way.
    isSubmitted = true;
    if (isSaving) event.preventDefault();
  });

  figures.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 500);
  });
}

// --- Small things ---------------------------------------------------------------------------------

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard?.writeText(field.value);
  });
}
