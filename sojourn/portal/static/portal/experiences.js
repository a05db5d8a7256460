// Saves a report while it is being written. Without this, the buttons of the form do the same.

const form = document.querySelector("form[data-autosave]");
const line = document.querySelector("[data-saved]");
const PAUSE = 3000; // ms without a key

let timer = 0;
let saving = null;
let stopped = false;

function answers() {
  const data = new FormData(form);
  data.delete("photo"); // a file is sent once, with the button
  data.set("autosave", "1");
  return data;
}

async function save() {
  const response = await fetch(form.action || location.href, {
    method: "POST",
    body: answers(),
    headers: { Accept: "application/json" },
    credentials: "same-origin",
  });
  const kind = response.headers.get("Content-Type") ?? "";
  if (!kind.startsWith("application/json")) throw new Error("no answer");
  const answer = await response.json();
  if (response.ok) form.elements.revision.value = answer.revision;
  // Another tab wrote meanwhile: from here on the person decides, with the button.
  if (response.status === 409) stopped = true;
  line.textContent = answer.saved ?? answer.problem;
}

function soon() {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(now, PAUSE);
}

function now() {
  clearTimeout(timer);
  if (stopped || saving) return saving;
  saving = save()
    .catch(() => {
      // Offline, or signed out elsewhere: what stands in the form is still there, and tried again.
      line.textContent = line.dataset.saved;
      soon();
    })
    .finally(() => {
      saving = null;
    });
  return saving;
}

if (form && line) {
  form.addEventListener("input", soon);
  // A button waits for a save that is on its way, so that the two do not meet.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!saving) {
      stopped = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    saving.then(() => form.requestSubmit(button));
  });
}
