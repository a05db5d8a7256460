// Says on the page that the device gave no key, instead of nothing happening.
const problem = document.getElementById("key-problem");

if (problem) {
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    problem.hidden = true;
    // Shown anew, so that a screen reader says it again after a second try.
    requestAnimationFrame(() => {
      problem.hidden = false;
    });
  });
}
