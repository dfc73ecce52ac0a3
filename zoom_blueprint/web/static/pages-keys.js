/** What is shown once answers a form: to load it again, or to come back to it, sends nothing and leads to what is kept. */
(() => {
  "use strict";
  const { shownOnce } = document.querySelector("[data-shown-once]").dataset;
  history.replaceState(null, "", shownOnce);
})();
