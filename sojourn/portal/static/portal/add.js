// "Add to my top five" in one click. Without this the link leads to a page with one button.
//
// Public pages are kept for everybody and hold no form token, so it is fetched at the first click.

const CLICKED = "a[data-add]";

function mark(link, words) {
  const spoken = link.querySelector(".hush");
  link.textContent = words;
  if (spoken) link.append(spoken);
  link.removeAttribute("data-add");
  link.classList.add("added");
  link.href = link.dataset.list ?? link.href.replace(/add\/[^/]+\/$/, "");
}

async function add(link) {
  const state = new URL("../../state/", link.href);
  const { token } = await (await fetch(state, { credentials: "same-origin" })).json();
  const response = await fetch(new URL("../", link.href), {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": token },
    body: new URLSearchParams({ place: link.dataset.add }),
  });
  if (!response.ok) throw new Error(String(response.status));
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

region();

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.(CLICKED);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  try {
    const answer = await add(link);
    mark(link, answer.here);
    region().textContent = answer.message;
  } catch {
    location.assign(link.href); // a full list, or no network: the page there says what to do
  }
});
