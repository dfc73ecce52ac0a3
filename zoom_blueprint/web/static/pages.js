/** Comfort on top of pages that work without it. One function for each thing a page may hold. */
(() => {
  "use strict";

  /** @param {string} selector */
  const all = (selector) => document.querySelectorAll(selector);
  /** @param {string} selector */
  const one = (selector) => document.querySelector(selector);

  /** What the last step came to is read first; in a form that came back with errors, the links to them are next. */
  const focusOutcome = () => one("[data-focus]")?.focus();

  /**
   * A new zone shows its times at once. By keyboard every arrow key changes the value, so there the button remains.
   */
  function sendZones() {
    for (const form of all("[data-zone-form]")) {
      const select = form.elements.namedItem("tz");
      const button = form.querySelector("button");
      button.hidden = true;
      select.addEventListener("keydown", ({ key }) => (button.hidden &&= key === "Tab"));
      select.addEventListener("change", () => button.hidden && form.requestSubmit());
    }
  }

  /** A first visit shows the times in the browser's own zone. */
  function followBrowser() {
    const form = one("[data-follow-browser]");
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const select = form?.elements.namedItem("tz");
    // The list has today's names, and browsers still say Asia/Calcutta; the site knows those too, and adds what is asked.
    if (!select || !zone || select.value === zone) return;
    const address = new URL(location.href);
    address.searchParams.set("tz", zone);
    location.replace(address);
  }

  /**
   * A proof of work shows that a browser took the trouble: SHA-256 of token, key and proof begins with some zero bits. It is
   * looked for while the form is filled in; whoever is faster waits for it. Without one the site mails a code instead.
   */
  function proveWork() {
    const form = one("[data-proof]");
    if (!form || !globalThis.crypto?.subtle) return;
    const field = form.elements.namedItem("proof");
    const [token, key] = ["token", "key"].map((name) => form.elements.namedItem(name).value);
    const looking = findProof(`${token}:${key}`, Number(form.dataset.proof)).then((proof) => {
      field.value = proof;
    });
    form.addEventListener("submit", async (event) => {
      if (field.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      await looking;
      form.requestSubmit(event.submitter);
    });
  }

  /**
   * @param {string} task
   * @param {number} bits
   */
  async function findProof(task, bits) {
    const encoder = new TextEncoder();
    for (let nonce = 0; ; nonce++) {
      const digest = new DataView(await crypto.subtle.digest("SHA-256", encoder.encode(`${task}:${nonce}`)));
      let zeros = 0;
      for (let at = 0; at < 32 && zeros === at; at += 32) zeros += Math.clz32(digest.getUint32(at / 8));
      if (zeros >= bits) return String(nonce);
    }
  }

  /** A form that changes something is sent once, however often its button is pressed. */
  function sendOnce() {
    for (const form of all("[data-once]")) {
      form.addEventListener("submit", (event) => {
        if (event.submitter?.formMethod === "dialog") return; // "Keep booking" sends nothing
        if (form.ariaBusy === "true") event.preventDefault();
        form.ariaBusy = "true";
      });
    }
    // A page that comes back out of the browser's cache can be sent again.
    addEventListener("pageshow", () => all("[data-once]").forEach((form) => (form.ariaBusy = null)));
  }

  /** Copy buttons. */
  function offerCopies() {
    const status = one("[data-announce]");
    for (const button of all("[data-copy]")) {
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

  /** The dashboard asks in a dialog; without JavaScript the same link leads to a page that asks. */
  function askInDialog() {
    const dialog = one("[data-cancel-dialog]");
    if (!dialog?.showModal) return;
    const form = dialog.querySelector("form");
    for (const link of all("[data-cancel]")) {
      link.ariaHasPopup = "dialog";
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        form.reset();
        form.action = link.href;
        for (const place of dialog.querySelectorAll("[data-fill]")) {
          place.textContent = link.dataset[place.dataset.fill];
        }
        dialog.showModal();
      });
    }
    // A click on the backdrop is a click on the dialog itself: the form covers all the rest of it.
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }

  /** Looks for the Zoom link, eagerly at first, until it is there. */
  async function awaitLink() {
    const place = one("[data-poll]");
    if (!place) return;
    let pause = 1;
    for (let waited = 0; waited < 600; waited += pause) {
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
      pause = Math.min(Math.ceil(pause * 1.5), 30);
      let booking;
      try {
        const answer = await fetch(place.dataset.poll);
        if (!answer.ok) continue;
        booking = await answer.json();
      } catch {
        continue; // The booking stands; the next look may be luckier.
      }
      if (booking.meeting_status === "coming") continue;
      if (booking.meeting_status === "ready" && /^https?:/.test(booking.join_url)) showLink(place, booking.join_url);
      else location.reload();
      return;
    }
  }

  /**
   * Puts the link where its promise stood; the page stays, so nothing typed elsewhere is lost.
   * @param {Element} place
   * @param {string} href
   */
  function showLink(place, href) {
    const words = document.createElement("p");
    words.textContent = place.dataset.ready;
    const link = document.createElement("a");
    Object.assign(link, { href, target: "_blank", rel: "noopener noreferrer", textContent: place.dataset.join });
    link.className = "button primary wide-button";
    const line = document.createElement("p");
    line.append(link);
    place.replaceChildren(words, line);
  }

  focusOutcome();
  sendZones();
  followBrowser();
  proveWork();
  sendOnce();
  offerCopies();
  askInDialog();
  awaitLink();
})();
