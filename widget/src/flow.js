/** Opens the dialog, loads what can be booked, and says so when that fails. */
/** @typedef {import("./api.js").Problem} Problem */
import { createBooking } from "./booking.js";
import { createDialog } from "./dialog.js";
import { button, h, isTouched } from "./dom.js";
import { createSlots } from "./slots.js";
import { createText } from "./text.js";
import { visitorZone } from "./zones.js";

/**
 * @typedef {object} FlowOptions
 * @property {string} base  address of the blueprint
 * @property {string} event  as "host/event"
 * @property {HTMLAnchorElement} link
 * @property {HTMLElement} host  whose attributes are what the form begins with, and what the page tells of its visitor
 * @property {(name: string, detail?: object) => boolean} emit  false when somebody objects
 */

/**
 * Whether the booking stands in the page, in place of the link.
 * @param {Element} host
 */
export const isInPage = (host) => host.getAttribute("mode") === "inline";

/** @param {FlowOptions} options */
export function createFlow(options) {
  const { base, event, link, host, emit } = options;
  const label = link.innerText || event;
  const isInline = isInPage(host);
  const near = /** @type {HTMLElement | null} */ ((link.isConnected ? link : host).closest("[lang]"));
  const slots = createSlots(`${base}/api/v1/hosts/${event}/`, visitorZone(), near?.lang || navigator.language);
  /** @type {ReturnType<typeof createBooking> | undefined} */
  let booking;
  const dialog = createDialog(label, isInline, () => {
    emit("closed");
    // Unless the page has gone elsewhere at that word.
    if (history.state?.bookNow) history.back();
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
    dialog.show([
      h("p", "notice", message || t("server"), { role: "alert" }),
      h("div", "note actions", [button("control primary retry", t("retry"), retry), h("a", "control", label, { href: link.href })]),
    ]);
  }

  return {
    element,
    /** Fetch before anybody asks. */
    warm() {
      slots.open().catch(() => {});
    },
    open() {
      if (!element.open) {
        if (isInline) {
          element.open = true; // and the focus stays where it is
        } else {
          // A link to "#" that called a script would go there now, and whoever goes somewhere leaves.
          window.event?.preventDefault?.();
          element.showModal();
          // On phones, to go back is how one leaves what has come up.
          if (isTouched()) history.pushState({ bookNow: true }, "");
          addEventListener("popstate", () => element.close(), { once: true });
        }
        emit("opened");
        load();
      }
      return true;
    },
  };
}
