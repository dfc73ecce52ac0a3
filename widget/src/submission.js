/** Sends one booking, once: the same attempt tried again is the same booking. */
import { call } from "./api.js";
import { prove } from "./proof.js";

/** @typedef {import("./types.js").Booking} Booking */

/** Read when the script arrives: a single-page application may drop the query before anybody books. */
const ARRIVAL = new URLSearchParams(location.search);
/** Campaign names and the advertisers' click ids (`gclid`, `fbclid`, `msclkid` …). */
const CAMPAIGN = /^utm_|(cl(k|ick)?|bra|fat_)id$/;

/** `crypto.randomUUID` is missing on plain-http pages. */
const randomKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

/** Where the visitor came from, cut so that no address is too long to book from. */
function context() {
  const campaign = [...ARRIVAL].filter(([name]) => CAMPAIGN.test(name));
  const found = [...campaign, ["page_url", location.href.split("#")[0]], ["referrer", document.referrer], ["page_lang", document.documentElement.lang]];
  return found.map(([name, value]) => [name, value.slice(0, 500)]);
}

/** @param {import("./slots.js").Slots} slots */
export function createSubmission(slots) {
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
      const all = [...Object.entries(fields), ...context(), ["key", key], ["token", slots.token], ["proof", proof]];
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
