// Keeps one's place in the walk-in line up to date. Without this script the page reloads itself.

const EVERY = 8000;
const box = document.getElementById("in-line");

async function look() {
  try {
    const answer = await fetch(box.dataset.stateUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const place = await answer.json();
    if (place.state !== box.dataset.state) {
      // Another state has other buttons: the server knows which.
      location.reload();
      return;
    }
    say("headline", place.headline);
    say("detail", place.detail);
    document.getElementById("too-late").hidden = place.fits;
  } catch {
    // No network in the corridor; the next look may have one.
  }
}

// Only what changed, or a screen reader would say the same again.
function say(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text;
}

if (box) {
  setInterval(() => { if (!document.hidden) look(); }, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
}
