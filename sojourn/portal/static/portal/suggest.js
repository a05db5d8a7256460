// Offers places, guides, institutions and people below a search box while somebody types. Without
// this the box leads to the list, as Enter does with it too.

const PAUSE = 150;

function offer(input) {
  const list = document.createElement("div");
  Object.assign(list, { id: `${input.id}-suggestions`, className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestions);
  input.parentElement.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let timer = 0;
  let asked = null;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const current = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    current()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function show(shown) {
    clearTimeout(timer);
    if (!shown) asked?.abort();
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) choose(null);
  }

  async function ask() {
    asked?.abort();
    const text = input.value.trim();
    if (text.length < 2) {
      show(false);
      return;
    }
    asked = new AbortController();
    try {
      const address = `${input.dataset.suggest}?${new URLSearchParams({ q: text })}`;
      const answer = await fetch(address, { signal: asked.signal });
      if (!answer.ok || input !== document.activeElement) return;
      list.innerHTML = await answer.text();
      choose(null);
      show(options().length > 0);
    } catch (error) {
      if (error.name !== "AbortError") show(false);
    }
  }

  function step(by) {
    const all = options();
    // Beyond either end one is back in the box, so that Enter searches.
    const place = all.indexOf(current()) + by;
    if (!current()) choose(by > 0 ? all[0] : all.at(-1));
    else choose(place < 0 || place >= all.length ? null : all[place]);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if (event.key === "Enter") {
      const option = list.hidden ? null : current();
      show(false);
      if (option) {
        event.preventDefault();
        location.assign(option.href);
      }
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "ArrowDown" && options().length && input.value.trim().length > 1) {
      event.preventDefault();
      show(true);
    }
  });
  // A press in the list must not take the focus before the link is followed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("blur", () => show(false));
  input.form?.addEventListener("submit", () => show(false));
}

for (const input of document.querySelectorAll("input[data-suggest]")) offer(input);
