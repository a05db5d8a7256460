// While a question is typed, shows what may already answer it. Without this the page does the same
// in one step before the question is sent.

const WAIT = 500;
const form = document.querySelector("form[data-likely]");

if (form) {
  const region = form.querySelector("#likely");
  let timer = 0;
  let last = "";
  let asking = null;

  const look = async () => {
    const typed = `${form.subject.value} ${form.text.value}`.trim();
    if (typed === last || typed.length < 8) return;
    last = typed;
    asking?.abort();
    asking = new AbortController();
    const body = new URLSearchParams({
      subject: form.subject.value,
      text: form.text.value,
      about: form.about.value,
    });
    const headers = { "X-CSRFToken": form.csrfmiddlewaretoken.value };
    try {
      const answer = await fetch(form.dataset.likely, {
        method: "POST",
        credentials: "same-origin",
        headers,
        body,
        signal: asking.signal,
      });
      if (!answer.ok) return;
      region.innerHTML = await answer.text(); // our own page's part, escaped by the server
      form.looked.value = "1";
    } catch {
      // Typed on meanwhile, or no network: sending shows it in a step of its own.
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
}

// While the name of an institution is typed, shows known ones that may be the same.
const place = document.querySelector("form[data-known]");

if (place) {
  const region = place.querySelector("#near");
  const name = place.elements.institution_name;
  let timer = 0;
  let last = name.value.trim();

  const look = async () => {
    const typed = name.value.trim();
    if (typed === last || typed.length < 3) return;
    last = typed;
    const body = new URLSearchParams({ institution_name: typed });
    const headers = { "X-CSRFToken": place.csrfmiddlewaretoken.value };
    try {
      const options = { method: "POST", credentials: "same-origin", headers, body };
      const answer = await fetch(place.dataset.known, options);
      if (!answer.ok) return;
      place.querySelector("input[type=hidden][name=institution]")?.remove();
      region.innerHTML = await answer.text(); // our own page's part, escaped by the server
    } catch {
      // No network: sending asks in a step of its own.
    }
  };

  name.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
}
