/** Form fields with a label, a control and a place for what is wrong with it. */
import { fill, h, refer } from "./dom.js";

/**
 * @param {import("./text.js").Text} text
 * @param {import("./types.js").Field} wanted
 * @param {string | null} value  what it begins with
 */
export function createField({ t }, { name, label, type, required, choices, autocomplete }, value) {
  const isTick = type === "checkbox";
  const tag = choices ? "select" : type === "textarea" ? type : "input";
  const error = h("p", "error", "", { id: `${name}-error` });
  const control = h(
    tag,
    isTick ? "tick" : "input",
    choices && ["", ...choices].map((choice) => h("option", "", choice || t("choose"), { value: choice })),
    {
      id: name,
      name,
      required,
      autocomplete,
      oninput: () => field.mark(),
      ...(tag === "input" && { type, multiple: name === "guests" }),
    },
  );
  refer(control, error.id, "aria-describedby");
  control.value = isTick ? "yes" : (value ?? "");

  const field = {
    name,
    control,
    element: h("div", `field ${type}`, [h("label", "label", label, { htmlFor: name }), control, error]),
    /** What is wrong with it before the server is asked. */
    get problem() {
      const { valid, valueMissing } = control.validity;
      return valid ? "" : t(valueMissing ? "required" : "email_invalid");
    },
    /** @param {string} [message] */
    mark(message) {
      fill(error, message);
      control.ariaInvalid = `${!!message}`;
      return message;
    },
  };
  return field;
}
