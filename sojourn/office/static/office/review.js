// Scoring by keyboard: digits give points and go on, arrows move, Ctrl and Enter is done.

const form = document.querySelector("#review");

function start() {
  const scores = [...form.querySelectorAll("[data-score]")];
  const isTyping = (target) => target.closest("textarea, input:not([type=radio])");
  let at = 0;

  const go = (index) => {
    at = Math.min(Math.max(index, 0), scores.length - 1);
    const field = scores[at];
    const radio = field.querySelector("input:checked") ?? field.querySelector("input[type=radio]");
    radio?.focus();
  };

  form.addEventListener("focusin", (event) => {
    const field = event.target.closest("[data-score]");
    if (field) at = scores.indexOf(field);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      form.requestSubmit(form.querySelector('[value="finish"]'));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (/^[0-9]$/.test(event.key)) {
      const radio = scores[at]?.querySelector(`input[type=radio][value="${event.key}"]`);
      if (!radio || radio.disabled) return;
      radio.checked = true;
      go(at + 1);
      event.preventDefault();
    }
  });
  go(0);
}

if (form) start();
