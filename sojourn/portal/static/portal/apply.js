// The form of an application saves itself while one types. Without this the buttons do the same.

const form = document.querySelector("#application");
const WAIT = 1200;
const TRY_AGAIN = 5000;

function countWords() {
  for (const area of form.querySelectorAll("[data-words-max]")) {
    const count = area.value.split(/\s+/).filter(Boolean).length;
    const most = Number(area.dataset.wordsMax);
    const said = document.getElementById(area.getAttribute("aria-describedby"));
    said.textContent = form.dataset.words.replace("#n", count).replace("#m", most);
    said.classList.toggle("over", count > most);
  }
}

function showGaps(gaps) {
  document.querySelector("#gaps").replaceChildren(
    ...gaps.map((gap) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `#${gap.field}`;
      link.textContent = gap.text;
      item.append(link);
      return item;
    }),
  );
}

if (form) {
  const saved = document.querySelector("#saved");
  const seen = form.elements.namedItem("seen");
  let timer = 0;
  let isBusy = false;
  let isDirty = false;
  let isStopped = false;

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  const save = async () => {
    if (isBusy || isStopped) return;
    isBusy = true;
    isDirty = false;
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    saved.textContent = form.dataset.saving;
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST",
        body: new URLSearchParams(data),
        headers: { Accept: "application/json" },
      });
      const said = await answer.json();
      if (answer.ok) {
        seen.value = said.revision;
        saved.textContent = said.saved;
        document.querySelector("#missing").textContent = said.missing;
        showGaps(said.gaps);
      } else {
        isStopped = true;
        saved.textContent = said.message;
      }
    } catch {
      saved.textContent = form.dataset.offline;
      isDirty = true;
    }
    isBusy = false;
    if (isDirty) later(TRY_AGAIN);
  };

  const changed = (event) => {
    if (event.target.type === "file") return;
    isDirty = true;
    countWords();
    later(WAIT);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (isBusy) {
      // What is on its way raises the revision that this form must name.
      event.preventDefault();
      setTimeout(() => form.requestSubmit(event.submitter), 100);
      return;
    }
    isStopped = true;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && isDirty) save();
  });
  countWords();
}
