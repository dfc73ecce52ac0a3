/** Opens the dialog, loads what can be booked, and says so when that fails. */
/** @typedef {import("./api.js").Problem} Problem */
import { createBooking } from "./booking.js";
import { createDialog } from "./dialog.js";
import { button, h } from "./dom.js";
import { createSlots } from "./slots.js";
import { createText } from "./text.js";
import { visitorZone } from "./zones.js";

/**
 * @typedef {object} FlowOptions
 * @property {string} base  address of the blueprint
 * @property {string} event  as "host/event"
 * @property {HTMLAnchorElement} link
 * @property {(field: string) => string | null} prefill
 * @property {(name: string, detail?: object) => boolean} emit  false when somebody objects
 */

/** @param {FlowOptions} options */
export function createFlow(options) {
  const { base, event, link, emit } = options;
  const label = link.textContent;
  const near = /** @type {HTMLElement | null} */ (link.closest("[lang]"));
  const slots = createSlots(`${base}/api/v1/hosts/${event}/`, visitorZone(), near?.lang || navigator.language);
  /** @type {ReturnType<typeof createBooking> | undefined} */
  let booking;
  const dialog = createDialog(label, () => {
    link.focus();
    emit("closed");
  });
  const { element, title } = dialog;
  const { t } = dialog.speak(createText());

  async function load() {
    if (!booking) dialog.show();
    try {
      await slots.open();
    } catch (problem) {
      // An older list is better than none: the server checks a slot again when it is booked.
      if (!booking) fail(/** @type {Problem} */ (problem));
      return;
    }
    booking ??= createBooking(slots, dialog, options, load);
    booking.refresh();
  }

  /** @param {Problem} problem  whose message, if the server sent one, says whether trying again may help */
  function fail({ message }) {
    const retry = () => {
      title.focus();
      load();
    };
    dialog.show(
      h("p", "notice", { role: "alert" }, message || t("server")),
      h(
        "div",
        "actions",
        {},
        button("control primary retry", t("retry"), retry),
        h("a", "control", { href: link.href }, label),
      ),
    );
  }

  return {
    element,
    /** Fetch before anybody asks. */
    warm() {
      slots.open().catch(() => {});
    },
    open() {
      if (!element.open) {
        element.showModal();
        emit("opened");
        load();
      }
      return true;
    },
  };
}
