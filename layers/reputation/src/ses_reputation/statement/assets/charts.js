"use strict";
// Draws the charts of the page. Each is drawn from the table under it, so both show the same figures; without this
// script the tables stand open, and are enough.
(() => {
  const DAY = 86_400_000;
  const NUMBER = new Intl.NumberFormat("en");
  // Room around a chart, in pixels: for the axis on the left, its labels below, and flags between both.
  const MARGIN = { top: 14, right: 10, bottom: 22, left: 52 };
  const RATE_HEIGHT = 176;
  // Lists, and the measure that is not the worse one, take less room; it has no bars, which would be the same.
  const SECOND_HEIGHT = 110;
  const VOLUME_HEIGHT = 46;
  const GAP = 20;
  const LABEL_HEIGHT = 16;

  const PLACES = { bounces: 2, complaints: 3 };
  const SENDS = { bounces: "sends", complaints: "sends to providers with feedback loops" };

  const numberOf = (text) => {
    const digits = text.replace(/[^\d.]/g, "");
    return digits ? Number(digits) : null;
  };
  const timeOf = (text) => new Date(`${text.replace(" ", "T")}${text.includes(":") ? "Z" : "T00:00Z"}`);

  /** Rows of a table as objects, oldest first: `at`, `when`, and the text of each column that has a name. */
  const readTable = (table) => {
    const names = [...table.tHead.rows[table.tHead.rows.length - 1].cells].map((cell) => cell.dataset.column);
    return [...table.tBodies[0].rows].reverse().map((row) => {
      const cells = [...row.cells].map((cell) => cell.textContent.trim());
      return { at: timeOf(cells[0]), when: cells[0], ...Object.fromEntries(names.map((name, i) => [name, cells[i]])) };
    });
  };

  /** Points of a rate: `value` is events / sends, so it is as exact as the table; null where nothing was sent. */
  const pointsOf = (rows, measure) =>
    rows.map((row) => {
      const [events, of] = row[`${measure}-events`].split("/").map(numberOf);
      const [low, high] = row[`${measure}-interval`].split(" to ").map((end) => numberOf(end) / 100);
      const value = of ? events / of : null;
      const text = of
        ? `${row.when}: ${row[`${measure}-rate`]} (${events} of ${NUMBER.format(of)} ${SENDS[measure]}; 95 % interval ${row[`${measure}-interval`]} %)`
        : `${row.when}: no ${numberOf(row.sends) ? SENDS[measure] : "sends"}`;
      return { at: row.at, sends: numberOf(row.sends) ?? 0, value, low: of ? low : null, high: of ? high : null, text };
    });

  const marksOf = (figure) =>
    figure.dataset.marks.split(" ").map((mark) => {
      const [standing, rate] = mark.split(":");
      return { standing, rate: Number(rate) };
    });

  /** Where the axis of a rate ends: over all that chance does not explain, and the next mark above it. */
  const topOf = (points, marks, least) => {
    const certain = Math.max(least, ...points.map((point) => point.low ?? 0));
    const next = marks.find((mark) => mark.rate > certain) ?? { rate: 0 };
    return Math.max(next.rate * 1.12, certain * 1.25);
  };

  const frame = (figure, height, label) => {
    figure.querySelector("svg.drawn")?.remove();
    const width = Math.max(260, figure.clientWidth);
    const svg = d3
      .select(figure)
      .insert("svg", ".readout")
      .attr("class", "drawn")
      .attr("viewBox", `0 0 ${width} ${height}`)
      .attr("width", width)
      .attr("height", height)
      .attr("role", "group")
      .attr("aria-label", label)
      .attr("tabindex", 0);
    return { svg, width, drawing: svg.append("g").attr("aria-hidden", "true") };
  };

  /** Two weeks at least, so that a sender's first day is not a wall. */
  const timeScale = (times, width, step) => {
    const end = +times[times.length - 1] + step;
    return d3.scaleUtc([Math.min(times[0], end - 14 * step), end], [MARGIN.left, width - MARGIN.right]);
  };

  const MONTH = new Intl.DateTimeFormat("en", { month: "short", timeZone: "UTC" });
  const dayText = (at) => `${at.getUTCDate()} ${MONTH.format(at)}`;
  const hourText = (at) => at.toISOString().slice(11, 16);

  const drawTimeAxis = (drawing, x, y, step) => {
    const width = x.range()[1] - x.range()[0];
    const tick = (at) => (step < DAY && +at % DAY ? hourText(at) : dayText(at));
    // What ends the axis is a day (hour) that has not begun: it would be named beside the chart.
    const last = +x.domain()[1] - step;
    const ticks = x.ticks(Math.max(2, Math.floor(width / 80))).filter((at) => +at <= last);
    const axis = d3.axisBottom(x).tickValues(ticks).tickFormat(tick).tickSizeOuter(0);
    drawing.append("g").attr("class", "axis").attr("transform", `translate(0,${y})`).call(axis);
  };

  const drawMarks = (drawing, x, y, marks) => {
    const [left, right] = x.range();
    const shown = marks.filter((mark) => mark.rate <= y.domain()[1]);
    const review = marks.find((mark) => mark.standing === "review");
    if (review && review.rate < y.domain()[1])
      drawing
        .append("rect")
        .attr("class", "danger")
        .attr("x", left)
        .attr("width", right - left)
        .attr("y", y.range()[1])
        .attr("height", y(review.rate) - y.range()[1]);
    for (const { standing, rate } of shown)
      drawing
        .append("line")
        .attr("class", `mark ${standing}`)
        .attr("data-rate", rate)
        .attr("x1", left)
        .attr("x2", right)
        .attr("y1", y(rate))
        .attr("y2", y(rate));
  };

  /** Names of the marks, over the curve, which may run through them. Where two would overlap, the lower mark's
   *  stands behind the higher one's. */
  const nameMarks = (drawing, x, y, marks) => {
    const start = x.range()[0] + 5;
    let line = -Infinity;
    let left = start;
    for (const { standing, rate } of marks.filter((mark) => mark.rate <= y.domain()[1]).reverse()) {
      if (y(rate) - line > LABEL_HEIGHT) [line, left] = [y(rate), start];
      const label = drawing
        .append("text")
        .attr("class", `mark ${standing}`)
        .attr("x", left)
        .attr("y", line - 4)
        .text(`${standing} ${+(rate * 100).toFixed(3)} %`);
      left += label.node().getComputedTextLength() + 12;
    }
  };

  const drawVolume = (drawing, x, points, step, bottom) => {
    const y = d3.scaleLinear([0, Math.max(1, ...points.map((point) => point.sends))], [bottom, bottom - VOLUME_HEIGHT]);
    const width = Math.max(1, x(new Date(+points[0].at + step)) - x(points[0].at) - 1);
    drawing
      .append("g")
      .attr("class", "volume")
      .selectAll("rect")
      .data(points)
      .join("rect")
      .attr("data-sends", (point) => point.sends)
      .attr("x", (point) => x(point.at))
      .attr("width", width)
      .attr("y", (point) => y(point.sends))
      .attr("height", (point) => bottom - y(point.sends));
    const axis = d3.axisLeft(y).tickValues([y.domain()[1]]).tickFormat(compact);
    drawing.append("g").attr("class", "axis").attr("transform", `translate(${MARGIN.left},0)`).call(axis);
  };
  const compact = (number) => new Intl.NumberFormat("en", { notation: "compact" }).format(number);

  /** The curve with its interval; where there is too little mail for a rate, points of their own, hollow. What the
   *  axis has no room for is an arrow on its edge. */
  const drawCurve = (drawing, x, y, points, middle) => {
    const at = (point) => x(new Date(+point.at + middle));
    const top = y.domain()[1];
    const isKnown = (point) => point.value !== null && point.high - point.low < top;
    const within = (value) => y(Math.min(value, top));
    const band = d3.area().defined(isKnown).x(at).y0((point) => within(point.low)).y1((point) => within(point.high));
    const curve = d3.line().defined(isKnown).x(at).y((point) => within(point.value));
    drawing.append("path").attr("class", "band").attr("d", band(points));
    drawing.append("path").attr("class", "curve").attr("d", curve(points));
    const known = points.filter((point) => point.value !== null);
    const dots = drawing.append("g").attr("class", "points");
    const mark = (shape, of) =>
      dots
        .selectAll(shape)
        .data(known.filter(of))
        .join(shape)
        .attr("class", (point) => (isKnown(point) ? null : "little"))
        .attr("data-value", (point) => point.value);
    mark("circle", (point) => point.value <= top)
      .attr("r", points.length > 60 ? 1.8 : points.length > 20 ? 2.2 : 3.5)
      .attr("cx", at)
      .attr("cy", (point) => y(point.value));
    mark("path", (point) => point.value > top)
      .attr("d", "M0,-11 l4,7 h-8 z")
      .attr("transform", (point) => `translate(${at(point)},${y(top)})`);
  };

  /** How much lies beyond an axis, for as long as no point is read. */
  const offScale = (points, top, step, measure) => {
    const off = points.filter((point) => point.value > top).map((point) => point.value);
    const noun = `${step < DAY ? "hour" : "day"}${off.length > 1 ? "s" : ""}`;
    if (!off.length) return "";
    return `▲ ${off.length} ${noun} off the scale, up to ${(Math.max(...off) * 100).toFixed(PLACES[measure])} %`;
  };

  const STANDINGS = ["healthy", "watch", "review", "pause"];
  const severityOf = (line) => STANDINGS.indexOf(line?.dataset.standing);

  /** Changes of standing and alerts on the time axis, each a link to its line of the timeline: of each day (hour) the
   *  worst. */
  const drawFlags = (svg, x, figure, y, step) => {
    const [first, last] = x.domain();
    const byPlace = new Map();
    for (const line of document.querySelectorAll(".timeline [data-entity]")) {
      if (line.dataset.entity !== figure.dataset.entity) continue;
      if (line.dataset.measure && line.dataset.measure !== figure.dataset.measure) continue;
      const at = new Date(line.querySelector("time").dateTime);
      const place = Math.floor(+at / step);
      if (at < first || at > last) continue;
      const isWorse = severityOf(line) > severityOf(byPlace.get(place)?.line);
      if (isWorse || !byPlace.has(place)) byPlace.set(place, { at, line });
    }
    for (const { at, line } of byPlace.values())
      svg
        .append("a")
        .attr("href", `#${line.id}`)
        .attr("class", `flag ${line.dataset.standing}`)
        .attr("aria-label", line.querySelector(".what").textContent.trim())
        .append("path")
        .attr("d", "M0,0 l5.5,9 h-11 z")
        .attr("transform", `translate(${x(at)},${y})`);
  };

  /** The command behind the figures of a day, or an hour, stays below the charts: it can be copied from there. */
  const showCommand = (figure, at) => {
    const command = document.querySelector(`[data-day-of="${CSS.escape(figure.dataset.entity)}"]`);
    const period = at.toISOString().slice(0, figure.dataset.scale ? 13 : 10);
    if (command) command.textContent = command.dataset.pattern.replace(/(--from|--to) DAY/g, `$1 ${period}`);
  };

  /** A cursor for pointer and arrow keys, which says in the readout what the table says. */
  const follow = (svg, figure, x, points, middle, height, atRest = "") => {
    const readout = figure.querySelector(".readout");
    readout.textContent = atRest;
    const cursor = svg.append("line").attr("class", "cursor").attr("y1", MARGIN.top).attr("y2", height - MARGIN.bottom);
    const times = points.map((point) => +point.at + middle);
    let place = points.length - 1;
    const show = (next) => {
      place = Math.max(0, Math.min(points.length - 1, next));
      cursor.attr("x1", x(times[place])).attr("x2", x(times[place])).classed("shown", true);
      readout.textContent = points[place].text;
      showCommand(figure, points[place].at);
    };
    const hide = () => {
      cursor.classed("shown", false);
      readout.textContent = atRest;
    };
    svg.on("pointermove", (event) => {
      const scale = svg.attr("width") / svg.node().getBoundingClientRect().width;
      const left = (event.clientX - svg.node().getBoundingClientRect().left) * scale;
      show(d3.bisectCenter(times, +x.invert(left)));
    });
    svg.on("pointerleave", hide).on("blur", hide);
    svg.on("focus", () => svg.node().matches(":focus-visible") && show(place));
    svg.on("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7, Home: -points.length, End: points.length };
      if (!(event.key in steps)) return;
      event.preventDefault();
      show(place + steps[event.key]);
    });
  };

  const drawRate = (figure) => {
    const rows = readTable(document.getElementById(figure.dataset.table));
    const step = rows[0].when.includes(":") ? DAY / 24 : DAY;
    const points = pointsOf(rows, figure.dataset.measure);
    const marks = marksOf(figure);
    const other = figure.dataset.scale ? readTable(document.getElementById(figure.dataset.scale)) : [];
    const scaled = [...points, ...pointsOf(other, figure.dataset.measure)];
    const top = topOf(scaled, marks, Number(figure.dataset.rate || 0));
    const isSecond = figure.closest(".second") !== null;
    const zero = MARGIN.top + (isSecond ? SECOND_HEIGHT : RATE_HEIGHT);
    const bottom = zero + GAP + (isSecond ? 0 : VOLUME_HEIGHT);
    const height = bottom + MARGIN.bottom;
    const { svg, width, drawing } = frame(figure, height, figure.dataset.label);
    const x = timeScale(rows.map((row) => row.at), width, step);
    const y = d3.scaleLinear([0, top], [zero, MARGIN.top]);
    svg.attr("data-top", top);
    const [, tick] = y.ticks(4);
    const places = Math.max(0, Math.ceil(-Math.log10(tick * 100)));
    const axis = d3.axisLeft(y).ticks(4).tickFormat((share) => `${(share * 100).toFixed(places)} %`);
    drawMarks(drawing, x, y, marks);
    drawing.append("g").attr("class", "axis").attr("transform", `translate(${MARGIN.left},0)`).call(axis);
    if (!isSecond) drawVolume(drawing, x, points, step, bottom);
    drawTimeAxis(drawing, x, bottom, step);
    drawCurve(drawing, x, y, points, step / 2);
    nameMarks(drawing, x, y, marks);
    follow(svg, figure, x, points, step / 2, height, offScale(points, top, step, figure.dataset.measure));
    drawFlags(svg, x, figure, zero + 3, step);
  };

  const REASONS = ["bounce", "complaint"];

  const drawList = (figure) => {
    const rows = readTable(document.getElementById(figure.dataset.table));
    const sizes = rows.map((row) => REASONS.map((reason) => numberOf(row[reason]) ?? 0));
    const height = MARGIN.top + SECOND_HEIGHT + GAP + VOLUME_HEIGHT + MARGIN.bottom;
    const bottom = height - MARGIN.bottom;
    const { svg, width, drawing } = frame(figure, height, figure.dataset.label);
    const x = timeScale(rows.map((row) => row.at), width, DAY);
    const most = Math.max(1, ...sizes.map(([bounces, complaints]) => bounces + complaints));
    const y = d3.scaleLinear([0, most * 1.05], [MARGIN.top + SECOND_HEIGHT, MARGIN.top]);
    REASONS.forEach((reason, place) => {
      const under = (_, i) => y(sizes[i].slice(0, place).reduce((sum, size) => sum + size, 0));
      const over = (_, i) => y(sizes[i].slice(0, place + 1).reduce((sum, size) => sum + size, 0));
      const layer = d3.area().x((row) => x(row.at)).y0(under).y1(over);
      drawing.append("path").attr("class", `layer ${reason}`).attr("d", layer(rows));
    });
    drawing.append("g").attr("class", "axis").attr("transform", `translate(${MARGIN.left},0)`).call(d3.axisLeft(y).ticks(4).tickFormat(compact));
    drawChanges(drawing, x, rows, bottom);
    drawTimeAxis(drawing, x, bottom, DAY);
    const points = rows.map((row) => ({
      at: row.at,
      text: `${row.when}: ${row.total} addresses, ${row.added} added and ${row.removed} removed in that week`,
    }));
    follow(svg, figure, x, points, 0, height);
  };

  const drawChanges = (drawing, x, rows, bottom) => {
    const changes = rows.map((row) => ({ at: row.at, added: numberOf(row.added) ?? 0, removed: numberOf(row.removed) ?? 0 }));
    const most = Math.max(1, ...changes.flatMap(({ added, removed }) => [added, removed]));
    const middle = bottom - VOLUME_HEIGHT / 2;
    const y = d3.scaleLinear([0, most], [0, VOLUME_HEIGHT / 2 - 2]);
    const width = Math.max(2, Math.min(12, (x.range()[1] - x.range()[0]) / rows.length - 2));
    const bars = drawing.append("g").attr("class", "changes");
    for (const { at, added, removed } of changes) {
      const bar = (name, top, height) =>
        bars.append("rect").attr("class", name).attr("x", x(at) - width / 2).attr("width", width).attr("y", top).attr("height", height);
      bar("added", middle - y(added), y(added)).attr("data-added", added);
      bar("removed", middle, y(removed)).attr("data-removed", removed);
    }
    bars.append("line").attr("x1", x.range()[0]).attr("x2", x.range()[1]).attr("y1", middle).attr("y2", middle);
  };

  const DRAWN = { rate: drawRate, list: drawList };
  const widths = new WeakMap();

  /** Draws a chart when it first has a width (a part that is closed has none), and again when that changes. */
  const draw = (figure) => {
    if (!figure.clientWidth || widths.get(figure) === figure.clientWidth) return;
    widths.set(figure, figure.clientWidth);
    DRAWN[figure.dataset.chart](figure);
  };
  const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => draw(target)));
  const figures = document.querySelectorAll("figure[data-chart]");
  for (const table of document.querySelectorAll("details.figures")) table.open = false;
  for (const figure of figures) observer.observe(figure);
  // page.js has opened all parts by then.
  addEventListener("beforeprint", () => figures.forEach(draw));
})();
