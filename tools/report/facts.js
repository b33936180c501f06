// What is not a chart of time and not a fill: headline, histograms, orders, denials, metrics, and the facts of the run.
import { byId, describe, element, fact } from "./dom.js";
import { clock, count, duration, exactTime, figure, group, metric, money, notMeasured, number, percent, period, roundDuration, title, words } from "./format.js";
import { histogram, takerMakerLegend } from "./histogram.js";

const missing = () => element("span", { class: "missing" }, notMeasured);

export function heading(results, summary) {
  const symbols = results.instruments.map((each) => each.symbol);
  const listed = symbols.slice(0, 4).join(", ") + (symbols.length > 4 ? ` and ${count(symbols.length - 4)} more` : "");
  const strategies = [summary.strategies ?? summary.strategy ?? []].flat();
  const name = strategies.length > 0 ? strategies.map((each) => words(String(each))).join(", ") : "Run";
  byId("heading").replaceChildren(title(name), ...(listed ? [element("span", { class: "muted" }, " on "), listed] : []));
  document.title = `${title(name)}${listed ? " on " + listed : ""} \u00b7 Lockstep`;
  const t = results.equity?.t;
  byId("period").textContent = t ? `${period(t[0], t[t.length - 1])} \u00b7 ${duration((t[t.length - 1] - t[0]) * 1e9)}` : `Period ${notMeasured}`;
  byId("digest").textContent = results.digest;
  if (summary.digest && summary.digest !== results.digest) {
    byId("digest").after(element("strong", { class: "sell" }, ` summary.json says ${summary.digest}: these files are of two runs`));
  }
}

export function headline(results, summary) {
  const { currency } = results;
  const byName = Object.fromEntries(results.metrics.map((each) => [each.name, each]));
  const tile = (label, value, { unit = "", tone = "", exact = "" } = {}) =>
    element("div", { class: "tile" },
      element("span", { class: "label" }, label),
      value === null
        ? element("span", { class: "value missing" }, notMeasured)
        : element("span", { class: `value ${tone}`, title: exact || null }, value, unit ? element("small", {}, " " + unit) : null));
  const fromMetric = (label, name) => {
    const found = byName[name];
    return tile(label, found ? metric(found.value, found.unit, currency) : null);
  };
  const pnl = money(summary.pnl, 2, true);
  byId("headline").replaceChildren(
    tile("Profit and loss", pnl, { unit: currency, tone: pnl === null || Number(summary.pnl) === 0 ? "" : Number(summary.pnl) > 0 ? "gain" : "loss", exact: `${summary.pnl} ${currency}` }),
    tile("Fees", money(summary.fees), { unit: currency, exact: `${summary.fees} ${currency}` }),
    fromMetric("Max drawdown", "max_drawdown"),
    fromMetric("Sharpe", "sharpe"),
    tile("Fills", count(results.fills.total)),
    tile("Orders", count(results.orders.total)),
  );
}

const niceLatency = (edge) => /^1(\.0)?e|^1(0*)$/.test(String(edge));

export function latency(results) {
  const box = byId("latency");
  const { latency: data } = results;
  const parts = [["taker", data.taker_ns], ["maker", data.maker_ns]].filter(([, each]) => each);
  if (parts.length === 0) return box.append(element("p", { class: "missing" }, notMeasured));
  const chart = element("div");
  const table = element("dl", { class: "quantiles" });
  for (const [name, q] of parts) {
    table.append(...fact(`${title(name)}, ${count(q.count)}`,
      `median \u2248 ${duration(q.p50)}, 90% \u2248 ${duration(q.p90)}, 99% \u2248 ${duration(q.p99)}`));
  }
  box.append(takerMakerLegend(), chart, table);
  histogram(chart, data, { label: roundDuration, isTick: niceLatency, summary: "Histogram of the latency of fills, on a logarithmic axis" });
}

export function slippage(results) {
  const box = byId("slippage");
  const { slippage: data } = results;
  if (data.count === 0) return box.append(element("p", { class: "missing" }, notMeasured));
  const chart = element("div");
  const without = results.fills.total - data.count;
  box.append(
    takerMakerLegend(),
    chart,
    element("dl", { class: "quantiles" },
      ...fact("Mean", `${number(data.mean, 3)} bp, from ${number(data.least, 2)} to ${number(data.most, 2)}`),
      ...fact("At the price or better", percent(data.at_or_better / data.count, 1) + ` of ${count(data.count)}`),
      ...(without > 0 ? fact("Not measured", `${count(without)} fills without a price at the decision`) : [])),
  );
  const width = data.edges.length > 1 ? data.edges[1] - data.edges[0] : 1;
  const digits = Math.max(0, Math.min(4, -Math.floor(Math.log10(width) + 1e-9)));
  const every = Math.max(1, Math.ceil(data.edges.length / 8));
  histogram(chart, data, {
    label: (bps) => number(bps === 0 ? 0 : bps, digits) + "\u2009bp",
    isTick: (edge) => Math.round(edge / width) % every === 0,
    zero: 0,
    summary: "Histogram of slippage in basis points",
    ends: ["\u2190 better than at the decision", "worse \u2192"],
  });
}

/** Names with a bar each, longest first. */
function bars(counts, total) {
  const list = element("dl", { class: "bars" });
  for (const [name, value] of Object.entries(counts).filter(([, each]) => each > 0).sort((a, b) => b[1] - a[1])) {
    list.append(
      element("dt", {}, words(name)),
      element("dd", {}, element("span", { class: "track" }, element("span", { class: "fillbar", style: `width:${((100 * value) / total).toFixed(2)}%` })),
        element("span", { class: "num" }, count(value)), element("span", { class: "num muted" }, percent(value / total, 1))),
    );
  }
  return list;
}

