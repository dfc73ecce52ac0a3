/**
 * Types of the Book Now element, for pages in TypeScript: put this file where the compiler finds it.
 *
 * React 19 and Preact look for elements in a namespace of their own; tell it once:
 * `declare module "react" { namespace JSX { interface IntrinsicElements { "book-now": BookNowAttributes } } }`
 */

/** `<book-now>`: wears the link inside it as a button and opens the booking from it. */
interface BookNowElement extends HTMLElement {
  /** Opens the dialog; false when there is no link that says where to book. */
  open(): boolean;
  /** Fetches the free times before anybody asks. */
  warm(): void;
}

/** What `<book-now>` is told by attributes; every one may be left out. */
interface BookNowAttributes {
  /** What is booked, as `host/event`; else the link's own address says it. */
  event?: string | undefined;
  /** What the form begins with; guests are addresses with commas between them. */
  name?: string | undefined;
  email?: string | undefined;
  guests?: string | undefined;
  /** Stands in the page, in place of the link, and opens by itself. */
  mode?: "inline" | undefined;
  /** Leaves the look of the link to the page. */
  unstyled?: boolean | "" | undefined;
  /** The language asked for, as BCP 47 writes it. */
  lang?: string | undefined;
  id?: string | undefined;
  title?: string | undefined;
  slot?: string | undefined;
  role?: string | undefined;
  hidden?: boolean | "" | undefined;
  class?: string | undefined;
  className?: string | undefined;
  style?: unknown;
  ref?: unknown;
  key?: string | number | null | undefined;
  children?: unknown;
  /** What frameworks listen to, such as `onClick`. */
  [listener: `on${string}`]: unknown;
  /** What is sent along, for the host's own records. */
  [data: `data-${string}`]: string | undefined;
  /** What the answer to a question begins with, by the question's name. */
  [answer: `answers.${string}`]: string | undefined;
}

/** What `BookNow.open` opens, and what the form begins with: the attributes of an element. */
interface BookNowOptions {
  /** What is booked, as `host/event`, at the site that this script comes from. */
  event: string;
  name?: string;
  email?: string;
  /** Mail addresses with commas between them. */
  guests?: string;
  /** The language asked for, as BCP 47 writes it. */
  lang?: string;
  /** What the answer to a question begins with, by the question's name. */
  [answer: `answers.${string}`]: string;
  /** What is sent along, for the host's own records. */
  [data: `data-${string}`]: string;
}

/** `window.BookNow`; before the script has arrived it is what the page put there: `{ q: [] }`. */
interface BookNowGlobal {
  /** What is to be opened as soon as the script is there; later it is opened at once. */
  q: { push(options: BookNowOptions): unknown };
  /** There as soon as the script is. */
  open?(options: BookNowOptions): void;
}

/** What every event but `book-now:ready` says: `host/event`. */
interface BookNowDetail {
  event: string;
}

/** A chosen time. */
interface BookNowChoice extends BookNowDetail {
  /** An instant in UTC, such as `2030-01-15T09:00:00Z`. */
  start: string;
  /** The IANA zone in which the visitor reads it. */
  time_zone: string;
}

/** What is about to be sent; `preventDefault()` keeps it from being sent. */
interface BookNowSubmission extends BookNowChoice {
  /** The form's fields, such as `name`, `email` and `answers.goal`. */
  fields: Record<string, string>;
}

/** A booking that was made; its links are the visitor's and in no event. */
interface BookNowBooking extends BookNowDetail {
  id: string;
  status: "pending" | "confirmed" | "cancelled";
  start: string;
  end: string;
  meeting_status: "ready" | "coming" | "none";
}

/** A try that gave no booking. */
interface BookNowFailure extends BookNowDetail {
  start: string;
  /** Of HTTP; 0: there was no answer. */
  status: number;
  reason: "taken" | "invalid" | "limited" | "refused" | "gone" | "network" | "server";
}

/** The events, all of which bubble out of every shadow tree. */
interface BookNowEventMap {
  "book-now:ready": CustomEvent<null>;
  "book-now:opened": CustomEvent<BookNowDetail>;
  "book-now:slot-selected": CustomEvent<BookNowChoice>;
  "book-now:submitted": CustomEvent<BookNowSubmission>;
  "book-now:booked": CustomEvent<BookNowBooking>;
  "book-now:failed": CustomEvent<BookNowFailure>;
  "book-now:closed": CustomEvent<BookNowDetail>;
}

/** For `addEventListener` of elements, documents and windows. */
interface GlobalEventHandlersEventMap extends BookNowEventMap {}

interface HTMLElementTagNameMap {
  "book-now": BookNowElement;
}

interface Window {
  BookNow?: BookNowGlobal;
}

declare var BookNow: BookNowGlobal | undefined;

declare namespace JSX {
  interface IntrinsicElements {
    "book-now": BookNowAttributes;
  }
}
