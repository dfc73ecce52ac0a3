/** Comfort on top of the calendar, which works without it: keys, the panel without a new page, time blocked by drag. */
(() => {
  "use strict";

  const desk = document.querySelector("[data-desk]");
  const entries = "[data-day] .entry > a:first-child";
  const phone = matchMedia("(max-width: 47.99rem)");

  const plain = (event) => !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  /** Left and right lead to the days beside, to what is nearest in time; up and down to what is before and after. */
  function moveByKeys(event) {
    const here = event.target.closest(entries);
    if (!here || !plain(event)) return;
    const day = here.closest("[data-day]");
    const days = [...desk.querySelectorAll("[data-day]")].filter((one) => one.querySelector(entries));
    const of = (one) => [...one.querySelectorAll(entries)];
    const side = getComputedStyle(desk).direction === "rtl" ? -1 : 1;
    const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -side, ArrowRight: side }[event.key];
    if (!step) return;
    event.preventDefault();
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const near = of(day);
      near[near.indexOf(here) + step]?.focus();
      return;
    }
    const next = days[days.indexOf(day) + step];
    if (!next) return;
    const height = (one) => one.getBoundingClientRect().top;
    const off = (one) => Math.abs(height(one) - height(here));
    of(next).reduce((best, one) => (off(one) < off(best) ? one : best)).focus();
  }

  /** One entry is reached by Tab, with its bin; the arrow keys lead to the others. */
  function keepOneInReach() {
    const all = [...desk.querySelectorAll(entries)];
    const reach = (chosen) => {
      for (const one of all) {
        for (const link of one.parentElement.querySelectorAll("a")) link.tabIndex = one === chosen ? 0 : -1;
      }
    };
    reach(all.find((one) => one.ariaCurrent) ?? all[0]);
    desk.addEventListener("focusin", ({ target }) => {
      const one = target.closest(".entry")?.querySelector("a");
      if (all.includes(one)) reach(one);
    });
  }

  const entryOf = (address) => {
    const id = new URL(address).searchParams.get("booking");
    return id && [...desk.querySelectorAll("[href$='#panel']")].find((one) => one.href.includes(id));
  };

  /** Shows what an address shows, without a new page; where that fails, with one. */
  let asked = 0;
  let { href: here, search: shown } = location;
  async function show(address) {
    const mine = ++asked;
    const left = entryOf(here);
    here = address;
    shown = new URL(address).search;
    desk.ariaBusy = "true";
    const page = await zoomPages.load(address).catch(() => null);
    if (mine !== asked) return;
    desk.ariaBusy = null;
    if (!page?.querySelector("[data-desk]")) return location.assign(address);
    const panel = page.querySelector("[data-panel]");
    desk.querySelector("[data-panel]")?.remove();
    if (panel) desk.append(panel);
    dispatchEvent(new Event("filled"));
    desk.classList.toggle("open", Boolean(panel));
    document.title = page.title;
    for (const one of desk.querySelectorAll("[href$='#panel'][aria-current]")) one.ariaCurrent = null;
    const entry = entryOf(address);
    if (entry) entry.ariaCurrent = "true";
    if (panel) panel.focus({ preventScroll: !phone.matches });
    else left?.focus();
  }

  function go(address) {
    history.pushState(null, "", address);
    return show(address);
  }

  function openAndClose(event) {
    const link = event.target.closest("[href$='#panel'], [data-close]");
    if (!link || !plain(event)) return;
    event.preventDefault();
    go(link.href);
  }

  function closeByKey(event) {
    const close = desk.querySelector("[data-close]");
    if (event.key === "Escape" && close && !document.querySelector("dialog[open]")) go(close.href);
  }

  /** The mouse, drawn over free time of a week, asks to block it, from quarter to quarter of an hour. */
  function blockByDrag() {
    const week = desk.querySelector(".week");
    const dialog = document.querySelector("[data-block-dialog]");
    if (!week || !dialog?.showModal) return;
    const { elements: fields } = dialog.querySelector("form");
    const [first, count] = [week.dataset.first * 4, week.dataset.count * 4];
    const clock = (quarter) =>
      quarter < 96 ? `${String(quarter >> 2).padStart(2, "0")}:${String((quarter & 3) * 15).padStart(2, "0")}` : "";
    week.addEventListener("pointerdown", (down) => {
      const day = down.target.closest(".slots");
      if (!day || down.target.closest(".entry") || !plain(down) || down.pointerType === "touch" || phone.matches) return;
      down.preventDefault();
      const { top, height } = day.getBoundingClientRect();
      const quarter = ({ clientY }) => Math.max(0, Math.min(count - 1, Math.floor(((clientY - top) * count) / height)));
      const ghost = document.createElement("li");
      ghost.className = "entry wish";
      ghost.ariaHidden = "true";
      let [from, until] = [quarter(down), 0];
      const draw = (move) => {
        const [one, other] = [quarter(down), quarter(move)];
        [from, until] = [Math.min(one, other), Math.max(one, other) + 1];
        if (one === other) return;
        day.append(ghost);
        const place = { top: `${from}rem`, height: `${until - from}rem`, gridArea: "auto", insetInline: "0" };
        Object.assign(ghost.style, { position: "absolute", ...place });
      };
      const leave = () => {
        removeEventListener("pointermove", draw);
        removeEventListener("pointerup", ask);
        removeEventListener("pointercancel", leave);
        removeEventListener("keydown", leave);
        ghost.remove();
      };
      const ask = () => {
        const isDrawn = ghost.isConnected;
        leave();
        if (!isDrawn) return;
        fields.first_day.value = day.closest("[data-day]").dataset.day;
        fields.first_time.value = clock(first + from);
        fields.last_time.value = clock(first + until);
        dialog.showModal();
        day.append(ghost);
        dialog.addEventListener("close", leave, { once: true });
      };
      addEventListener("pointermove", draw);
      addEventListener("pointerup", ask);
      addEventListener("pointercancel", leave);
      addEventListener("keydown", leave);
    });
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }

  desk.addEventListener("keydown", moveByKeys);
  desk.addEventListener("click", openAndClose);
  document.addEventListener("keydown", closeByKey);
  addEventListener("popstate", () => location.search !== shown && show(location.href)); // not for a skip link
  keepOneInReach();
  blockByDrag();
})();