export function orders(results) {
  const { total, outcomes } = results.orders;
  byId("orders-count").textContent = count(total);
  byId("orders").append(total === 0 ? element("p", { class: "muted" }, "No order was sent.") : bars(outcomes, total));
}

export function denials(results) {
  const box = byId("denials");
  const { total, rows, reasons } = results.denials;
  if (total === 0) return box.append(element("p", { class: "muted" }, "None: the gate let every order through."));
  box.append(bars(reasons, total));
  const body = element("tbody");
  for (const [ts, order, instrument, reason, , value, limit] of rows) {
    body.append(element("tr", { title: `order ${order}` },
      element("td", {}, clock(ts, false)),
      element("td", {}, instrument === null ? "\u2013" : results.instruments[instrument].symbol),
      element("td", {}, words(reason)),
      element("td", { class: "num" }, value === null ? "\u2013" : group(value)),
      element("td", { class: "num" }, limit === null ? "\u2013" : group(limit))));
  }
  const header = ["Time", "Instrument", "Reason", "Found", "Limit"].map((name, i) => element("th", { scope: "col", class: i > 2 ? "num" : null }, name));
  const cut = total > rows.length ? `The first ${count(rows.length)} of ${count(total)}; the rest is in results.h5.` : `All ${count(total)}`;
  box.append(element("details", {}, element("summary", {}, cut),
    element("div", { class: "scroll tall", tabindex: 0, role: "region", "aria-label": "Denials" },
      element("table", {}, element("thead", {}, element("tr", {}, ...header)), body))));
}

/** Which metrics stand together; the first pattern that fits counts. */
const groups = [
  ["Drawdown", /drawdown|under_water/],
  ["Risk and return", /volatility|sharpe|sortino|calmar|psr|skew|kurtosis|var_|return_count|return_interval/],
  ["Result", /equity|profit$|^fees$|_return$/],
  ["Latency", /latency/],
  ["Trades", /trade|win|loss|exposure|turnover|profit_factor|expectancy/],
  ["Orders", /order|denial|fill|maker|slippage/],
  ["Other", /./],
];
const groupOrder = ["Result", "Risk and return", "Drawdown", "Trades", "Orders", "Latency", "Other"];

export function metrics(results) {
  const box = byId("metric-list");
  if (results.metrics.length === 0) return box.append(element("p", { class: "missing" }, notMeasured));
  const byGroup = new Map(groupOrder.map((name) => [name, []]));
  for (const each of results.metrics) byGroup.get(groups.find(([, pattern]) => pattern.test(each.name))[0]).push(each);
  for (const [name, members] of byGroup) {
    if (members.length === 0) continue;
    const list = element("dl", { class: "metrics" });
    for (const each of members) {
      const text = metric(each.value, each.unit, results.currency);
      const item = element("div", { tabindex: 0, class: "metric", "data-metric": each.name },
        element("dt", {}, title(each.name)),
        element("dd", { class: text === null ? "missing" : null }, text ?? notMeasured),
        element("dd", { class: "skip" }, each.definition));
      describe(item, [title(each.name), each.definition]);
      list.append(item);
    }
    box.append(element("h3", { class: "group" }, name), list);
  }
}

function seen(value) {
  return value === null || value === undefined || value === "" ? null : String(value);
}

const timeFact = (value) => (seen(value) === null ? null : /^\d{15,}$/.test(String(value)) ? exactTime(String(value)) : String(value).replace("T", " ").replace("Z", ""));

export function facts(results, summary) {
  const rate = summary.events_per_second;
  const countFact = (value) => (typeof value === "number" ? count(value) : seen(value));
  const rows = [
    ["Name", seen(summary.name)],
    ["Program", seen(results.program_version) && `lockstep ${results.program_version}`],
    ["Seed", seen(results.seed)],
    ["Events in", countFact(summary.events)],
    ["Decisions out", countFact(summary.decisions)],
    ["First event", timeFact(summary.first_ts)],
    ["Last event", timeFact(summary.last_ts)],
    ["Wall time", typeof summary.wall_seconds === "number" ? duration(summary.wall_seconds * 1e9) : null],
    ["Speed", typeof rate === "number" ? `${rate >= 1e6 ? number(rate / 1e6, 2) + " million" : figure(rate)} events/s` : null],
    ["Scenario SHA-256", seen(results.scenario_sha256)],
    ["Currency", seen(results.currency)],
    ["Recording", summary.recording ? `${summary.recording.name}, ${summary.recording.content_hash}` : "none"],
    ["Gaps in the data", countFact(summary.gaps)],
  ];
  for (const [name, value] of rows) byId("facts").append(...fact(name, value ?? missing()));
  const venues = results.instruments.slice(0, 12).map((each) => `${each.symbol} (${words(each.kind)}, ${each.venue || "venue not given"})`);
  if (results.instruments.length > 12) venues.push(`and ${count(results.instruments.length - 12)} more`);
  byId("facts").append(...fact("Instruments", venues.join("; ")));
}

/** TOML with its comments, tables, keys and texts told apart. */
export function scenario(text) {
  const pre = byId("scenario");
  for (const line of text.split("\n")) {
    const table = /^\s*\[.*\]\s*(#.*)?$/.test(line);
    const pair = /^(\s*[A-Za-z0-9_."'-]+\s*=)(.*)$/.exec(line);
    if (/^\s*#/.test(line)) pre.append(element("span", { class: "comment" }, line));
    else if (table) pre.append(element("span", { class: "table" }, line));
    else if (pair) pre.append(element("span", { class: "key" }, pair[1]), pair[2]);
    else pre.append(line);
    pre.append("\n");
  }
}
