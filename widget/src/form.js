/** Asks who books, checks the answers, and keeps them whatever happens. */
import { button, fill, h } from "./dom.js";
import { createField } from "./fields.js";

/**
 * @param {import("./text.js").Text} text
 * @param {import("./types.js").Question[]} questions
 * @param {(field: string) => string | null} prefill
 * @param {Element} offers  other times, when the chosen one is gone
 * @param {() => void} onSubmit
 * @param {() => void} onBack
 */
export function createForm(text, questions, prefill, offers, onSubmit, onBack) {
  /**
   * @param {string} name
   * @param {string} [type]
   * @param {string} [autocomplete]
   */
  const own = (name, type = name, autocomplete = name) =>
    createField(text, { name, label: text.t(name), type, required: name !== "guests", autocomplete, value: prefill(name) });
  const fields = [
    own("name"),
    own("email"),
    ...questions.map((question) => createField(text, { ...question, name: `answers.${question.name}` })),
    own("guests", "email", "off"),
  ];
  // Only programs fill this in: what is hidden is out of the tab order, of screen readers and of the browser's autofill.
  const trap = h("input", "", { name: "website", hidden: true, autocomplete: "off" });
  const when = h("h3", "when", { id: "when", tabindex: -1 });
  const where = h("p", "where");
  const notice = h("p", "notice", { role: "alert" });
  const confirm = h("button", "control primary confirm");

  const element = h(
    "form",
    "form",
    {
      novalidate: true,
      "aria-labelledby": "when",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        onSubmit();
      },
    },
    h("div", "summary", {}, when, where),
    ...fields.map((field) => field.element),
    trap,
    notice,
    offers,
    h("p", "note", {}, text.t("approval")),
    h("div", "actions", {}, confirm, button("control back", text.t("back"), onBack)),
  );

  const form = {
    element,
    confirm,
    get entered() {
      /** @type {Record<string, string>} */
      const values = { website: trap.value };
      for (const { name, value } of fields) if (value) values[name] = value;
      return values;
    },
    /** Marks what is wrong and goes to the first of it; true when nothing is. */
    check: () => form.mark(Object.fromEntries(fields.map(({ name, problem }) => [name, problem]))),
    /** @param {Record<string, string>} errors */
    mark(errors) {
      // The server may ask for more than the form does, such as the code that it has mailed.
      for (const name in errors) {
        if (text.t(name) && !fields.some((field) => field.name === name)) {
          const field = own(name, "text", "one-time-code");
          trap.before(field.element);
          fields.push(field);
        }
      }
      for (const field of fields) field.mark(errors[field.name] ?? "");
      const bad = fields.find(({ name }) => errors[name]);
      bad?.control.focus();
      return !bad;
    },
    /** @param {string} message */
    say(message) {
      fill(notice, message);
    },
    /**
     * @param {string} label
     * @param {boolean} [busy]
     */
    label(label, busy = false) {
      fill(confirm, label);
      // Not `disabled`, which would throw the focus out of the button.
      confirm.ariaDisabled = `${busy}`;
    },
    /**
     * @param {string} span
     * @param {string} zone
     */
    show(span, zone) {
      fill(when, span);
      fill(where, zone);
    },
    focus() {
      // On touch screens a focused input would bring up the keyboard over half of the sheet.
      const empty = fields.find(({ value }) => !value)?.control ?? confirm;
      (matchMedia("(pointer:coarse)").matches ? when : empty).focus();
    },
  };
  return form;
}
