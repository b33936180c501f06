// The fills: rows to objects, the table with its filters and pages, and the panel with everything about one fill.
import { byId, element, fact } from "./dom.js";
import { clock, count, decimalsFor, duration, exactTime, group, money, notMeasured, number } from "./format.js";

const pageSize = 15;

/** Rows of the results to objects; numbers beside the exact texts are for sorting and drawing only. */
export function readFills(results) {
  const symbols = results.instruments.map((each) => each.symbol);
  return results.fills.rows.map(
    ([orderId, ts, exch, submit, instrument, strategy, side, maker, price, qty, decision, fee, realised, position, bps], index) => ({
      index, orderId, ts, exch, submit, instrument, strategy, side, price, qty, decision, fee, realised, position, bps,
      symbol: symbols[instrument],
      settle: results.instruments[instrument].settle,
      isBuy: side === "buy",
      isMaker: maker === 1,
      seconds: Number(ts) / 1e9,
      latency: ts && submit ? Number(BigInt(ts) - BigInt(submit)) : null,
    }),
  );
}

const verb = (fill) => (fill.isBuy ? "bought" : "sold");

export function tipOf(fill) {
  return [
    `${fill.isBuy ? "\u25b2 Bought" : "\u25bc Sold"} ${group(fill.qty)} at ${fill.price === null ? notMeasured : group(fill.price)}`,
    `${clock(fill.ts, false)} UTC, ${fill.isMaker ? "maker" : "taker"}`,
  ];
}

const bpsText = (bps) => (bps === null ? null : `${number(bps, 2)} bp`);
const missing = () => element("span", { class: "missing" }, notMeasured);

const columns = [
  { name: "Time", key: "seconds", cell: (fill, table) => clock(fill.ts, table.showsDays), kind: "time" },
  { name: "Instrument", key: "symbol", cell: (fill) => fill.symbol },
  { name: "Side", key: "side", cell: (fill) => element("span", { class: fill.isBuy ? "buy" : "sell" }, (fill.isBuy ? "\u25b2 " : "\u25bc ") + fill.side) },
  { name: "Role", key: "isMaker", cell: (fill) => (fill.isMaker ? "maker" : "taker") },
  { name: "Price", key: "price", number: true, cell: (fill) => (fill.price === null ? missing() : group(fill.price)) },
  { name: "Quantity", key: "qty", number: true, cell: (fill) => group(fill.qty) },
  { name: "Latency", key: "latency", number: true, cell: (fill) => (fill.latency === null ? missing() : duration(fill.latency)) },
  { name: "Slippage", key: "bps", number: true, cell: (fill) => bpsText(fill.bps) ?? missing() },
  { name: "Fee", key: "fee", number: true, cell: (fill, table) => money(fill.fee, table.feeDigits) },
  { name: "Realised", key: "realised", number: true, cell: (fill, table) => money(fill.realised, table.realisedDigits, true) },
  { name: "Position", key: "position", number: true, cell: (fill) => group(fill.position) },
];

/** Decimals that suit a whole column of money: enough for its smaller amounts. */
function digitsOf(texts) {
  const sizes = texts.map((text) => Math.abs(Number(text))).filter((size) => size > 0).sort((a, b) => a - b);
  return sizes.length === 0 ? 2 : decimalsFor(sizes[Math.floor(sizes.length / 4)]);
}

export class FillTable {
  /** `onPick(index)` is called when a row is chosen. */
  constructor(results, fills, onPick) {
    this.fills = fills;
    this.onPick = onPick;
    this.sortBy = columns[0];
    this.ascending = true;
    this.page = 0;
    this.selected = null;
    const day = (fill) => exactTime(fill.ts).slice(0, 10);
    this.showsDays = fills.length > 0 && day(fills[0]) !== day(fills[fills.length - 1]);
    this.feeDigits = digitsOf(fills.map((fill) => fill.fee));
    this.realisedDigits = digitsOf(fills.map((fill) => fill.realised));
    const { total } = results.fills;
    byId("fills-count").textContent = count(total);
    const note = byId("fills-note");
    if (total > fills.length) {
      note.textContent = `The first ${count(fills.length)} of ${count(total)}, here and in the chart; the rest is in results.h5.`;
    } else if (total === 0) {
      note.textContent = "No order was filled in this run.";
    }
    note.hidden = note.textContent === "";
    if (total === 0) return;
    this.filters();
    this.table = byId("fill-table");
    this.table.append(element("caption", { class: "skip" }, "Fills; choose one to see it in the chart"), this.header(), element("tbody"));
    this.update();
  }

  filters() {
    const select = (label, choices) => {
      const made = element("select", { "aria-label": label, onchange: () => this.refilter() });
      made.append(element("option", { value: "" }, label), ...choices.map((each) => element("option", { value: each }, each)));
      return made;
    };
    this.text = element("input", {
      type: "search",
      placeholder: "Filter: order, time, price \u2026",
      "aria-label": "Filter the fills by text",
      oninput: () => this.refilter(),
    });
    const symbols = [...new Set(this.fills.map((fill) => fill.symbol))];
    this.symbol = select("All instruments", symbols);
    this.side = select("Both sides", ["buy", "sell"]);
    this.role = select("Both roles", ["maker", "taker"]);
    byId("fill-filters").append(this.text, ...(symbols.length > 1 ? [this.symbol] : []), this.side, this.role);
  }

