/** The month as a date grid, after the pattern of the ARIA Authoring Practices. */
import { addDays, addMonths, firstWeekdayOf, monthOf, sameDayIn, weekdayOf, weeksOf } from "./days.js";
import { button, fill, h, refer } from "./dom.js";
import { isModified } from "./links.js";

/**
 * @typedef {object} CalendarState
 * @property {string} shownMonth
 * @property {string} today
 * @property {string} selected  the day whose times are shown, or ""
 * @property {Map<string, string[]>} days
 * @property {boolean} busy
 */

/**
 * @param {import("./text.js").Text} text
 * @param {(day: string) => void} onPick
 * @param {(month: string, byKey?: boolean) => void} onMonth
 */
export function createCalendar(text, onPick, onMonth) {
  const firstWeekday = firstWeekdayOf(text.locale);
  /** @type {CalendarState} */
  let state;
  /** The one day in the tab order. */
  let active = "";

  /**
   * @param {string} label
   * @param {number} step
   * @param {string} sign  which turns round in languages from right to left
   */
  const pager = (label, step, sign) =>
    button(
      "icon",
      sign,
      () => {
        const month = addMonths(state.shownMonth, step);
        if (month >= first()) onMonth(month);
      },
      { ariaLabel: text.t(label) },
    );
  const previous = pager("previous_month", -1, "‹");
  const next = pager("next_month", 1, "›");
  const heading = h("h3", "month-name", "", { id: "month" });
  const body = h("tbody", "", "", { onkeydown: onKey });
  // A week inside one month names the columns.
  const columns = weeksOf("2024-09", firstWeekday)[1].map((day) => {
    /** @param {"long" | "short" | "narrow"} weekday */
    const name = (weekday) => text.date(day, { weekday });
    // The short names of Arabic are the long ones, too wide for seven on a phone.
    return h("th", "weekday", name(name("short")[4] ? "narrow" : "short"), { scope: "col", abbr: name("long") });
  });
  const grid = refer(h("table", "calendar", [h("thead", "", h("tr", "", columns)), body], { role: "grid" }), "month");

  const first = () => monthOf(state.today);

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (isModified(event)) return;
    const forward = body.closest("[dir=rtl]") ? -1 : 1;
    const column = (weekdayOf(active) - firstWeekday + 7) % 7;
    const target = {
      ArrowLeft: addDays(active, -forward),
      ArrowRight: addDays(active, forward),
      ArrowUp: addDays(active, -7),
      ArrowDown: addDays(active, 7),
      Home: addDays(active, -column),
      End: addDays(active, 6 - column),
      PageUp: sameDayIn(active, -1),
      PageDown: sameDayIn(active, 1),
    }[event.key];
    if (!target) return;
    event.preventDefault();
    if (monthOf(target) < first()) return;
    active = target;
    if (monthOf(active) === state.shownMonth) draw();
    else onMonth(monthOf(active), true);
    enter();
  }

  const enter = () => /** @type {HTMLElement | null} */ (body.querySelector("[tabindex='0']"))?.focus();

  /** @param {string} day */
  function cell(day) {
    if (!day) return h("td", "");
    const count = state.days.get(day)?.length ?? 0;
    const properties = {
      tabIndex: day === active ? 0 : -1,
      ariaDisabled: !count,
      ariaCurrent: day === state.today && "date",
      ariaLabel: `${text.dayName(day)}, ${text.times(count)}`,
    };
    const press = () => {
      active = day;
      if (count) onPick(day);
      else draw();
    };
    return h("td", "", button(count ? "day day-free" : "day", text.date(day, { day: "numeric" }), press, properties), {
      ariaSelected: day === state.selected,
    });
  }

  function draw() {
    const focused = body.querySelector(":focus");
    fill(heading, text.monthName(state.shownMonth));
    previous.ariaDisabled = `${state.shownMonth <= first()}`;
    grid.ariaBusy = `${state.busy}`;
    fill(
      body,
      weeksOf(state.shownMonth, firstWeekday).map((week) => h("tr", "", week.map(cell))),
    );
    if (focused) enter();
  }

  return {
    element: h("section", "", [h("div", "month", [previous, heading, next]), grid]),
    /** @param {CalendarState} given */
    render(given) {
      state = given;
      const { shownMonth: month, selected, days } = state;
      if (monthOf(active) !== month) {
        active = monthOf(selected) === month ? selected : ([...days.keys()].find((day) => monthOf(day) === month) ?? `${month}-01`);
      }
      draw();
    },
    enter,
  };
}
