// Conveniences only: every page works without this file. Hooks are data attributes; see /styleguide/.
(() => {
  "use strict";

  const isTyping = (el) => el instanceof Element && el.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const visible = (el) => el.getClientRects().length > 0;

  // --- text size ------------------------------------------------------------------------------
  const root = document.documentElement;
  const showTextSize = () => {
    const large = root.dataset.text === "large";
    document.querySelectorAll("[data-text-size]").forEach((b) => b.setAttribute("aria-pressed", String(large)));
  };
  const toggleTextSize = () => {
    const large = root.dataset.text !== "large";
    if (large) root.dataset.text = "large";
    else delete root.dataset.text;
    try {
      localStorage.setItem("text-size", large ? "large" : "normal");
    } catch { /* not kept, still applied */ }
    showTextSize();
  };

  // --- the bar of pages, which slides sideways on a telephone --------------------------------------
  // Browsers leave what is half in view where it is; a reader needs the whole word.
  const bar = document.querySelector(".bar-nav, .public-nav");
  const showWhole = (link) => link?.scrollIntoView({ block: "nearest", inline: "nearest" });
  bar?.addEventListener("focusin", (event) => showWhole(event.target));

  // --- moving through rows and items with the keyboard ------------------------------------------
  const list = () => {
    const rows = [...document.querySelectorAll("[data-rows] [data-row]")].filter(visible);
    if (rows.length) return { all: rows, kind: "row" };
    const items = [...document.querySelectorAll("[data-items] [data-item]")].filter(visible);
    return { all: items, kind: "item" };
  };
  const current = (all) => {
    const focused = document.activeElement?.closest("[data-row], [data-item]");
    if (focused && all.includes(focused)) return focused;
    return all.find((el) => el.classList.contains("is-current"));
  };
  const mark = (el) => {
    document.querySelectorAll("[data-row].is-current, [data-item].is-current").forEach((o) => o.classList.remove("is-current"));
    el.classList.add("is-current");
  };
  const focusIn = (el, kind) => {
    const inside = kind === "row" ? el.querySelector("[data-row-link], a[href]") : el.querySelector("input:checked, input[type=radio], a[href], textarea");
    if (inside) inside.focus({ preventScroll: true });
    el.scrollIntoView({ block: "nearest" });
  };
  const move = (step) => {
    const { all, kind } = list();
    if (!all.length) return false;
    const at = all.indexOf(current(all));
    const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
    mark(next);
    focusIn(next, kind);
    return true;
  };
  const open = () => {
    const { all, kind } = list();
    const row = kind === "row" && current(all);
    const link = row && row.querySelector("[data-row-link], a[href]");
    if (!link) return false;
    link.click();
    return true;
  };
  const judge = (number) => {
    const { all, kind } = list();
    const item = kind === "item" && current(all);
    const radio = item && item.querySelectorAll("[data-judge] input[type=radio]:not(:disabled)")[number - 1];
    if (!radio) return false;
    radio.focus({ preventScroll: true });
    radio.click();
    return true;
  };
  const note = () => {
    const { all, kind } = list();
    const area = kind === "item" && current(all)?.querySelector("textarea:not(:disabled)");
    if (!area) return false;
    area.closest("details")?.setAttribute("open", "");
    area.focus();
    return true;
  };
  const search = () => {
    const box = document.querySelector("[data-search]");
    if (!box) return false;
    box.focus();
    box.select();
    return true;
  };
  const help = () => {
    const dialog = document.querySelector("[data-keys-help]");
    if (!dialog || dialog.open) return false;
    dialog.showModal();
    return true;
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    n: note,
    "/": search,
    "?": help,
    1: () => judge(1),
    2: () => judge(2),
    3: () => judge(3),
    4: () => judge(4),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
    if (isTyping(event.target)) return;
    if (event.key === "Enter" && event.target === document.body && open()) return event.preventDefault();
    if (keys[event.key]?.()) event.preventDefault();
  });
  const take = (event) => {
    const holder = event.target.closest?.("[data-row], [data-item]");
    if (holder) mark(holder);
  };
  document.addEventListener("focusin", take);
  document.addEventListener("click", take);

  // --- menus close when the eye has left ---------------------------------------------------------
  const closeMenus = (except) =>
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu === except) return;
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside && except === null) menu.querySelector("summary")?.focus();
    });

  // --- forms: say nothing twice, lose nothing silently ---------------------------------------------
  const dirty = new Set();
  const forget = (form) => dirty.delete(form);
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-dirty-guard]")) dirty.add(form);
  });
  // Kept by itself (writing.js): nothing is lost by leaving.
  document.addEventListener("kept", (event) => forget(event.target));
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-autosubmit]")) form.requestSubmit();
  });
  window.addEventListener("beforeunload", (event) => {
    const open = [...dirty].some((form) => form.isConnected);
    if (open) event.preventDefault();
  });
  const settle = (form) => {
    delete form.dataset.sent;
    document.querySelectorAll("[data-busy]").forEach((button) => {
      delete button.dataset.busy;
      button.removeAttribute("aria-disabled");
    });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.submitter?.getAttribute("aria-disabled") === "true" && !form.dataset.sent) return event.preventDefault();
    if (form.dataset.sent) return event.preventDefault();
    if (event.defaultPrevented) return;
    forget(form);
    if (form.method !== "post") return;
    form.dataset.sent = "1";
    // An answer that is a file leaves this page standing: give the button back.
    setTimeout(() => settle(form), 15000);
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    button.dataset.busy = "";
  });
  // A page brought back by the browser's back button must be usable again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(settle);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (!form) return;
    settle(form);
    if (event.detail.successful) forget(form);
  });
  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest?.(selector);
    if (hit("[aria-disabled=true]")) event.preventDefault();
    if (hit("[data-text-size]")) toggleTextSize();
    if (hit("[data-keys-open]")) help();
    if (hit("[data-print]")) window.print();
    const errorLink = hit(".error-summary a[href^='#']");
    if (errorLink && goToField(errorLink.hash.slice(1))) event.preventDefault();
    closeMenus(hit("details.menu") ?? undefined);
  });
  const goToField = (id) => {
    const target = document.getElementById(id);
    if (!target) return false;
    const control = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
    if (!control) return false;
    control.focus({ preventScroll: true });
    (control.closest(".field") ?? control).scrollIntoView({ block: "start" });
    return true;
  };

  // --- the three columns of a review become tabs on a narrow screen ----------------------------------
  const showPane = (id) => {
    const review = document.querySelector(".review");
    if (!review) return;
    review.dataset.pane = id;
    document.querySelectorAll("[data-review-tabs] a").forEach((a) => {
      if (a.hash === `#${id}`) a.setAttribute("aria-current", "true");
      else a.removeAttribute("aria-current");
    });
  };
  const paneOfHash = () => {
    if (!location.hash) return null;
    return document.querySelector(location.hash.replace(/[^\w#-]/g, ""))?.closest(".review > *")?.id;
  };
  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.("[data-review-tabs] a");
    if (tab) {
      event.preventDefault();
      return showPane(tab.hash.slice(1));
    }
    // A link from an item to the place in the plan opens that pane first.
    const link = event.target.closest?.(".review a[href^='#']");
    const pane = link && document.getElementById(link.hash.slice(1))?.closest(".review > *");
    if (pane) showPane(pane.id);
  });

  // --- passkeys: say in words what allauth only logs -----------------------------------------------------
  document.addEventListener("allauth.error", (event) => {
    const words = document.querySelector("[data-passkey-error]");
    if (!words) return;
    event.preventDefault();
    words.hidden = false;
    words.scrollIntoView({ block: "nearest" });
  });

  // --- print: what is folded on the screen is open on paper --------------------------------------------
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not(.menu):not([open])").forEach((d) => {
      d.open = true;
      d.dataset.openedForPrint = "";
    });
  });
  window.addEventListener("afterprint", () => {
    document.querySelectorAll("[data-opened-for-print]").forEach((d) => {
      d.open = false;
      delete d.dataset.openedForPrint;
    });
  });

  // --- a link to a field that lies folded up opens it ---------------------------------------------------
  const unfold = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (target.id.startsWith("id_")) goToField(target.id);
  };
  window.addEventListener("hashchange", unfold);

  // --- start -----------------------------------------------------------------------------------------------
  showTextSize();
  if (location.hash) unfold();
  document.querySelector("[data-focus-first]")?.focus();
  if (document.querySelector("[data-review-tabs]")) showPane(paneOfHash() ?? document.querySelector("[data-review-tabs] a").hash.slice(1));
})();
