/** What the pages of visitors do beside: prove some work, and wait for a link. Comes before pages.js, which sends once. */
(() => {
  "use strict";

  /** @param {string} selector */
  const one = (selector) => document.querySelector(selector);

  /**
   * A proof of work shows that a browser took the trouble: SHA-256 of token, key and proof begins with some zero bits. It is
   * looked for while the form is filled in; whoever is faster waits for it. A form that was sent before this script ran
   * came back to be sent again with its proof, once: then it has one. Without one the site mails a code instead.
   */
  function proveWork() {
    const form = one("[data-proof]");
    if (!form || !globalThis.crypto?.subtle) return;
    const field = form.elements.namedItem("proof");
    let proof = "";
    const [token, key] = ["token", "key"].map((name) => form.elements.namedItem(name).value);
    const looking = findProof(`${token}:${key}`, Number(form.dataset.proof)).then((found) => {
      field.value = proof = found;
    });
    form.addEventListener("submit", async (event) => {
      if (proof) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (form.ariaBusy) return;
      form.ariaBusy = "true";
      await looking;
      form.ariaBusy = null;
      form.requestSubmit(event.submitter);
    });
    if ("again" in form.dataset) form.requestSubmit();
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

  /** Looks for the Zoom link, eagerly at first, whenever somebody looks at the page, until it is there. */
  async function awaitLink() {
    const place = one("[data-poll]");
    if (!place) return;
    let reason;
    for (let pause = 1; place.dataset.poll; pause = Math.min(Math.ceil(pause * 1.5), 30)) {
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
      await visible();
      try {
        const answer = await fetch(place.dataset.poll);
        if (!answer.ok) continue;
        const booking = await answer.json();
        reason ??= booking.meeting_reason;
        if (booking.meeting_status !== "coming" || booking.meeting_reason !== reason) await renew(place);
        reason = booking.meeting_reason;
      } catch {
        // The booking stands; the next look may be luckier.
      }
    }
  }

  /** Waits until the page is seen. */
  const visible = () =>
    new Promise((resolve) => {
      if (!document.hidden) resolve();
      else document.addEventListener("visibilitychange", resolve, { once: true });
    });

  /**
   * Says what a new look at the page would say, the passcode and what goes into calendars too; the page stays, so
   * nothing typed elsewhere is lost.
   * @param {Element} place
   */
  async function renew(place) {
    const page = await zoomPages.load(place.dataset.page);
    const now = page.querySelector("[role=status]");
    if (!now) return location.replace(place.dataset.page);
    one(".details").replaceWith(page.querySelector(".details"));
    place.replaceChildren(...now.childNodes);
    const links = page.querySelectorAll(".calendars a");
    document.querySelectorAll(".calendars a").forEach((link, index) => (link.href = links[index].href));
    if (now.dataset.poll) return;
    const words = document.createElement("p");
    words.textContent = place.dataset.ready;
    place.prepend(words);
    delete place.dataset.poll;
  }

  proveWork();
  awaitLink();
})();
