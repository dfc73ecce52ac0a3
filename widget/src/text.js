/** Words from the server and dates from Intl, in one language. */

/** @type {Intl.DateTimeFormatOptions} */
export const DAY = { weekday: "long", day: "numeric", month: "long" };

/** What can be said before the server has sent its words, or when it cannot be reached. */
const BEFORE_ANSWER = { lang: "en", close: "Close", retry: "Try again", server: "The free times could not be loaded." };

/**
 * The language that the words are in, as it is written where the visitor lives: week start, 24-hour clock.
 * @param {string} language
 * @param {string} preferred  the browser's, which may be another one
 */
export function localeFor(language, preferred) {
  // Systems without a language say "C", which is none.
  const known = /^\w\w/.test(preferred) ? preferred : language;
  const region = /** @type {string} */ (new Intl.Locale(known).maximize().region);
  // Months and days are counted in the Gregorian calendar here, so they must be named in it as well. The digits are
  // those of the words, which are the server's, of its pages and of its mails.
  return new Intl.Locale(language, { calendar: "gregory", numberingSystem: "latn", region });
}

/** @param {Record<string, string>} [strings] */
export function createText(strings = BEFORE_ANSWER) {
  const locale = localeFor(strings.lang, navigator.language);
  /** @type {Record<string, Intl.DateTimeFormat>} */
  const formats = {};

  /**
   * Formats are dear to make and asked for by the hundred.
   * @param {Intl.DateTimeFormatOptions} options
   */
  const format = (options) => (formats[JSON.stringify(options)] ??= new Intl.DateTimeFormat(locale, options));

  /**
   * @param {string} day
   * @param {Intl.DateTimeFormatOptions} options
   */
  const date = (day, options) => format({ ...options, timeZone: "UTC" }).format(new Date(day));

  /**
   * @param {string} key
   * @param {Record<string, any>} [values]
   */
  const t = (key, values = {}) => (strings[key] ?? "").replace(/{(\w+)}/g, (_, name) => values[name]);

  /**
   * The offset of a zone at an instant; it changes with the season.
   * @param {string} timeZone
   * @param {string | number} instant
   */
  const offset = (timeZone, instant) =>
    format({ timeZone, timeZoneName: "shortOffset" }).formatToParts(new Date(instant)).find(({ type }) => type === "timeZoneName")?.value;

  return {
    t,
    locale,
    date,
    /** @param {string} day */
    dayName: (day) => date(day, DAY),
    /** @param {string} month */
    monthName: (month) => date(month, { month: "long", year: "numeric" }),
    /** @param {number} count */
    times: (count) => t("free_times", { count }),
    /**
     * @param {string} instant
     * @param {string} timeZone
     * @param {Intl.DateTimeFormatOptions} [more]
     */
    time: (instant, timeZone, more) =>
      format({ hour: "numeric", minute: "2-digit", timeZone, ...more }).format(Date.parse(instant)),
    /**
     * @param {number | string} start
     * @param {number | string} end
     * @param {string} timeZone
     */
    span: (start, end, timeZone) =>
      format({ dateStyle: "full", timeStyle: "short", timeZone }).formatRange(new Date(start), new Date(end)),
    offset,
    /**
     * @param {string} zone
     * @param {string | number} instant
     */
    zone: (zone, instant) => `${zoneName(zone)} (${offset(zone, instant)})`,
  };
}

/** @param {string} zone */
export const zoneName = (zone) => zone.replaceAll("_", " ");

/** @typedef {ReturnType<typeof createText>} Text */
