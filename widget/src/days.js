/** Arithmetic on calendar days, written as "YYYY-MM-DD", and on months, written as "YYYY-MM". */

const DAY = 86_400_000;

/** @type {Record<string, Intl.DateTimeFormat>} */
const dayFormats = {};

/**
 * The day that a clock in the zone shows at an instant.
 * @param {number | string} instant
 * @param {string} timeZone
 */
export function dayAt(instant, timeZone) {
  // Sweden writes its dates as YYYY-MM-DD.
  return (dayFormats[timeZone] ??= new Intl.DateTimeFormat("sv", { timeZone })).format(new Date(instant));
}

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
 * Noon in UTC, for formatting the day in UTC.
 * @param {string} day
 */
export const noonOf = (day) => Date.parse(`${day}T12:00:00Z`);

/**
 * @param {string} day
 * @param {number} count
 */
export const addDays = (day, count) => new Date(noonOf(day) + count * DAY).toISOString().slice(0, 10);

/** @param {string} day */
export const monthOf = (day) => day.slice(0, 7);

/**
 * @param {string} month
 * @param {number} count
 */
export function addMonths(month, count) {
  const date = new Date(noonOf(`${month}-01`));
  date.setUTCMonth(date.getUTCMonth() + count);
  return date.toISOString().slice(0, 7);
}

/** @param {string} month */
export const lastDayOf = (month) => addDays(`${addMonths(month, 1)}-01`, -1);

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
export const weekdayOf = (day) => new Date(noonOf(day)).getUTCDay();

/**
 * The month as weeks of seven; "" where a day belongs to a neighbouring month.
 * @param {string} month
 * @param {number} firstWeekday
 */
export function weeksOf(month, firstWeekday) {
  const first = `${month}-01`;
  const weeks = [];
  for (let day = addDays(first, -((weekdayOf(first) - firstWeekday + 7) % 7)); day <= lastDayOf(month); ) {
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
  // A method in the standard, a property in older Chrome and Safari, neither in older Firefox.
  const info = locale.getWeekInfo?.() ?? locale.weekInfo;
  if (info) return info.firstDay % 7;
  return SUNDAY_FIRST.test(`${locale.region}`) ? 0 : 1;
}
