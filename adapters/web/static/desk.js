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
  const region = byId("notice");
  if (!region) return;
  // Under an open sheet nobody reads it.
  const place = sheet?.open ? sheet : document.body;
  if (region.parentElement !== place) place.append(region);
  const line = document.createElement("p");
  line.className = "notice";
  line.textContent = words;
  region.replaceChildren(...(words ? [line] : []));
};
const CHECK = "What you sent may have arrived: look at your desk before you send it again.";
document.addEventListener("htmx:after:request", () => notice(""));
document.addEventListener("htmx:response:error", () => notice(`The server did not manage that. ${CHECK}`));
document.addEventListener("htmx:error", () => notice(`The server does not answer. ${CHECK}`));
