// The review page: the place in the plan follows the item at hand. A convenience; the links of the item do the same.
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

  document.addEventListener("focusin", (event) => {
    const item = event.target.closest?.("[data-item]");
    if (item && !event.target.closest("a")) show(item);
  });
})();
