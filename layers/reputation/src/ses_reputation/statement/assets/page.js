"use strict";
// Sorts tables of class `sortable` by the column that is asked for (a cell's `data-sort` goes before its text, and that
// before what is small below it), and
// opens the part of the page that a link leads to, and all parts for print. Says how old figures are by the reader's clock.
// A page that is served asks for newer figures, and comes back as the reader left it.
(() => {
  const keyOf = (cell) => {
    const text = cell.dataset.sort ?? (cell.querySelector("small") ? cell.firstChild : cell).textContent.trim();
    const number = Number(text.replace(/[,%\s]/g, ""));
    return text === "–" ? -Infinity : text && !Number.isNaN(number) ? number : text.toLowerCase();
  };
  const compare = (one, other) =>
    typeof one === typeof other
      ? typeof one === "number"
        ? one - other || 0
        : one.localeCompare(other)
      : typeof one === "number"
        ? -1
        : 1;

  const sortBy = (table, place, isDown) => {
    const header = table.tHead.rows[0].cells[place];
    for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !row.classList.contains("group"));
      rows.sort((one, other) => compare(keyOf(one.cells[place]), keyOf(other.cells[place])) * (isDown ? -1 : 1));
      body.append(...rows);
    }
    shorten(table);
  };

  /** Leaves rows beyond the table's `data-first` out of sight, until somebody asks for all. */
  const shorten = (table) => {
    const rows = [...table.querySelectorAll("tbody tr:not(.group)")];
    rows.forEach((row, place) => row.classList.toggle("beyond", place >= Number(table.dataset.first ?? Infinity)));
    return rows;
  };

  const showAll = (table) => {
    if (!table?.dataset.first) return;
    delete table.dataset.first;
    table.classList.add("whole");
    shorten(table);
    table.parentElement.nextElementSibling.remove();
  };

  const offerAll = (table) => {
    const rows = shorten(table);
    if (rows.length <= Number(table.dataset.first)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "more";
    button.textContent = `Show all ${rows.length}`;
    button.addEventListener("click", () => showAll(table));
    table.parentElement.after(button);
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((header, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sortBy(table, place, header.getAttribute("aria-sort") !== "descending"));
      header.append(button);
    });
    if (table.dataset.first) offerAll(table);
  }

  const openTarget = () => {
    const part = document.querySelector(":target")?.closest("details");
    if (part) part.open = true;
  };
  addEventListener("hashchange", openTarget);
  openTarget();

  /** Opens what is closed while the page is printed. Tables of charts stay closed: their charts are printed. */
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open], .figures)")];
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of closed) part.open = false;
  });

  const MINUTE = 60_000;
  const UNITS = [
    [1440, "day"],
    [60, "hour"],
    [1, "minute"],
  ];
  /** A span by its two largest units: `3 days 4 hours`. */
  const durationOf = (span) => {
    let minutes = Math.round(span / MINUTE);
    const parts = UNITS.map(([size, unit]) => {
      const number = Math.floor(minutes / size);
      minutes -= number * size;
      return [number, number === 1 ? `1 ${unit}` : `${number} ${unit}s`];
    });
    const first = Math.max(0, parts.findIndex(([number]) => number));
    const said = parts.slice(first, first + 2).filter(([number]) => number);
    return said.map(([, text]) => text).join(" ") || "0 minutes";
  };

  const OLD = 120 * MINUTE;
  const notes = document.querySelectorAll(".age");
  /** A clock that is behind the page's time is wrong: then all stays as it was when the page was made. */
  const sayAges = () => {
    const made = new Date(notes[0].dataset.made);
    const age = Date.now() - made;
    if (age < 0) return;
    for (const ago of document.querySelectorAll(".ago"))
      ago.textContent = `(${durationOf(Date.now() - new Date(ago.previousElementSibling.dateTime))} ago)`;
    notes[0].hidden = age < OLD;
    notes[0].textContent = `This page is ${durationOf(age)} old. Newer figures may have been published.`;
  };
  /** How to find an element on the page made anew: by the nearest part that has an id, and its place among its kind there. */
  const nameOf = (element) => {
    const part = element.closest("[id]") ?? document.body;
    const kind = element.localName;
    return part === element ? [part.id] : [part.id, kind, [...part.querySelectorAll(kind)].indexOf(element)];
  };
  const named = ([id, kind, place]) => {
    const part = document.getElementById(id) ?? document.body;
    return kind ? part.querySelectorAll(kind)[place] : part;
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const PARTS = "details:not(.figures)";

  /** What a reader did to a page: which parts are open, tables sorted or whole, boxes scrolled, and where the keyboard is. */
  const noteState = () => ({
    open: all(`${PARTS}[open]`).map(nameOf),
    sorted: all("[aria-sort]").map((header) => [
      nameOf(header.closest("table")),
      header.cellIndex,
      header.getAttribute("aria-sort") === "descending",
    ]),
    whole: all("table.whole").map(nameOf),
    scrolled: all(".scroll").filter((box) => box.scrollLeft).map((box) => [nameOf(box), box.scrollLeft]),
    focus: all(":focus-visible").map(nameOf),
  });
  const restore = ({ open, sorted, whole, scrolled, focus }) => {
    for (const part of all(PARTS)) part.open = false;
    for (const name of open) (named(name) ?? {}).open = true;
    for (const name of whole) showAll(named(name));
    for (const [name, place, isDown] of sorted) if (named(name)) sortBy(named(name), place, isDown);
    for (const [name, left] of scrolled) (named(name) ?? {}).scrollLeft = left;
    // The charts, which the keyboard may be in, are drawn with the first frame. How far down one was, the browser knows.
    const toFocus = () => focus.forEach((name) => named(name)?.focus({ preventScroll: true }));
    requestAnimationFrame(() => requestAnimationFrame(toFocus));
  };

  /** Where a browser keeps nothing (a preview in a sandbox), nothing is remembered. */
  const place = `state of ${location.pathname}`;
  const isReloaded = performance.getEntriesByType("navigation")[0]?.type === "reload";
  try {
    const kept = sessionStorage.getItem(place);
    if (kept && isReloaded) restore(JSON.parse(kept));
    addEventListener("pagehide", () => sessionStorage.setItem(place, JSON.stringify(noteState())));
  } catch {}

  /** A served page is loaded anew once another is there: not out of sight, and not from under a text that is being copied. */
  const renews = document.querySelector("noscript[data-renew]");
  const renew = async () => {
    if (document.hidden || !getSelection().isCollapsed) return;
    const { ok, headers } = await fetch(location.pathname, { method: "HEAD" }).catch(() => ({}));
    const isOther = ok && headers.get("ETag") !== renews.dataset.version;
    if (isOther) location.reload();
  };
  if (renews) setInterval(renew, renews.dataset.renew * 1000);

  sayAges();
  setInterval(sayAges, MINUTE);
})();
