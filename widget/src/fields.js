/** Form fields with a label, a control and a place for what is wrong with it. */
import { fill, h } from "./dom.js";

/** @typedef {import("./types.js").Question} Question */
/** @typedef {Omit<Question, "type"> & {type: string, autocomplete?: string, value?: string | null}} Wanted */

/**
 * @param {import("./text.js").Text} text
 * @param {Wanted} wanted
 */
export function createField(text, { name, label, type, required, choices = [], autocomplete = "off", value }) {
  const common = { id: name, required, "aria-describedby": `${name}-error`, oninput: () => field.mark("") };
  const error = h("p", "error", { id: `${name}-error` });
  const caption = h("label", "label", { for: name }, label, !required && ` ${text.t("optional")}`);
  const control =
    type === "textarea"
      ? h("textarea", "input", { ...common, rows: 3 })
      : type === "choice"
        ? h(
            "select",
            "input",
            common,
            h("option", "", { value: "" }, text.t("choose")),
            ...choices.map((choice) => h("option", "", {}, choice)),
          )
        : h("input", type === "checkbox" ? "tick" : "input", {
            ...common,
            type: type === "phone" ? "tel" : type,
            value: type === "checkbox" ? "true" : value,
            autocomplete: type === "phone" ? "tel" : autocomplete,
          });

  const field = {
    name,
    control,
    element: h("div", `field ${type}`, {}, caption, control, error),
    get value() {
      return type === "checkbox" && !control.matches(":checked") ? "" : control.value.trim();
    },
    /** What is wrong with it before the server is asked. */
    get problem() {
      if (required && !field.value) return text.t("required");
      return control.validity.valid ? "" : text.t("email_invalid");
    },
    /** @param {string} message */
    mark(message) {
      fill(error, message);
      control.ariaInvalid = `${!!message}`;
    },
  };
  return field;
}
