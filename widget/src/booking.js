/** Leads through the steps of a booking: pick a time, fill in the form, see the result. */
/** @typedef {import("./api.js").Problem} Problem */
import { createCalendar } from "./calendar.js";
import { dayAt, lastDayOf, monthOf } from "./days.js";
import { button, fill, h } from "./dom.js";
import { createForm } from "./form.js";
import { createResult } from "./result.js";
import { createSubmission } from "./submission.js";
import { createText, DAY } from "./text.js";
import { createTimes } from "./times.js";
import { createZoneChoice } from "./zones.js";

/**
 * @param {import("./slots.js").Slots} slots
 * @param {ReturnType<typeof import("./dialog.js").createDialog>} dialog
 * @param {import("./flow.js").FlowOptions} options
 * @param {() => void} reload
 */
export function createBooking(slots, dialog, { link, host, emit }, reload) {
  const { event, fields, strings } = /** @type {import("./types.js").SlotsAnswer} */ (slots.answer);
  const text = dialog.speak(createText(strings));
  const { t } = text;
  const { prepare, submit } = createSubmission(slots, { ...link.dataset, ...host.dataset });
  let month = "";
  let day = "";
  let slot = "";
  let sending = false;
  let retry = false;
  /** @type {Map<string, string[]>} */
  let days;
  /** The view that stands in the dialog. @type {Element | undefined} */
  let shown;

  fill(dialog.title, event.title);
  fill(dialog.subtitle, t("facts"));

  const calendar = createCalendar(
    text,
    (picked) => {
      pickDay(picked);
      dialog.announce(`${text.dayName(day)}, ${text.times(offered().length)}`);
      aside.scrollIntoView({ block: "nearest" });
    },
    turnTo,
  );
  const note = h("div", "note");
  const zones = createZoneChoice(text, slots.zone, changeZone);
  const times = createTimes(text, choose);
  const dayHeading = h("h3", "day-name");
  const aside = h("section", "", [dayHeading, times.element]);
  const picker = h("div", "picker", [
    h("div", "", [
      event.description && h("p", "description muted", event.description),
      calendar.element,
      note,
      zones.element,
    ]),
    aside,
  ]);
  const nearby = createTimes(text, (other) => {
    choose(other);
    form.confirm.focus();
  });
  const form = createForm(text, fields, host, nearby.element, send, pickAgain);
  form.relabel(t("confirm"));

  /** @param {Element} view */
  function show(view) {
    if (shown !== view) dialog.show((shown = view));
  }

  function pickAgain() {
    if (sending) return;
    show(picker);
    render();
    calendar.enter();
    reload();
  }

  const offered = () => days.get(day) ?? [];

  /** Show what is known; true when more is to be fetched for the month. */
  function render() {
    const { today, zone } = slots;
    days = slots.days;
    const free = [...days.keys()];
    if (!days.has(day)) {
      // The first free day is chosen for the visitor: most take one of its times.
      day = free.find((one) => one >= day) ?? "";
      if (day || !month) month = monthOf(day || today);
    }
    const busy = !slots.covers(lastDayOf(month));
    calendar.render({ shownMonth: month, today, selected: day, days, busy });
    fill(dayHeading, day && text.dayName(day));
    aside.hidden = !day;
    times.render(offered(), zone);
    zones.show(offered()[0] ?? Date.now(), slots.differs && t("zone_differs", { "zone": zone }));
    const empty = !busy && !free.some((one) => monthOf(one) === month);
    const later = free.find((one) => one > month);
    const jump = () => {
      pickDay(/** @type {string} */ (later));
      calendar.enter();
    };
    fill(
      note,
      empty && [
        h("p", "", t("no_times_month", { month: text.monthName(month) })),
        later && button("control", t("next_free", { day: text.dayName(later) }), jump),
      ],
    );
    return busy;
  }

  /** @param {string} picked */
  function pickDay(picked) {
    day = picked;
    month = monthOf(day);
    render();
  }

  /**
   * @param {string} wanted
   * @param {boolean} [silent]  when the focused day says the month anyway
   */
  async function turnTo(wanted, silent) {
    month = wanted;
    try {
      if (render()) {
        await slots.reach(lastDayOf(month));
        render();
      }
    } catch (problem) {
      fill(note, [
        h("p", "", explain(/** @type {Problem} */ (problem)), { role: "alert" }),
        button("control retry", t("retry"), () => {
          turnTo(month, true);
          calendar.enter();
        }),
      ]);
      return;
    }
    if (!silent) dialog.announce(note.textContent || text.monthName(month));
  }

  /** @param {string} zone */
  function changeZone(zone) {
    const [first] = offered();
    slots.zone = zone;
    if (first) pickDay(dayAt(first, zone));
    turnTo(month, true);
    dialog.announce(text.zone(zone, first ?? Date.now()));
  }

  /** @param {string} chosen */
  function choose(chosen) {
    const { zone } = slots;
    const start = Date.parse((slot = chosen));
    form.show(text.span(start, start + event.duration_minutes * 60_000, zone), text.zone(zone, slot));
    say("");
    show(form.element);
    form.enter();
    prepare();
    emit("slot-selected", { start: slot, time_zone: zone });
  }

  /**
   * @param {string} message
   * @param {string[]} [others]
   */
  function say(message, others = []) {
    form.say(message);
    nearby.render(others, slots.zone, DAY);
  }

  async function send() {
    if (sending || !form.check()) return;
    const { zone } = slots;
    const entered = { start: slot, tz: zone, lang: text.locale.baseName, ...form.entered };
    if (!emit("submitted", { start: slot, time_zone: zone, fields: entered })) return;
    sending = true;
    say("");
    form.relabel(t("confirming"), true);
    // Few screen readers tell that the button they are on has another name now.
    dialog.announce(t("confirming"));
    retry = false;
    try {
      done(await submit(entered));
    } catch (error) {
      refuse(/** @type {Problem} */ (error));
    } finally {
      sending = false;
      form.relabel(t(retry ? "retry" : "confirm"));
    }
  }

  /**
   * Keep what was typed, and say beside it what can be done.
   * @param {Problem} problem
   */
  function refuse(problem) {
    const { body, reason, status } = problem;
    const { errors = {}, fields } = body;
    emit("failed", { start: slot, reason, status });
    retry = /network|server/.test(reason);
    if (body.slots || errors.start) {
      slots.lose(slot, body);
      say(errors.start ?? explain(problem), slots.around(slot, body.slots));
    } else if (form.mark(errors, fields)) say(explain(problem));
  }

  /** @param {Problem} problem */
  const explain = ({ reason, message }) => t(reason) || message;

  /** @param {import("./types.js").Booking} made */
  function done(made) {
    const { id, status, start, end, meeting_status } = made;
    slots.lose(slot);
    day = "";
    const result = createResult(text, made, slots.zone, () => dialog.announce(t("link_ready")), pickAgain);
    show(result.element);
    result.heading.focus();
    emit("booked", { id, status, start, end, meeting_status });
    result.poll();
  }

  return {
    /** Show what has been fetched, in the step where the visitor left. */
    refresh() {
      if (shown && shown !== picker) return;
      const waiting = dialog.title.matches(":focus");
      show(picker);
      turnTo(month, true);
      if (waiting) calendar.enter();
    },
  };
}
