// What a desk does by itself: show answers over it, and say when the server does not answer.
"use strict";

const byId = (id) => document.getElementById(id);
const sheet = byId("sheet");

if (sheet) {
  document.addEventListener("htmx:after:swap", () => {
    if (!byId("sheet-body").childElementCount) return;
    if (!sheet.open) {
      sheet.showModal();
      (sheet.querySelector(".field :is(input, select, textarea)") ?? sheet.querySelector("[autofocus]")).focus();
    }
  });
  sheet.addEventListener("close", () => byId("sheet-body").replaceChildren());
}

// Something was done: what asked for it has served.
document.body.addEventListener("changed", (event) => {
  const form = event.target.closest?.("form");
  form?.closest("details")?.removeAttribute("open");
  form?.reset();
});

const notice = (words) => {
  const line = document.createElement("p");
  line.className = "notice";
  line.textContent = words;
  byId("notice")?.replaceChildren(...(words ? [line] : []));
};
document.addEventListener("htmx:error", () => notice("The server does not answer. Nothing was sent."));
document.addEventListener("htmx:after:request", () => notice(""));
