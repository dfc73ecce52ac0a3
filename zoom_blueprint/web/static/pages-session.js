/**
 * The interlock: shortly before a host's time is over, or when they leave, it asks what shall become of Zoom. All goes by
 * the clock, not by counted ticks, and the server is asked before anything ends: this tab may have slept, and another may
 * know more. Nothing is stored.
 */
(() => {
  "use strict";

  const dialog = document.querySelector("[data-interlock]");
  if (!dialog) return;
  const form = dialog.querySelector("form");
  const forms = document.querySelectorAll("[data-session-form]");
  const number = dialog.querySelector("[data-seconds]");
  const status = dialog.querySelector("[role=status]");
  const soon = document.querySelector("[data-soon]");
  const { interlock: address, home } = dialog.dataset;
  const asksAt = Number(dialog.dataset.askedBefore) * 1000;
  const answerTime = Number(dialog.dataset.answerSeconds) * 1000;
  const isOver = dialog.dataset.left === "0";
  const warnedBefore = 30_000;
  const channel = new BroadcastChannel(`session ${address}`);
  let end = Date.now() + Number(dialog.dataset.left) * 1000;
  let deadline = 0; // of the answer; 0 while nobody is asked
  let isAsking = false; // the server
  let timer = 0;

  /** @param {number} pause */
  function lookIn(pause) {
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(Math.max(pause, 250), 60_000));
  }

  /**
   * Asks the server how long it is; after that nothing but a number of milliseconds counts. Undefined: no answer now.
   * @returns {Promise<number | undefined>}
   */
  async function learn(request) {
    let answer;
    try {
      answer = await fetch(address, { ...request, headers: { Accept: "application/json" } });
    } catch {
      return undefined; // without a network nothing ends here: the server knows its clock
    }
    if (answer.status >= 500) return undefined;
    try {
      const { left, until, token } = await answer.json();
      if (left === null) return Infinity;
      for (const one of forms) one.elements.namedItem("csrf_token").value = token;
      // It is read out where it changes, and only there.
      for (const one of document.querySelectorAll("[data-until]")) if (one.textContent !== until) one.textContent = until;
      end = Date.now() + left * 1000;
      return left * 1000;
    } catch {
      location.reload(); // signed out meanwhile, and the page says so
      return new Promise(() => {});
    }
  }

  /** What there is to do now; asked by the timer, and whenever somebody comes back to this page. */
  async function look() {
    if (isAsking) return;
    const now = Date.now();
    if (deadline) {
      const left = Math.ceil((Math.min(deadline, isOver ? Infinity : end) - now) / 1000);
      number.textContent = Math.max(left, 0);
      status.textContent = status.dataset[`say-${left}`] ?? status.textContent;
      return left > 0 ? lookIn(500) : finish();
    }
    const pause = end - asksAt - now;
    if (pause > warnedBefore) return lookIn(pause - warnedBefore);
    bringStyles();
    if (soon) soon.textContent = soon.dataset.soon;
    if (pause > 0) return lookIn(pause);
    isAsking = true;
    const left = await learn();
    isAsking = false;
    if (left === undefined) return lookIn(5000);
    if (left === Infinity) return;
    if (left === 0 && !home) return location.reload();
    if (left <= asksAt) open();
    lookIn(0);
  }

  /** Most pages are left long before they ask, and wait for no style sheet. */
  function bringStyles() {
    const { styles } = dialog.dataset;
    if ([...document.styleSheets].some(({ href }) => href?.endsWith(styles))) return;
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = styles;
    document.head.append(link);
  }

  function open() {
    dialog.close();
    dialog.querySelector("[data-countdown]").hidden = false;
    dialog.showModal();
    dialog.querySelector("[value=stay]").focus();
    deadline = Date.now() + answerTime;
  }

  /** Nobody has answered: unless another tab knows better, that is the answer. */
  async function finish() {
    isAsking = true;
    const left = await learn();
    isAsking = false;
    if (left === undefined) return lookIn(2000);
    if (left > asksAt) return close();
    form.requestSubmit(form.querySelector("[value=none]"));
  }

  function close() {
    deadline = 0;
    status.textContent = "";
    if (soon) soon.textContent = "";
    if (home) return location.assign(home);
    dialog.close();
    lookIn(0);
  }

  /** A key, a touch, a mouse: somebody is there, so there is time again, in all tabs. */
  function isHere(event) {
    if (!deadline || deadline > Date.now() + answerTime - 1000) return;
    deadline = Date.now() + answerTime;
    number.textContent = answerTime / 1000;
    status.textContent = "";
    if (event) channel.postMessage("here");
  }

  for (const one of forms) {
    one.addEventListener("submit", async (event) => {
      if (event.submitter?.value !== "stay" || home) return;
      event.preventDefault();
      const { submitter } = event;
      if ((await learn()) === undefined) return; // a token of the form may be too old by now
      if ((await learn({ method: "POST", body: new FormData(one, submitter) })) === undefined) return;
      channel.postMessage("stays");
      close();
    });
  }
  channel.onmessage = async ({ data }) => {
    if (data === "here") return isHere();
    const left = await learn();
    if (left > asksAt && deadline) close();
    else lookIn(0);
  };
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    form.requestSubmit(dialog.querySelector("[value=stay]"));
  });
  for (const name of ["keydown", "pointerdown", "pointermove"]) addEventListener(name, isHere, { passive: true });
  for (const name of ["visibilitychange", "pageshow", "focus", "online"]) addEventListener(name, look);
  look();
})();
