/** Sends one booking, once: the same attempt tried again is the same booking. */
import { call } from "./api.js";
import { prove } from "./proof.js";

/** @typedef {import("./types.js").Booking} Booking */

/** Campaign and click ids, read when the script arrives: a single-page application may drop them before anybody books. */
const LANDING = location.search;

/** `crypto.randomUUID` is missing on plain-http pages. */
const randomKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

/** Where the visitor came from. */
const arrival = () => ({
  landing: LANDING,
  page_url: location.href.split("#")[0],
  referrer: document.referrer,
  page_lang: document.documentElement.lang,
});

/**
 * @param {import("./slots.js").Slots} slots
 * @param {Record<string, string | undefined>} data  what the page tells of its visitor
 */
export function createSubmission(slots, data) {
  let asked = "";
  /** The idempotency key of this attempt. */
  let key = "";
  let task = "";
  /** @type {Promise<string>} */
  let proof;

  /** The proof for the token and key that count now, looked for once. */
  function prepare() {
    if (task !== (task = `${slots.token}:${(key ||= randomKey())}`)) proof = prove(task, slots.answer?.proof_of_work);
    return proof;
  }

  /**
   * @param {Record<string, string>} fields
   * @param {boolean} [again]
   * @returns {Promise<Booking>}
   * @throws {Problem}
   */
  async function submit(fields, again) {
    const wish = JSON.stringify(fields);
    // Other answers make another attempt: the server refuses a known key with a new body.
    if (asked && asked !== wish) key = "";
    asked = wish;
    try {
      const proof = await prepare();
      const all = { ...arrival(), data: JSON.stringify(data), ...fields, key, token: slots.token, proof };
      const booking = await call(`${slots.url}bookings`, new URLSearchParams(all));
      asked = key = "";
      return booking;
    } catch (problem) {
      const { errors, token } = /** @type {import("./api.js").Problem} */ (problem).body;
      if (!errors?.token || !token || again) throw problem;
      slots.token = token;
      return submit(fields, true);
    }
  }
  return { prepare, submit };
}
