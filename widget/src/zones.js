/** The visitor's time zone, and the choice of another one. */
import { fill, h, refer } from "./dom.js";
import { zoneName } from "./text.js";

export function visitorZone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  // A name that Intl itself does not know, for systems without a zone.
  return timeZone === "Etc/Unknown" ? "UTC" : timeZone;
}

/**
 * A native combobox, which finds a city by any part of its name.
 * @param {import("./text.js").Text} text
 * @param {string} chosen
 * @param {(zone: string) => void} onChange
 */
export function createZoneChoice(text, chosen, onChange) {
  const zones = [chosen, "UTC", ...Intl.supportedValuesOf("timeZone")];
  const options = zones.map((zone) => h("option", "", zoneName(zone)));
  const label = h("label", "muted", "", { htmlFor: "zone" });
  const note = h("p", "note");
  const input = h("input", "input", "", {
    id: "zone",
    autocomplete: "off",
    // With the old name in the field, the list would be of that one alone.
    onfocus: () => input.select(),
    onchange() {
      const wanted = input.value.toLowerCase().trim();
      const found = wanted && zones.find((zone) => zoneName(zone).toLowerCase().includes(wanted));
      input.value = zoneName((chosen = found || chosen));
      onChange(chosen);
    },
  });
  refer(input, "zones", "list");
  input.value = zoneName(chosen);
  return {
    element: h("div", "zone", [label, input, h("datalist", "", options, { id: "zones" }), note]),
    /**
     * @param {string | number} instant
     * @param {string | false} warning
     */
    show(instant, warning) {
      fill(label, `${text.t("time_zone")} (${text.offset(chosen, instant)})`);
      fill(note, warning);
    },
  };
}