  header() {
    const row = element("tr");
    for (const column of columns) {
      const button = element("button", { type: "button", onclick: () => this.sort(column) }, column.name);
      row.append(element("th", { scope: "col", class: column.number ? "num" : null }, button));
    }
    return element("thead", {}, row);
  }

  sort(column) {
    this.ascending = this.sortBy === column ? !this.ascending : true;
    this.sortBy = column;
    this.page = 0;
    this.update();
  }

  refilter() {
    this.page = 0;
    this.update();
  }

  matches(fill) {
    if (this.symbol.value && fill.symbol !== this.symbol.value) return false;
    if (this.side.value && fill.side !== this.side.value) return false;
    if (this.role.value && fill.isMaker !== (this.role.value === "maker")) return false;
    const wanted = this.text.value.trim().toLowerCase();
    if (!wanted) return true;
    return [fill.orderId, fill.symbol, exactTime(fill.ts).replaceAll("\u2009", ""), fill.price, fill.qty, fill.fee]
      .some((text) => text !== null && text.toLowerCase().includes(wanted));
  }

  update() {
    const { key, number: isNumber } = this.sortBy;
    const value = (fill) => (fill[key] === null ? null : isNumber ? Number(fill[key]) : fill[key]);
    const way = this.ascending ? 1 : -1;
    this.shown = this.fills.filter((fill) => this.matches(fill)).sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === y) return a.index - b.index;
      if (x === null) return 1;
      if (y === null) return -1;
      return (x < y ? -1 : 1) * way;
    });
    [...this.table.tHead.rows[0].cells].forEach((cell, i) => {
      if (columns[i] === this.sortBy) cell.setAttribute("aria-sort", this.ascending ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
    });
    this.draw();
  }

  draw() {
    const pages = Math.max(1, Math.ceil(this.shown.length / pageSize));
    this.page = Math.min(this.page, pages - 1);
    const rows = this.shown.slice(this.page * pageSize, (this.page + 1) * pageSize).map((fill) => {
      const row = element("tr", {
        tabindex: 0,
        "data-fill": fill.index,
        "aria-selected": fill.index === this.selected ? "true" : null,
        onclick: () => this.onPick(fill.index),
        onkeydown: (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          this.onPick(fill.index);
        },
      });
      for (const column of columns) row.append(element("td", { class: column.number ? "num" : null }, column.cell(fill, this)));
      return row;
    });
    if (rows.length === 0) rows.push(element("tr", {}, element("td", { colspan: columns.length, class: "missing" }, "No fill matches.")));
    this.table.tBodies[0].replaceChildren(...rows);
    const go = (page) => () => {
      this.page = page;
      this.draw();
    };
    byId("fill-pager").replaceChildren(
      element("button", { type: "button", class: "quiet small", disabled: this.page === 0, onclick: go(this.page - 1) }, "Previous"),
      element("span", {}, `${count(Math.min(this.shown.length, this.page * pageSize + 1))}\u2013${count(Math.min(this.shown.length, (this.page + 1) * pageSize))} of ${count(this.shown.length)}`),
      element("button", { type: "button", class: "quiet small", disabled: this.page >= pages - 1, onclick: go(this.page + 1) }, "Next"),
    );
  }

  /** Marks the fill and turns to its page, if the filters let it through. */
  select(index) {
    this.selected = index;
    const at = this.shown.findIndex((fill) => fill.index === index);
    if (at >= 0) this.page = Math.floor(at / pageSize);
    this.draw();
  }
}

/** Everything about one fill; `onStep(-1 | 1)` goes to its neighbours of the same instrument. */
export function inspect(fill, onStep) {
  const panel = byId("fill");
  if (!fill) {
    panel.replaceChildren(
      element("h3", {}, "No fill selected"),
      element("p", { class: "muted" }, "Click a triangle in the chart or a row of the fill table to see everything about it."),
    );
    return;
  }
  const or = (text) => text ?? missing();
  const step = (way, label, sign) =>
    element("button", { type: "button", class: "quiet small", "aria-label": label, onclick: () => onStep(way) }, sign);
  panel.replaceChildren(
    element("div", { class: "head" }, element("span", { class: "label" }, `Fill ${count(fill.index + 1)}`), element("div", { class: "tools" }, step(-1, "Previous fill", "\u2190"), step(1, "Next fill", "\u2192"))),
    element("h3", { class: fill.isBuy ? "buy" : "sell" }, `${fill.isBuy ? "\u25b2" : "\u25bc"} ${verb(fill)[0].toUpperCase()}${verb(fill).slice(1)} ${group(fill.qty)}`),
    element("p", { class: "price" }, fill.symbol, element("span", { class: "muted" }, " at "), fill.price === null ? missing() : group(fill.price)),
    element(
      "dl",
      { class: "facts narrow" },
      ...fact("Learned", or(fill.ts && exactTime(fill.ts))),
      ...fact("Matched", or(fill.exch && exactTime(fill.exch))),
      ...fact("Decided", or(fill.submit && exactTime(fill.submit))),
      ...fact("Latency", or(fill.latency === null ? null : duration(fill.latency))),
      ...fact("Role", fill.isMaker ? "maker" : "taker"),
      ...fact("Price at decision", or(fill.decision && group(fill.decision))),
      ...fact("Slippage", or(bpsText(fill.bps))),
      ...fact("Fee", `${group(fill.fee)} ${fill.settle}`),
      ...fact("Realised", `${group(fill.realised)} ${fill.settle}`),
      ...fact("Position after", group(fill.position)),
      ...fact("Order", fill.orderId),
    ),
  );
}
