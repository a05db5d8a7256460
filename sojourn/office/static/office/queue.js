// Says when the walk-in line is another one than the page shows. It does not renew the page by
// itself: somebody may be typing a note.

const EVERY = 6000;
const desk = document.getElementById("desk-now");
const changed = document.getElementById("changed");

async function look() {
  try {
    const answer = await fetch(desk.dataset.stateUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const line = await answer.json();
    const shown = desk.dataset.waiting.trim().split(/\s+/).filter(Boolean).join(" ");
    if (line.inside === desk.dataset.inside && line.waiting.join(" ") === shown) return;
    const written = [...document.querySelectorAll(".write textarea, .write input[type=text]")].some((field) => field.value);
    if (written) changed.hidden = false;
    else location.reload();
  } catch {
    // The next look may find the server again.
  }
}

if (desk) setInterval(() => { if (!document.hidden) look(); }, EVERY);
