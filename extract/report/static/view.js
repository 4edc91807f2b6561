"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, from) => [...(from || document).querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const list = one("#list");
  const rows = all(".v");
  const search = one("#search");
  const openOnly = one("#open-only");
  const kinds = new Set();
  const local = !root.hasAttribute("data-review");
  const shelf = "notice-report:" + root.dataset.notice;
  let current = null;

  const isFor = (element, key) => (element.dataset.n || "").split(" ").includes(key);
  const marksOf = (key) => all("#source .m").filter((element) => isFor(element, key));

  const showTab = (name) => {
    for (const button of all(".tabs button")) button.setAttribute("aria-selected", String(button.dataset.tab === name));
    for (const section of all(".tab")) section.classList.toggle("on", section.dataset.tab === name);
  };

  const select = (key, from) => {
    for (const element of all(".on:not(.tab)")) element.classList.remove("on");
    for (const more of all(".more")) more.hidden = true;
    const marks = marksOf(key);
    for (const mark of marks) mark.classList.add("on");
    if (from !== "source" && marks.length) marks[0].scrollIntoView({ block: "center", inline: "center" });
    const row = document.getElementById(key);
    current = key;
    if (!row || !row.classList.contains("v")) return;
    row.classList.add("on");
    row.querySelector(".more").hidden = false;
    if (row.hidden) { clearFilters(); }
    if (from === "source") showTab("values");
    row.scrollIntoView({ block: from === "source" ? "center" : "nearest" });
    document.dispatchEvent(new CustomEvent("notice:select", { detail: key }));
  };

  const filter = () => {
    const words = search.value.trim().toLowerCase();
    for (const row of rows) {
      const heading = row.closest(".group").querySelector("h3").textContent;
      const fits = (!kinds.size || kinds.has(row.dataset.kind))
        && (!words || (row.textContent + heading).toLowerCase().includes(words))
        && (!openOnly.checked || !row.dataset.state || row.dataset.state === "conflict");
      row.hidden = !fits;
    }
    for (const group of all(".group")) group.hidden = !all(".v", group).some((row) => !row.hidden);
  };
  const clearFilters = () => {
    search.value = "";
    openOnly.checked = false;
    kinds.clear();
    for (const chip of all(".chip")) chip.setAttribute("aria-pressed", "false");
    filter();
  };

  const step = (by) => {
    const shown = rows.filter((row) => !row.hidden);
    if (!shown.length) return;
    const at = shown.findIndex((row) => row.id === current);
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1);
    showTab("values");
    select(shown[next].id, "list");
  };

  const load = () => { try { return new Set(JSON.parse(localStorage.getItem(shelf) || "[]")); } catch { return new Set(); } };
  const store = (names) => { try { localStorage.setItem(shelf, JSON.stringify([...names])); } catch { /* a private window keeps nothing */ } };
  const accepted = local ? load() : new Set();
  const paint = (row) => {
    const is = accepted.has(row.dataset.pointer);
    if (is) row.dataset.state = "accepted"; else delete row.dataset.state;
    row.querySelector(".state").textContent = is ? root.dataset.accepted : "";
  };
  const accept = () => {
    const row = current && document.getElementById(current);
    if (!row || !row.classList.contains("v")) return;
    const pointer = row.dataset.pointer;
    if (accepted.has(pointer)) accepted.delete(pointer); else accepted.add(pointer);
    store(accepted);
    paint(row);
  };
  const nextKind = () => {
    const chips = all(".chip");
    const at = chips.findIndex((chip) => chip.getAttribute("aria-pressed") === "true");
    kinds.clear();
    for (const chip of chips) chip.setAttribute("aria-pressed", "false");
    if (at + 1 < chips.length) {
      chips[at + 1].setAttribute("aria-pressed", "true");
      kinds.add(chips[at + 1].dataset.kind);
    }
    showTab("values");
    filter();
  };

  document.addEventListener("click", (event) => {
    const tab = event.target.closest(".tabs button");
    if (tab) return showTab(tab.dataset.tab);
    const chip = event.target.closest(".chip");
    if (chip) {
      const on = chip.getAttribute("aria-pressed") !== "true";
      chip.setAttribute("aria-pressed", String(on));
      if (on) kinds.add(chip.dataset.kind); else kinds.delete(chip.dataset.kind);
      return filter();
    }
    const mark = event.target.closest("#source .m");
    if (mark) {
      const keys = mark.dataset.n.split(" ");
      const at = keys.indexOf(current);
      return select(keys[(at + 1) % keys.length], "source");
    }
    const main = event.target.closest(".v .main");
    if (main) return select(main.closest(".v").id, "list");
    const link = event.target.closest(".link[data-n]");
    if (link) return select(link.dataset.n, "list");
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = { j: () => step(1), k: () => step(-1), f: nextKind, "/": () => { showTab("values"); search.focus(); } };
    if (local) act.a = accept;
    if (act[event.key]) { event.preventDefault(); act[event.key](); }
  });
  if (list) {
    search.addEventListener("input", filter);
    openOnly.addEventListener("change", filter);
  }
  if (local) rows.forEach(paint);
  showTab("values");
  window.noticeView = { select, step, showTab, filter, current: () => current };
})();
