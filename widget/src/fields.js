/** Form fields with a label, a control and a place for what is wrong with it. */
import { fill, h } from "./dom.js";

/** @typedef {import("./types.js").Question} Question */
/** @typedef {Omit<Question, "type"> & {type: string, autocomplete?: string, value?: string | null}} Wanted */

/**
 * @param {import("./text.js").Text} text
 * @param {Wanted} wanted
 */
export function createField(text, { name, label, type, required, choices = [], autocomplete = "off", value }) {
  const isTick = type === "checkbox";
  const isPhone = type === "phone";
  const tag = type === "textarea" ? type : type === "choice" ? "select" : "input";
  const error = h("p", "error", { id: `${name}-error` });
  const caption = h("label", "label", { for: name }, label, !required && ` ${text.t("optional")}`);
  const control = h(
    tag,
    isTick ? "tick" : "input",
    {
      id: name,
      required,
      multiple: name === "guests",
      type: isPhone ? "tel" : type,
      value: isTick ? "yes" : value,
      autocomplete: isPhone ? "tel" : autocomplete,
      "aria-describedby": error.id,
      oninput: () => field.mark(""),
    },
    ...(tag === "select" ? ["", ...choices] : []).map((choice) => h("option", "", { value: choice }, choice || text.t("choose"))),
  );

  const field = {
    name,
    control,
    element: h("div", `field ${type}`, {}, caption, control, error),
    get value() {
      return isTick && !control.matches(":checked") ? "" : control.value.trim();
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
