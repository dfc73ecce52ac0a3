/** The `<book-now>` element: wears the link as a button and opens the dialog from it. */
import { createFlow, isInPage } from "./flow.js";
import frame from "./frame.css";
import { parseLink } from "./links.js";
import steps from "./steps.css";

const sheet = new CSSStyleSheet();
sheet.replaceSync(frame + steps);

export class BookNow extends HTMLElement {
  /** A link elsewhere in the page that this element serves. @type {HTMLAnchorElement | undefined} */
  outsideLink;
  /** @type {ReturnType<typeof createFlow> | undefined} */
  #flow;
  #flowKey = "";

  connectedCallback() {
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: "open" });
      const slot = document.createElement("slot");
      slot.onslotchange = () => this.#settle();
      root.adoptedStyleSheets = [sheet];
      root.append(slot);
      this.#emit("ready");
    }
    this.#settle();
  }

  disconnectedCallback() {
    // Out of the document a dialog loses its place on top but keeps its `open`; it would come back as a loose box.
    this.#flow?.element.close();
  }

  /** @returns {HTMLAnchorElement | null} */
  get link() {
    return this.outsideLink ?? this.querySelector("a.book-now");
  }

  /** Fetch the free times before anybody asks. */
  warm() {
    this.#current()?.warm();
  }

  /** Open the dialog; false when there is no link that says where to book. */
  open() {
    return !!this.#current()?.open();
  }

  #settle() {
    // With the script here, the link behaves as a button and must say so.
    Object.assign(this.link ?? {}, { role: "button", ariaHasPopup: "dialog" });
    if (isInPage(this)) this.open();
  }

  /** The flow of what link and attribute say now: frameworks reuse elements for other events. */
  #current() {
    const { link } = this;
    const address = parseLink(link?.href ?? "");
    if (!link || !address) return;
    address.event = this.getAttribute("event") ?? address.event;
    const key = address.base + address.event;
    if (key !== this.#flowKey) {
      this.#flowKey = key;
      this.#flow?.element.remove();
      this.#flow = createFlow({
        ...address,
        link,
        host: this,
        emit: (name, detail) => this.#emit(name, { event: address.event, ...detail }),
      });
      this.shadowRoot?.append(this.#flow.element);
    }
    return this.#flow;
  }

  /**
   * @param {string} name
   * @param {object} [detail]
   */
  #emit(name, detail) {
    const options = { bubbles: true, composed: true, cancelable: name === "submitted", detail };
    return this.dispatchEvent(new CustomEvent(`book-now:${name}`, options));
  }
}
