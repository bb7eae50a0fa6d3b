// 写す: a button beside each value copies it. Without this file the buttons are not shown and the text can be selected.
(() => {
  "use strict";

  const said = document.querySelector("[data-copy-said]");
  let last = null;

  // Where the clipboard is not open to pages (no HTTPS, an old browser), the value is marked for Ctrl+C.
  const mark = (value) => {
    const range = document.createRange();
    range.selectNodeContents(value);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  const tableText = (table) =>
    [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join("\t")).join("\n");

  const copy = async (button) => {
    const value = button.closest("[data-copy-row]").querySelector("[data-copy-value]");
    const name = button.dataset.copyName;
    const text = value.matches("table") ? tableText(value) : button.dataset.copy || value.textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
      last?.classList.remove("is-copied");
      last = button;
      button.classList.add("is-copied");
      said.textContent = `「${name}」を写しました。`;
    } catch {
      mark(value);
      said.textContent = `「${name}」を選びました。Ctrl+Cで写してください。`;
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy-name]");
    if (button) copy(button);
  });
})();
