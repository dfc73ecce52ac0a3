/** The modal window: a title, a way out, one announcer and a place for the current step. */
import { button, fill, h, icon } from "./dom.js";

/**
 * @param {string | null} label  names the dialog until the event's title is known
 * @param {() => void} onClose
 */
export function createDialog(label, onClose) {
  const title = h("h2", "title", { id: "title", tabindex: -1, autofocus: true }, label);
  const subtitle = h("p", "subtitle muted");
  const close = button("icon close", icon("M6 6l12 12M18 6 6 18"), () => dialog.close());
  const status = h("p", "unseen", { role: "status" });
  const body = h("div", "body");

  const dialog = h(
    "dialog",
    "dialog",
    {
      "aria-labelledby": "title",
      // A click beside it closes it, where the browser knows this attribute; nothing typed is lost.
      closedby: "any",
      onclose: onClose,
    },
    h("header", "header", {}, h("div", "", {}, title, subtitle), close),
    status,
    body,
  );

  return {
    element: dialog,
    title,
    subtitle,
    /** @param {import("./text.js").Text} text */
    speak(text) {
      dialog.lang = text.t("lang");
      dialog.dir = text.t("dir");
      close.ariaLabel = text.t("close");
      return text;
    },
    /** @param {string} message */
    announce(message) {
      fill(status, message);
    },
    /** @param {...import("./dom.js").Child} content */
    show(...content) {
      body.ariaBusy = `${!content.length}`;
      fill(body, ...content);
      // What was said about the step before is no longer true.
      fill(status);
      body.scrollTop = 0;
    },
  };
}
