/** Asks who books, checks the answers, and keeps them whatever happens. */
import { button, fill, h, isTouched, refer } from "./dom.js";
import { createField } from "./fields.js";

/**
 * @param {import("./text.js").Text} text
 * @param {import("./types.js").Field[]} wanted
 * @param {Element} host  whose attributes are what the fields begin with
 * @param {Element} offers  other times, when the chosen one is gone
 * @param {() => void} onSubmit
 * @param {() => void} onBack
 */
export function createForm(text, wanted, host, offers, onSubmit, onBack) {
  const { t } = text;
  /** @param {import("./types.js").Field} wanted */
  const ask = (wanted) => createField(text, wanted, host.getAttribute(wanted.name));
  const fields = wanted.map(ask);
  // Only programs fill this in: what is hidden is out of the tab order, of screen readers and of the browser's autofill.
  const trap = h("input", "", "", { name: "website", hidden: true, autocomplete: "off" });
  const when = h("h3", "when", "", { id: "when", tabIndex: -1 });
  const where = h("p", "where");
  const notice = h("p", "notice", "", { role: "alert" });
  const confirm = h("button", "control primary confirm");
  const back = button("control back", t("back"), onBack);

  const element = h(
    "form",
    "form",
    [
      h("div", "summary", [when, where]),
      ...fields.map((field) => field.element),
      trap,
      notice,
      offers,
      h("p", "note", t("approval")),
      h("div", "actions", [confirm, back]),
    ],
    {
      noValidate: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        onSubmit();
      },
    },
  );

  refer(element, "when");

  const form = {
    element,
    confirm,
    get entered() {
      return Object.fromEntries(/** @type {any} */ (new FormData(element)));
    },
    /** Marks what is wrong and goes to the first of it; true when nothing is. */
    check: () => form.mark(),
    /**
     * @param {Record<string, string>} [errors]  by the fields' names; else what can be seen here
     * @param {import("./types.js").Field[]} [more]  what the server wants to know beside, such as the code that it has mailed
     */
    mark(errors, more = []) {
      for (const one of more) {
        if (!fields.some(({ name }) => name === one.name)) {
          const field = ask(one);
          trap.before(field.element);
          fields.push(field);
        }
      }
      const bad = fields.filter((field) => field.mark(errors ? errors[field.name] : field.problem));
      bad[0]?.control.focus();
      return !bad.length;
    },
    /** @param {string} message */
    say(message) {
      fill(notice, message);
    },
    /**
     * @param {string} label
     * @param {boolean} [busy]
     */
    relabel(label, busy = false) {
      fill(confirm, label);
      // Not `disabled`, which would throw the focus out of the button.
      confirm.ariaDisabled = back.ariaDisabled = `${busy}`;
    },
    /**
     * @param {string} span
     * @param {string} zone
     */
    show(span, zone) {
      fill(when, span);
      fill(where, zone);
    },
    enter() {
      // On touch screens a focused input would bring up the keyboard over half of the sheet.
      const empty = fields.find(({ control }) => !control.value)?.control ?? confirm;
      (isTouched() ? when : empty).focus();
    },
  };
  return form;
}
