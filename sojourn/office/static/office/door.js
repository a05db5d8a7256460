// A screen at the door shows the code of the day by itself; where the site is away, it stays as it was.
const TEN_MINUTES = 600_000;

setInterval(async () => {
  try {
    const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" });
    if (answer.ok) location.reload();
  } catch {
    // The next time.
  }
}, TEN_MINUTES);
