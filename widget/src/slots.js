/** Knows an event's free slots, fetched a stretch at a time. */
import { call } from "./api.js";
import { addDays, clockAt, dayAt, groupByDay } from "./days.js";

/** The server answers for at most 62 days at once, which always covers this month and the next. */
const STRETCH = 61;
/** How many stretches are searched for a first free slot before we say that there is none. */
const STRETCHES_TO_SEARCH = 6;
/** How many times before and after one that is gone are offered instead. */
const NEARBY = 2;
/** Milliseconds after which a list is fetched anew before it is offered again. */
const FRESH_FOR = 300_000;

/** @typedef {import("./types.js").SlotsAnswer} SlotsAnswer */

/**
 * @typedef {object} Slots
 * @property {string} url
 * @property {string} token
 * @property {SlotsAnswer} [answer]  the newest
 * @property {string} today
 * @property {string} zone  the visitor's, may be set
 * @property {Map<string, string[]>} days  slots still ahead, by day in the visitor's zone
 * @property {(day: string) => boolean} covers
 * @property {boolean} differs  whether this device's clock and the server's disagree about the zone
 * @property {() => Promise<void>} open  fetch the first free slots, unless a fresh list is here
 * @property {(day: string) => Promise<void>} reach  fetch on until the day is covered
 * @property {(slot: string, body?: import("./types.js").ProblemBody) => void} lose  forget a slot that is gone
 * @property {(slot: string, free?: string[]) => string[]} around  the free slots before and after one, of all or of these
 */

/**
 * @param {string} url  of the event's resources, with the slash
 * @param {string} zone
 * @param {string} language
 * @returns {Slots}
 */
export function createSlots(url, zone, language) {
  /** @type {Set<string>} */
  let known = new Set();
  /** The last day that was asked for. */
  let through = "";
  let fetchedAt = 0;
  /** Calls run one after another, so that stretches join without a gap. @type {Promise<unknown>} */
  let queue = Promise.resolve();

  /** @param {() => Promise<void>} task */
  function enqueue(task) {
    const done = queue.then(task);
    queue = done.catch(() => {});
    return done;
  }

  /** @param {boolean} [anew] */
  async function fetchNext(anew) {
    const from = anew ? self.today : addDays(through, 1);
    const to = addDays(from, STRETCH);
    const query = new URLSearchParams({ from, to, tz: zone, lang: language });
    /** @type {SlotsAnswer} */
    const answer = await call(`${url}slots?${query}`);
    if (anew) {
      known = new Set();
      fetchedAt = Date.now();
    }
    for (const slot of answer.slots) known.add(slot);
    through = to;
    self.token = answer.token;
    self.answer = answer;
  }

  /** @type {Slots} */
  const self = {
    url,
    token: "",
    get today() {
      return dayAt(Date.now(), zone);
    },
    get zone() {
      return zone;
    },
    set zone(chosen) {
      zone = chosen;
      // Days in another zone begin up to 26 hours apart: the seam is fetched again with the next stretch.
      if (through) through = addDays(through, -2);
    },
    /** Whether this device's clock and the server's disagree about the zone. */
    get differs() {
      const { slots: [first], clock, time_zone } = /** @type {SlotsAnswer} */ (self.answer);
      return !!clock && time_zone === zone && clockAt(first, zone) !== clock.replace("T", " ");
    },
    get days() {
      const now = new Date().toISOString();
      return groupByDay([...known].filter((slot) => slot > now), zone);
    },
    covers: (day) => through >= day,
    open: () =>
      enqueue(async () => {
        if (Date.now() - fetchedAt < FRESH_FOR) return;
        await fetchNext(true);
        for (let more = 1; more < STRETCHES_TO_SEARCH && !known.size; more++) await fetchNext();
      }),
    reach: (day) =>
      enqueue(async () => {
        while (through < day) await fetchNext();
      }),
    lose(slot, { token = self.token } = {}) {
      known.delete(slot);
      self.token = token;
      // Where one was gone, others may be: the next opening fetches anew.
      fetchedAt = 0;
    },
    around(slot, free = [...self.days.values()].flat()) {
      return [...free.filter((one) => one < slot).slice(-NEARBY), ...free.filter((one) => one > slot).slice(0, NEARBY)];
    },
  };
  return self;
}
