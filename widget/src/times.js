/** Free times as lists of buttons, one for each part of the day. */
import { clockAt } from "./days.js";
import { button, fill, h, refer } from "./dom.js";

/**
 * @param {import("./text.js").Text} text
 * @param {(slot: string) => void} onPick
 */
export function createTimes(text, onPick) {
  const element = h("div", "times");
  return {
    element,
    /**
     * @param {string[]} slots
     * @param {string} zone
     * @param {Intl.DateTimeFormatOptions} [more]  what a label says beside the time, where the times are not of one day
     */
    render(slots, zone, more) {
      const labels = slots.map((slot) => text.time(slot, zone, more));
      /** @type {Record<string, Element[]>} */
      const lists = {};
      slots.forEach((slot, index) => {
        // When clocks go back, an hour comes twice; only the zone's abbreviation tells the two apart.
        const twice = labels.indexOf(labels[index]) !== labels.lastIndexOf(labels[index]);
        const label = twice ? text.time(slot, zone, { ...more, timeZoneName: "short" }) : labels[index];
        const hour = +clockAt(slot, zone).slice(11, 13);
        const part = more ? "" : hour < 12 ? "morning" : hour < 17 ? "afternoon" : "evening";
        (lists[part] ??= []).push(h("li", "", button("control time", label, () => onPick(slot))));
      });
      const parts = Object.entries(lists).flatMap(([part, items]) => [
        part && h("h4", "part-of-day muted", text.t(part), { id: part }),
        refer(h("ul", "", items), part || "when"),
      ]);
      fill(element, parts);
    },
  };
}
