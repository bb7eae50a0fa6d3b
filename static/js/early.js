// Runs before the first paint: says that scripts work, and restores the text size the reader chose.
document.documentElement.classList.add("js");
try {
  if (localStorage.getItem("text-size") === "large") document.documentElement.dataset.text = "large";
} catch { /* storage may be closed by the office's policy; the normal size is fine */ }
