// What a page of the practice room does by itself: scroll, send on Enter, open the sheet, tick.
"use strict";

const byId = (id) => document.getElementById(id);
const sheet = byId("sheet");
let wasAtEnd = true;

const wall = () => byId("wall");
const isAtEnd = () => wall().scrollHeight - wall().scrollTop - wall().clientHeight < 120;
// What is longer than the wall is read from its beginning.
const toEnd = () => {
  const last = [...wall().querySelectorAll(".line")].pop();
  const isLong = last && last.offsetHeight > wall().clientHeight - 80;
  wall().scrollTop = isLong ? last.offsetTop - 12 : wall().scrollHeight;
};

toEnd();

document.addEventListener("htmx:before:swap", () => { wasAtEnd = isAtEnd(); });
document.addEventListener("htmx:after:swap", () => {
  if (wasAtEnd) toEnd();
  tick();
  if (byId("sheet-body").childElementCount && !sheet.open) sheet.showModal();
  sheet.querySelector("[autofocus]")?.focus();
});

// What is typed while the last words are on their way is not theirs: it stays.
const sent = new WeakMap();
const wordsOf = (form) => new URLSearchParams(new FormData(form)).toString();
document.addEventListener("submit", (event) => {
  // Sent again because no answer came, the same words are said once.
  const once = event.target.elements.once;
  if (once && !once.value) once.value = Array.from(crypto.getRandomValues(new Uint32Array(4))).join("-");
  sent.set(event.target, wordsOf(event.target));
}, true);

// Something was done: the words are sent, the sheet has served.
document.body.addEventListener("done", (event) => {
  const form = event.target.closest?.("form");
  if (form?.hasAttribute("data-clears") && sent.get(form) === wordsOf(form)) form.reset();
  if (form?.elements.once) form.elements.once.value = "";
  form?.closest("details")?.removeAttribute("open");
  if (form && sheet.contains(form)) sheet.close();
  if (form?.id === "composer") toEnd();
});

// Something is shown in the sheet: what asked for it has served.
document.body.addEventListener("told", (event) => {
  if (!sheet.contains(event.target)) event.target.closest?.("details")?.removeAttribute("open");
});

sheet.addEventListener("close", () => byId("sheet-body").replaceChildren());

document.addEventListener("keydown", (event) => {
  const isToSend = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (!isToSend || !event.target.matches?.("textarea[data-send]")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const fills = event.target.closest?.("[data-fill]");
  if (fills) {
    byId("say-text").value = fills.dataset.fill;
    byId("tools").hidePopover?.();
    byId("say-text").focus();
  }
});

// A notice goes by itself; the connection's stays until it is back.
let fading = 0;
const notice = (words) => {
  const line = document.createElement("p");
  line.className = "notice";
  line.textContent = words;
  byId("notice").replaceChildren(line);
};
new MutationObserver(() => {
  clearTimeout(fading);
  fading = setTimeout(() => byId("notice").replaceChildren(), 8000);
}).observe(byId("notice"), { childList: true });
document.addEventListener("htmx:sse:error", () => notice("The server does not answer. Trying again."));
document.addEventListener("htmx:sse:after:connection", () => byId("notice").replaceChildren());
document.addEventListener("htmx:error", (event) => {
  // A stream that once was open is opened again by itself; one that never was, is not.
  if (event.target.id === "news") setTimeout(() => htmx.trigger(event.target, "again"), 1500);
  else if (event.target.id !== "live") notice("That did not reach the server. Try again.");
});

// The clock goes on between two answers of the server.
let shown = "";
let seenAt = 0;
function tick() {
  const clock = byId("now");
  if (clock.dateTime !== shown) [shown, seenAt] = [clock.dateTime, Date.now()];
  if (clock.dataset.runs !== "yes") return;
  const now = new Date(Date.parse(shown) + (Date.now() - seenAt));
  const zone = clock.dataset.zone;
  const words = now.toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  if (clock.textContent !== words) clock.textContent = words;
}
tick();
setInterval(tick, 1000);
