/** The visitor's time zone, and the choice of another one. */
import { fill, h } from "./dom.js";
import { zoneName } from "./text.js";

export function visitorZone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  try {
    // Some systems answer with a zone that Intl itself does not know ("Etc/Unknown").
    return Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

/**
 * A native select: found by typing on a keyboard, a wheel on phones. The chosen zone shows its offset.
 * @param {import("./text.js").Text} text
 * @param {string} chosen
 * @param {(zone: string) => void} onChange
 */
export function createZoneSelect(text, chosen, onChange) {
  const zones = new Set([chosen, "UTC", ...Intl.supportedValuesOf("timeZone")]);
  const options = [...zones].map((zone) => h("option", "", { value: zone }, zoneName(zone)));
  const select = h("select", "input", { id: "zone", onchange: () => onChange(select.value) }, ...options);
  let shown = options[0];
  return {
    element: h("div", "zone", {}, h("label", "muted", { for: "zone" }, text.t("time_zone")), select),
    /** @param {string | number} instant */
    show(instant) {
      fill(shown, zoneName(shown.value));
      shown = select.selectedOptions[0];
      fill(shown, text.zone(shown.value, instant));
    },
  };
}
