/** Comfort on top of pages that work without it. One function for each thing a page may hold. */
(() => {
  "use strict";

  /** @param {string} selector */
  const all = (selector) => document.querySelectorAll(selector);
  /** @param {string} selector */
  const one = (selector) => document.querySelector(selector);

  /**
   * What the last step came to is read first; in a form that came back with errors, the links to them are next. Whoever
   * was faster than this script, and types already, is left where they are.
   */
  function focusOutcome() {
    const here = document.activeElement;
    if (!here || here === document.body || here.autofocus) one("[data-focus]")?.focus();
  }

  /** The ways to a host's pages are a long row: on a narrow screen it is scrolled to the page that is open. */
  function showWay() {
    const row = one(".ways ul");
    const here = row?.querySelector("[aria-current]");
    if (here) row.scrollLeft += here.getBoundingClientRect().x - row.getBoundingClientRect().x - row.clientWidth / 3;
  }

  /**
   * A new zone shows its times at once. By keyboard every arrow key changes the value, so there the button remains, and
   * for a zone that was chosen before this script ran.
   */
  function sendZones() {
    for (const form of all("[data-zone-form]")) {
      const select = form.elements.namedItem("tz");
      const button = form.querySelector("button");
      button.hidden = isAsGiven(select);
      select.addEventListener("keydown", ({ key }) => (button.hidden &&= key === "Tab"));
      select.addEventListener("change", () => button.hidden && form.requestSubmit());
    }
  }

  /**
   * Whether nobody has chosen anything else yet.
   * @param {HTMLSelectElement} select
   */
  const isAsGiven = (select) => select.selectedOptions[0]?.defaultSelected;

  /** A first visit shows the times in the browser's own zone. */
  function followBrowser() {
    const form = one("[data-follow-browser]");
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const select = form?.elements.namedItem("tz");
    // The list has today's names, and browsers still say Asia/Calcutta; the site knows those too, and adds what is asked.
    if (!select || !zone || select.value === zone || !isAsGiven(select)) return;
    const address = new URL(location.href);
    address.searchParams.set("tz", zone);
    location.replace(address);
  }

  /** A form that changes something is sent once, however often its button is pressed, and whenever it came into the page. */
  function sendOnce() {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      // "Keep booking" sends nothing
      if (!form.matches("[data-once]") || event.submitter?.formMethod === "dialog") return;
      if (form.ariaBusy === "true") event.preventDefault();
      form.ariaBusy = "true";
    });
    // A page that comes back out of the browser's cache can be sent again; one that was sent while it loaded cannot.
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) all("[data-once]").forEach((form) => (form.ariaBusy = null));
    });
  }

  /** Copy buttons. */
  function offerCopies() {
    const status = one("[data-announce]");
    for (const button of all("[data-copy][hidden]")) {
      const source = document.getElementById(button.dataset.copy);
      const label = button.querySelector("[data-label]");
      const offer = label.textContent;
      let timer = 0;
      button.hidden = false;
      button.addEventListener("click", async () => {
        const { copied, selected, copiedWords, selectedWords } = button.dataset;
        const done = await copy(source);
        label.textContent = done ? copied : selected;
        if (status) status.textContent = done ? copiedWords : selectedWords;
        clearTimeout(timer);
        timer = setTimeout(() => {
          label.textContent = offer;
          if (status) status.textContent = "";
        }, 4000);
      });
    }
  }

  /**
   * Copies an element's text; where the browser forbids that, it is left selected.
   * @param {Element} source
   */
  async function copy(source) {
    try {
      await navigator.clipboard.writeText(source.textContent);
      return true;
    } catch {
      getSelection()?.selectAllChildren(source);
      return document.execCommand("copy"); // plain-http origins have no navigator.clipboard
    }
  }

  /**
   * The dashboard asks in a dialog; without JavaScript the same link leads to a page that asks. That page knows what it
   * asks, where the link does not.
   */
  function askInDialog() {
    const dialog = one("[data-cancel-dialog]");
    if (!dialog?.showModal) return;
    const form = dialog.querySelector("form");
    for (const link of all("[data-cancel]")) link.ariaHasPopup = "dialog";
    document.addEventListener("click", async (event) => {
      const link = event.target.closest("[data-cancel]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const page = link.dataset.deed ? null : await load(link.href).catch(() => null);
      const { dataset: words } = page?.querySelector("[data-deed]") ?? link;
      if (!words.deed) return location.assign(link.href);
      form.reset();
      form.action = link.href;
      for (const place of dialog.querySelectorAll("[data-fill]")) {
        place.textContent = words[place.dataset.fill];
      }
      dialog.showModal();
    });
    // A click on the backdrop is a click on the dialog itself: the form covers all the rest of it.
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }

  /**
   * Returns a page of the server's, which a form is sent to if there is one; the other scripts of a page load by this too.
   * @param {string} address
   * @param {URLSearchParams} [fields]
   * @returns {Promise<Document>}
   */
  const load = (address, fields) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch gives no document, and a parser needs a policy of Trusted Types
      request.responseType = "document";
      request.onloadend = () => (request.status === 200 && request.response ? resolve(request.response) : reject());
      request.open(fields ? "POST" : "GET", address);
      request.send(fields);
    });
  globalThis.zoomPages = { load };

  focusOutcome();
  showWay();
  sendZones();
  followBrowser();
  sendOnce();
  offerCopies();
  addEventListener("filled", offerCopies); // what came into the page since
  askInDialog();
})();
