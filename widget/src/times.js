/** Free times as a list of buttons. */
import { button, fill, h } from "./dom.js";

/**
 * @param {import("./text.js").Text} text
 * @param {string} label  id of the heading
 * @param {(slot: string) => void} onPick
 */
export function createTimes(text, label, onPick) {
  const element = h("ul", "times", { "aria-labelledby": label });
  return {
    element,
    /**
     * @param {string[]} slots
     * @param {string} zone
     * @param {Intl.DateTimeFormatOptions} [more]  what a label says beside the time
     */
    render(slots, zone, more) {
      const labels = slots.map((slot) => text.time(slot, zone, more));
      const items = slots.map((slot, index) => {
        // When clocks go back, an hour comes twice; only the zone's abbreviation tells the two apart.
        const twice = labels.indexOf(labels[index]) !== labels.lastIndexOf(labels[index]);
        const label = twice ? text.time(slot, zone, { ...more, timeZoneName: "short" }) : labels[index];
        return h("li", "", {}, button("control time", label, () => onPick(slot)));
      });
      fill(element, ...items);
    },
  };
}
