"use strict";
// Sorts tables of class `sortable` by the column that is asked for (a cell's `data-sort` goes before its text), and
// opens the part of the page that a link leads to, and all parts for print. Says how old figures are by the reader's clock.
(() => {
  const keyOf = (cell) => {
    const text = cell.dataset.sort ?? cell.textContent.trim();
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

  const sortBy = (table, header, place) => {
    const isDown = header.getAttribute("aria-sort") !== "descending";
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

  const offerAll = (table) => {
    const rows = shorten(table);
    if (rows.length <= Number(table.dataset.first)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "more";
    button.textContent = `Show all ${rows.length}`;
    button.addEventListener("click", () => {
      delete table.dataset.first;
      shorten(table);
      button.remove();
    });
    table.parentElement.after(button);
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((header, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sortBy(table, header, place));
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
  /** A served page is loaded anew each minute: what was open stays open. Where a browser keeps nothing (a preview in a
   *  sandbox), nothing is remembered. */
  const parts = [...document.querySelectorAll("details:not(.figures)")];
  const place = `open parts of ${location.pathname}`;
  try {
    const open = JSON.parse(sessionStorage.getItem(place) ?? "[]");
    parts.filter((_, i) => open.includes(i)).forEach((part) => (part.open = true));
    addEventListener("pagehide", () => {
      sessionStorage.setItem(place, JSON.stringify(parts.flatMap((part, i) => (part.open ? [i] : []))));
    });
  } catch {}

  sayAges();
  setInterval(sayAges, MINUTE);
})();
