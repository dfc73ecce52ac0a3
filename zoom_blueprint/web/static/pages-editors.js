/** Comfort for the host's editors: times that follow what is typed, rows without a new page. All works without it. */
(() => {
  "use strict";

  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const pause = 400; // until somebody has finished a number
  let asked = 0;
  let timer = 0;
  let isNative = false;

  /**
   * @param {Document} page
   * @param {string} name
   */
  const part = (page, name) => page.querySelector(`[data-part="${name}"]`);

  /**
   * Sends the form as a button does and returns the page that comes back; nothing is saved.
   * @param {string} deed
   * @returns {Promise<Document>}
   */
  function send(deed) {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("do", deed);
    return zoomPages.load(form.action, fields);
  }

  /**
   * The line that screen readers are told stays the same element, and days stay open or closed.
   * @param {Document} page
   */
  function showTimes(page) {
    const [old, now] = [part(document, "preview"), part(page, "preview")];
    const [line, words] = [old, now].map((one) => one.querySelector("[data-summary]"));
    if (line.textContent !== words.textContent) line.textContent = words.textContent;
    for (const day of now.querySelectorAll("[data-day]")) {
      const before = old.querySelector(`[data-day="${day.dataset.day}"]`);
      if (before) day.open = before.open;
    }
    old.querySelector("[data-rest]").replaceWith(now.querySelector("[data-rest]"));
  }

  async function look() {
    const number = ++asked;
    try {
      const page = await send("preview");
      if (number === asked) showTimes(page);
    } catch {
      // The button is still there.
    }
  }

  form.addEventListener("input", ({ target }) => {
    if (target.closest("[data-part=why]")) return;
    clearTimeout(timer);
    timer = setTimeout(look, pause);
  });

  form.addEventListener("click", async (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button || isNative || form.ariaBusy === "true") return;
    event.preventDefault();
    clearTimeout(timer);
    const [number, name] = [++asked, button.dataset.renews];
    try {
      const page = await send(button.value);
      if (number !== asked) return;
      showTimes(page);
      if (name) renew(name, page);
    } catch {
      isNative = true; // the server says what is wrong
      button.click();
    }
  });

  /**
   * @param {string} name
   * @param {Document} page
   */
  function renew(name, page) {
    const now = part(page, name);
    if (name === "why") {
      // What has been asked stays under the finger, and its answer is announced.
      for (const where of ["[role=status]", ".pair"]) {
        part(document, name).querySelector(where).replaceChildren(...now.querySelector(where).childNodes);
      }
      part(document, name).querySelector("[aria-invalid]")?.focus();
      return;
    }
    part(document, name).replaceWith(now);
    now.querySelector("[data-go-on]")?.focus();
  }
})();
