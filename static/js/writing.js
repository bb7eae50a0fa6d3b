// A section of a plan keeps what is typed by itself, as a draft beside the plan. Convenience: the buttons save as ever.
(() => {
  "use strict";

  const form = document.querySelector("form[data-keep]");
  const status = document.querySelector("[data-keep-status]");
  if (!form || !status) return;

  const PAUSE = 2000; // after the last key
  const LONGEST = 10000; // while somebody goes on typing
  const AGAIN = 15000; // after a failure
  const BEACON = 60000; // more than this does not go out with a page that closes
  const REFUSED = {
    403: "自動で保存できません。別の画面でこのサイトを開き直すと、書いた内容を残したまま続けられます。",
    404: "自動で保存できません。この計画は、いまのログインでは開けません。書いた内容は、この画面に残っています。",
    login: "ログインが切れているため、自動で保存できません。別の画面でログインすると、書いた内容を残したまま続けられます。",
  };

  let changed = 0; // what the page holds, counted up
  let kept = 0; // what of it is kept
  let since = null;
  let timer = null;
  let stopped = false;
  let going = null;

  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };
  const fields = () => {
    const data = new FormData(form);
    data.delete("do");
    return new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
  };
  const plan = (wait) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(keep, wait);
  };
  const failed = (text, wait) => {
    say(text);
    plan(wait);
  };

  const keep = async () => {
    if (stopped || kept === changed) return;
    if (going) return plan(PAUSE);
    const mark = changed;
    since = null;
    going = new AbortController();
    try {
      const answer = await fetch(form.dataset.keep, {
        method: "POST",
        body: fields(),
        redirect: "manual",
        credentials: "same-origin",
        headers: { Accept: "application/json" },
        signal: going.signal,
      });
      await told(answer, mark);
    } catch (error) {
      if (error.name !== "AbortError") failed("いまは自動で保存できません。つながったら、また試します。書いた内容は、この画面に残っています。", AGAIN);
    } finally {
      going = null;
    }
  };
  const told = async (answer, mark) => {
    if (answer.ok) {
      const { saved_at: at } = await answer.json();
      kept = mark;
      say(`${at}に、書きかけを自動で保存しました。計画に入れるには、上のボタンで保存してください。`);
      if (kept === changed) form.dispatchEvent(new CustomEvent("kept", { bubbles: true }));
      return;
    }
    if (answer.status === 409 || answer.status === 413) {
      stopped = true;
      const { problem } = await answer.json();
      return say(`${problem} 自動での保存をやめました。書いた内容は、この画面に残っています。`);
    }
    if (answer.type === "opaqueredirect") return failed(REFUSED.login, AGAIN);
    failed(REFUSED[answer.status] ?? "いまは自動で保存できません。しばらくして、また試します。書いた内容は、この画面に残っています。", AGAIN);
  };

  const note = () => {
    changed += 1;
    since ??= Date.now();
    plan(Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
  };
  // The page closes or is put aside: what is not kept yet goes out with it.
  const leave = () => {
    if (stopped || kept === changed) return;
    const body = fields();
    if (body.toString().length < BEACON && navigator.sendBeacon(form.dataset.keep, body)) {
      kept = changed;
      return;
    }
    plan(0);
  };

  form.addEventListener("input", note);
  form.addEventListener("change", note);
  // The buttons save for good: a draft that came after them would be of yesterday.
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
    going?.abort();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) stopped = false;
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  window.addEventListener("pagehide", leave);
  say("書いた内容は、書きかけとして自動で保存されます。");
  if ("unsaved" in form.dataset) note();
})();
