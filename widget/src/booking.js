/** Leads through the steps of a booking: pick a time, fill in the form, see the result. */
/** @typedef {import("./api.js").Problem} Problem */
import { createCalendar } from "./calendar.js";
import { addMonths, dayAt, lastDayOf, monthOf } from "./days.js";
import { button, fill, h } from "./dom.js";
import { createForm } from "./form.js";
import { createResult } from "./result.js";
import { createSubmission } from "./submission.js";
import { createText, DAY } from "./text.js";
import { createTimes } from "./times.js";
import { createZoneSelect } from "./zones.js";

/**
 * @param {import("./slots.js").Slots} slots
 * @param {ReturnType<typeof import("./dialog.js").createDialog>} dialog
 * @param {import("./flow.js").FlowOptions} options
 * @param {() => void} reload
 */
export function createBooking(slots, dialog, { base, prefill, emit }, reload) {
  const { event, strings } = /** @type {import("./types.js").SlotsAnswer} */ (slots.answer);
  const text = dialog.speak(createText(strings));
  const { t } = text;
  const { prepare, submit } = createSubmission(slots);
  let month = "";
  let day = "";
  let slot = "";
  let sending = false;
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
      dialog.announce(`${text.day(day)}, ${text.times(offered().length)}`);
      aside.scrollIntoView({ block: "nearest" });
    },
    turnTo,
  );
  const note = h("div", "note");
  const zones = createZoneSelect(text, slots.zone, changeZone);
  const times = createTimes(text, "day", choose);
  const dayHeading = h("h3", "day-name", { id: "day" });
  const aside = h("section", "", {}, dayHeading, times.element);
  const picker = h(
    "div",
    "picker",
    {},
    h(
      "div",
      "",
      {},
      event.description && h("p", "description muted", {}, event.description),
      calendar.element,
      note,
      zones.element,
    ),
    aside,
  );
  const nearby = createTimes(text, "when", (other) => {
    choose(other);
    form.confirm.focus();
  });
  const form = createForm(text, event.questions, prefill, nearby.element, send, pickAgain);
  form.label(t("confirm"));

  /** @param {Element} view */
  function show(view) {
    if (shown !== view) dialog.show((shown = view));
  }

  function pickAgain() {
    show(picker);
    render();
    calendar.focus();
    reload();
  }

  const offered = () => days.get(day) ?? [];

  function render() {
    const { today, zone } = slots;
    days = slots.days;
    const free = [...days.keys()];
    if (!days.has(day)) {
      // The first free day is chosen for the visitor: most take one of its times.
      day = free.find((one) => one >= day) ?? "";
      month = monthOf(day || today);
    }
    const busy = !slots.covers(lastDayOf(month));
    calendar.render({ month, today, selected: day, days, busy });
    fill(dayHeading, day && text.day(day));
    aside.hidden = !day;
    times.render(offered(), zone);
    zones.show(offered()[0] ?? Date.now());
    const empty = !busy && !free.some((one) => monthOf(one) === month);
    const later = free.find((one) => one > month);
    const jump = () => {
      pickDay(later ?? day);
      calendar.focus();
    };
    fill(
      note,
      empty && h("p", "", {}, t("no_times_month", { month: text.month(month) })),
      empty && later && button("control", t("next_free", { day: text.day(later) }), jump),
    );
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
    render();
    const end = lastDayOf(month);
    try {
      if (!slots.covers(end)) {
        await slots.reach(end);
        render();
      }
    } catch (problem) {
      const message = explain(/** @type {Problem} */ (problem));
      fill(note, h("p", "", {}, message), button("control retry", t("retry"), () => turnTo(month, true)));
      dialog.announce(message);
      return;
    }
    if (!silent) dialog.announce(note.textContent || text.month(month));
    // The month after is fetched while this one is looked at.
    slots.reach(lastDayOf(addMonths(month, 1))).then(render, () => {});
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
    form.focus();
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
    const fields = { start: slot, tz: zone, lang: text.locale.baseName, ...form.entered };
    if (!emit("submitted", { start: slot, time_zone: zone, fields })) return;
    sending = true;
    say("");
    form.label(t("confirming"), true);
    // Few screen readers tell that the button they are on has another name now.
    dialog.announce(t("confirming"));
    let next = "confirm";
    try {
      done(await submit(fields));
    } catch (error) {
      const problem = /** @type {Problem} */ (error);
      if (!problem.reason) throw problem;
      if (/network|server/.test(problem.reason)) next = "retry";
      refuse(problem);
    } finally {
      sending = false;
      form.label(t(next));
    }
  }

  /**
   * Keep what was typed, and say beside it what can be done.
   * @param {Problem} problem
   */
  function refuse(problem) {
    const { body, reason, status } = problem;
    const { errors = {} } = body;
    emit("failed", { start: slot, reason, status });
    if (body.slots || errors.start) {
      slots.lose(slot, body);
      say(errors.start ?? t("taken"), slots.around(slot));
    } else if (form.mark(errors)) say(explain(problem));
  }

  /** @param {Problem} problem */
  function explain({ reason, message }) {
    return (/refused|invalid|limited/.test(reason) && message) || t(reason) || t("server");
  }

  /** @param {import("./types.js").Booking} made */
  function done(made) {
    const { id, status, start, end, meeting_status } = made;
    slots.lose(slot);
    day = "";
    const result = createResult(text, made, base, slots.zone, () => dialog.announce(t("link_ready")), pickAgain);
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
      render();
      turnTo(month, true);
      if (waiting) calendar.focus();
    },
  };
}
