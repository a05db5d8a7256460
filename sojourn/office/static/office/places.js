// What a form of the catalogue does by itself: a small toolbar above Markdown, a count of signs, and
// the page beside it, which follows what is typed. Without this script the same buttons and marks
// work by hand.

const form = document.getElementById("entry");

function wrap(area, before, after = before) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to);
  area.setRangeText(before + chosen + after, from, to, "end");
  const at = chosen ? from + before.length + chosen.length + after.length : from + before.length;
  area.setSelectionRange(at, at);
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function list(area) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const begin = value.lastIndexOf("\n", from - 1) + 1;
  const lines = value.slice(begin, to).split("\n").map((line) => `- ${line}`);
  area.setRangeText(lines.join("\n"), begin, to, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// In the language of the page.
const words = form?.dataset ?? {};

for (const area of document.querySelectorAll("textarea[data-markdown]")) {
  const bar = document.createElement("div");
  bar.className = "tools-of-text";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", words.tools);
  for (const [sign, title, act] of [
    ["B", words.bold, () => wrap(area, "**")],
    ["I", words.italic, () => wrap(area, "*")],
    ["•", words.list, () => list(area)],
    ["↗", words.link, () => wrap(area, "[", "](https://)")],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = title;
    button.setAttribute("aria-label", title);
    button.addEventListener("click", act);
    bar.append(button);
  }
  area.before(bar);
}

for (const field of document.querySelectorAll("[data-longest]")) {
  const count = document.createElement("span");
  count.className = "count";
  const most = Number(field.dataset.longest);
  const say = () => {
    count.textContent = `${field.value.length} / ${most}`;
    count.classList.toggle("over", field.value.length > most);
  };
  field.addEventListener("input", say);
  field.after(count);
  say();
}

// It stays in the language that was looked at last: first that of this page.
let language = document.documentElement.lang;
let later = 0;
form?.addEventListener("input", () => {
  clearTimeout(later);
  later = setTimeout(() => {
    const buttons = [...form.querySelectorAll("[formtarget=preview]")];
    (buttons.find((button) => button.lang === language) ?? buttons[0])?.click();
  }, 900);
});
form?.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget === "preview") language = event.submitter.lang;
});

// Whoever leaves with something typed is asked first; sending the form is no leaving.
let typed = false;
form?.addEventListener("input", () => (typed = true));
form?.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget !== "preview") typed = false;
});
addEventListener("beforeunload", (event) => {
  if (typed) event.preventDefault();
});
