// The review page: a verdict is saved when it is picked, and the place in the plan follows the item at hand.
// Conveniences: without this file the save button and the links of the item do the same.
(() => {
  "use strict";

  const plan = document.getElementById("plan");
  const wide = window.matchMedia("(min-width: 70.01rem)");
  let shown = null;

  const show = (item) => {
    const place = item.dataset.place && document.querySelector(item.dataset.place.replace(/[^\w#-]/g, ""));
    if (!place || place === shown || !wide.matches) return;
    shown?.classList.remove("is-shown");
    place.classList.add("is-shown");
    shown = place;
    plan.scrollTop += place.getBoundingClientRect().top - plan.getBoundingClientRect().top - 8;
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-judge-form] input[type=radio]")) event.target.form.requestSubmit();
  });
  // The item comes back as new; whoever works by keys goes on where the keys were.
  let judged = "";
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.matches("[data-judge-form]")) judged = event.target.closest("[data-item]")?.id ?? "";
    },
    true,
  );
  document.addEventListener("htmx:afterSettle", () => {
    const item = judged && document.activeElement === document.body && document.getElementById(judged);
    if (!item) return;
    judged = "";
    item.querySelector("input:checked, input[type=radio]")?.focus({ preventScroll: true });
  });
  document.addEventListener("focusin", (event) => {
    const item = event.target.closest?.("[data-item]");
    if (item) show(item);
  });
  // A link of an item leads to a place of its own, which the address marks; a click beside it shows the item's.
  document.addEventListener("click", (event) => {
    const item = event.target.closest?.("[data-item]");
    if (item && !event.target.closest("a, summary")) show(item);
    if (!event.target.closest?.("[data-item] a[href^='#']")) return;
    shown?.classList.remove("is-shown");
    shown = null;
  });
})();
