/** The shapes that the visitor API answers with, as types only. */

/**
 * What a visitor is asked.
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {"text" | "textarea" | "select" | "checkbox" | "tel" | "email"} type
 * @property {boolean} required
 * @property {string} autocomplete
 * @property {string[]} [choices]
 */

/**
 * @typedef {object} SlotsAnswer
 * @property {{slug: string, name: string}} host
 * @property {{slug: string, title: string, description: string, duration_minutes: number}} event
 * @property {Field[]} fields
 * @property {string[]} slots  start instants in UTC
 * @property {string} time_zone
 * @property {string} token
 * @property {number} [proof_of_work]  bits, 0 for none
 * @property {string | null} clock  what the server's clock shows in the time zone at the first slot: "YYYY-MM-DDTHH:MM"
 * @property {Record<string, string>} strings
 */

/**
 * @typedef {object} Booking
 * @property {string} id
 * @property {"pending" | "confirmed" | "cancelled"} status
 * @property {string} start
 * @property {string} end
 * @property {string | null} join_url
 * @property {string | null} join_name  what the link to it says
 * @property {"ready" | "coming" | "none"} meeting_status
 * @property {string | null} meeting_reason
 * @property {string} manage_url
 * @property {string} ics_url
 * @property {Record<string, string> | null} calendar_links  by "google" and "outlook", none where an invitation comes
 * @property {string | null} passcode
 */

/**
 * Problem details (RFC 9457) with the members that this API adds.
 * @typedef {object} ProblemBody
 * @property {string} [title]
 * @property {string} [detail]
 * @property {"taken" | "invalid" | "limited" | "refused" | "gone"} [reason]
 * @property {Record<string, string>} [errors]
 * @property {string[]} [slots]
 * @property {Field[]} [fields]  what is asked beside
 * @property {string} [token]
 */

/** @typedef {{base: string, event: string}} Address  the event as "host/event" */

export {};
