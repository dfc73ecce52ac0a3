/** A page in TypeScript that uses all of the element; `npm run check` compiles it, and what must not compile does not. */

const element = document.createElement("book-now");
element.setAttribute("event", "ada/intro-call");
element.warm();
const isOpen: boolean = element.open();
document.querySelector("book-now")?.open();

(window.BookNow ||= { q: [] }).q.push({ event: "ada/intro-call" });
window.BookNow?.open?.({
  event: "ada/intro-call",
  name: "Bob Byrne",
  email: "bob@example.com",
  guests: "eve@example.com, max@example.com",
  "answers.topic": "Taxes",
  "data-plan": "gold",
});
// @ts-expect-error: what is booked has to be said
BookNow?.open?.({ name: "Bob Byrne" });
// @ts-expect-error: a word is no wish
BookNow?.q.push("close");

document.addEventListener("book-now:ready", ({ detail }) => detail satisfies null);
document.addEventListener("book-now:opened", ({ detail }) => detail.event satisfies string);
element.addEventListener("book-now:slot-selected", ({ detail }) => [detail.event, detail.start, detail.time_zone]);
window.addEventListener("book-now:submitted", (event) => {
  if (!event.detail.fields.email?.endsWith("@example.com")) event.preventDefault();
});
document.addEventListener("book-now:booked", ({ detail }) => {
  if (detail.status === "confirmed" && detail.meeting_status !== "none") console.log(detail.id, detail.end);
  // @ts-expect-error: the join link belongs to the visitor
  console.log(detail.join_url);
});
document.addEventListener("book-now:failed", ({ detail }) => {
  if (detail.reason === "network") console.log(detail.status satisfies number);
  // @ts-expect-error: there is no such reason
  if (detail.reason === "weather") console.log(detail.start);
});
document.addEventListener("book-now:closed", ({ detail, target }) => console.log(detail.event, target));

const button = (
  <book-now event="ada/intro-call" email="bob@example.com" mode="inline" unstyled hidden data-plan="gold" onClick={console.log}>
    {isOpen ? null : "Book Now"}
  </book-now>
);
// @ts-expect-error: an address, not a number
const wrong = <book-now event={1} />;
console.log(button, wrong);
