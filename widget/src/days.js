/** Arithmetic on calendar days, written as "YYYY-MM-DD", and on months, written as "YYYY-MM". */

/** @type {Record<string, Intl.DateTimeFormat>} */
const clocks = {};

/**
 * What a clock in the zone shows at an instant: "YYYY-MM-DD HH:MM".
 * @param {number | string} instant
 * @param {string} timeZone
 */
export function clockAt(instant, timeZone) {
  // Sweden writes its dates like that.
  const clock = (clocks[timeZone] ??= new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "short" }));
  return clock.format(new Date(instant));
}

/**
 * @param {number | string} instant
 * @param {string} zone
 */
export const dayAt = (instant, zone) => clockAt(instant, zone).slice(0, 10);

/**
 * Sorted instants, grouped by the day they fall on in the zone.
 * @param {Iterable<string>} instants
 * @param {string} zone
 */
export function groupByDay(instants, zone) {
  /** @type {Map<string, string[]>} */
  const days = new Map();
  for (const instant of [...instants].sort()) {
    const day = dayAt(instant, zone);
    days.set(day, [...(days.get(day) ?? []), instant]);
  }
  return days;
}

/**
 * The day that lies so many months and days away, as calendars count.
 * @param {string} day
 * @param {number} months
 * @param {number} days
 */
function shift(day, months, days) {
  const date = new Date(day);
  date.setUTCMonth(date.getUTCMonth() + months, date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/**
 * @param {string} day
 * @param {number} count
 */
export const addDays = (day, count) => shift(day, 0, count);

/** @param {string} day */
export const monthOf = (day) => day.slice(0, 7);

/**
 * @param {string} month
 * @param {number} count
 */
export const addMonths = (month, count) => monthOf(shift(month, count, 0));

/** @param {string} month */
export const lastDayOf = (month) => shift(month, 1, -1);

/**
 * The same day of another month, or that month's last day.
 * @param {string} day
 * @param {number} months
 */
export function sameDayIn(day, months) {
  const month = addMonths(monthOf(day), months);
  return [month + day.slice(7), lastDayOf(month)].sort()[0];
}

/**
 * 0 for Sunday to 6 for Saturday.
 * @param {string} day
 */
export const weekdayOf = (day) => new Date(day).getUTCDay();

/**
 * The month as weeks of seven; "" where a day belongs to a neighbouring month.
 * @param {string} month
 * @param {number} firstWeekday
 */
export function weeksOf(month, firstWeekday) {
  const weeks = [];
  for (let day = addDays(month, -((weekdayOf(month) - firstWeekday + 7) % 7)); day <= lastDayOf(month); ) {
    const week = [];
    for (; week.length < 7; day = addDays(day, 1)) week.push(monthOf(day) === month ? day : "");
    weeks.push(week);
  }
  return weeks;
}

/** Where weeks begin on Sunday, for engines that do not say. */
const SUNDAY_FIRST = /US|CA|MX|BR|JP|IN|IL/;

/**
 * The weekday that weeks begin with, 0 for Sunday.
 * @param {Intl.Locale & {getWeekInfo?: () => {firstDay: number}, weekInfo?: {firstDay: number}}} locale
 */
export function firstWeekdayOf(locale) {
  // A method in the standard, a property in older Chrome and Safari, neither in Firefox.
  return ((locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? +!SUNDAY_FIRST.test(`${locale.region}`)) % 7;
}
