/** The page of the button: what is wished is shown at once. In the preview's frame: the button gets its colour. */
(() => {
  "use strict";

  const PAUSE = 300;
  const LOOK_EVERY = 4000;
  const LOOKS = 75;
  const form = document.querySelector("[data-wishes]");
  const frame = document.querySelector("[data-preview]");
  let timer = 0;
  let asked = 0;

  /** Shows what the server makes of the wishes; what was typed stays as it is, and so does what is unfolded. */
  async function show() {
    const turn = ++asked;
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    const page = await zoomPages.load(address);
    if (turn !== asked) return;
    for (const place of document.querySelectorAll("[data-live]")) {
      const now = page.getElementById(place.id);
      if (!now || (place.dataset.of && place.dataset.of === now.dataset.of)) continue;
      place.replaceChildren(...now.childNodes);
      if (now.dataset.of) place.dataset.of = now.dataset.of;
    }
    form.elements.namedItem("label").placeholder = page.getElementById("label").placeholder;
    const { src } = page.querySelector("[data-preview]");
    if (frame.src !== src) frame.src = src;
    history.replaceState(history.state, "", address);
  }

  /** Whether anything was wished before this script ran. */
  function isChanged() {
    const given = form.cloneNode(true);
    given.reset();
    const [before, now] = [given, form].map((one) => `${new URLSearchParams(new FormData(one))}`);
    return now !== before;
  }

  if (form) {
    const showSoon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => show().catch(() => form.requestSubmit()), PAUSE);
    };
    form.querySelector("button").hidden = true;
    form.addEventListener("input", showSoon);
    if (isChanged()) showSoon();
  }

  /** While a site is tested, what browsers ask appears by itself. */
  async function watch() {
    for (let turn = 0; turn < LOOKS; turn++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      if (document.hidden) continue;
      const now = await zoomPages.load(location.href).catch(() => null);
      const place = document.getElementById("seen");
      const news = now?.getElementById("seen");
      if (news && news.textContent !== place.textContent) place.replaceChildren(...news.childNodes);
    }
  }
  if (document.querySelector("[data-watch]")) watch();

  // Its page forbids style attributes; the snippet that is copied has one.
  const style = document.querySelector("[data-style]")?.dataset.style;
  if (style) document.querySelector("book-now").style.cssText = style;
})();
