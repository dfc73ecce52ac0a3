/** The way out of a connection in a dialog, without JavaScript a page; and whoever types minutes chooses them. */
(() => {
  "use strict";

  const dialog = document.querySelector("[data-disconnect-dialog]");

  /** @param {string} address */
  async function ask(address) {
    const page = await zoomPages.load(address);
    const sheet = page.querySelector("main > .sheet");
    sheet.classList.remove("card");
    dialog.replaceChildren(sheet);
    const keep = sheet.querySelector("[data-keep]");
    keep?.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
    dialog.showModal();
    // What happens is read first; on a phone the buttons stand far below it.
    const heading = sheet.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus();
  }

  for (const link of document.querySelectorAll("[data-disconnect]")) {
    link.ariaHasPopup = "dialog";
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      ask(link.href).catch(() => location.assign(link.href));
    });
  }
  // A click on the backdrop is a click on the dialog itself: the sheet covers all the rest of it.
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());

  document.querySelector("#reminders")?.addEventListener("input", () => {
    document.querySelector("#reminding-mine").checked = true;
  });
})();
