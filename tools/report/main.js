// Reads the run's data out of the page and draws it.
import { MarketCharts, TimeWindow, equityCharts, zoomButtons } from "./charts.js";
import { byId, element, wireCopyButtons } from "./dom.js";
import * as facts from "./facts.js";
import { FillTable, inspect, readFills, tipOf } from "./fills.js";
import { count, notMeasured } from "./format.js";

const read = (id) => JSON.parse(byId(id).textContent);

function readSummary() {
  try {
    return read("summary-data");
  } catch (error) {
    byId("headline").before(element("p", { class: "card sell" }, `summary.json of this run is not valid JSON: ${error.message}`));
    return {};
  }
}

function empty(id, text = notMeasured) {
  byId(id).replaceChildren(element("p", { class: "missing" }, text));
}

function wireTheme() {
  const button = byId("theme");
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const changed = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Change to the ${isDark() ? "light" : "dark"} theme`);
    window.dispatchEvent(new Event("theme"));
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    changed();
  });
  system.addEventListener("change", changed);
  // Paper is white.
  let before = null;
  addEventListener("beforeprint", () => {
    before = root.dataset.theme;
    root.dataset.theme = "light";
    changed();
  });
  addEventListener("afterprint", () => {
    if (before === undefined) delete root.dataset.theme;
    else root.dataset.theme = before;
    changed();
  });
  changed();
}

function drawMarket(results, view) {
  const fills = readFills(results);
  const charted = new Map(results.positions.filter((each) => each.t.length > 0).map((each) => [each.instrument, each]));
  let current = null;
  let chosen = null;

  const market = new MarketCharts(view, (index) => choose(index, false));
  const table = new FillTable(results, fills, (index) => choose(index, true));

  function show(instrument) {
    if (instrument === current) return;
    current = instrument;
    const { symbol, base, kind } = results.instruments[instrument];
    byId("position-title").textContent = `Position, ${kind === "spot" && base ? base : symbol}`;
    market.show(
      charted.get(instrument),
      fills
        .filter((fill) => fill.instrument === instrument && fill.price !== null)
        .map((fill) => ({ index: fill.index, seconds: fill.seconds, price: Number(fill.price), isBuy: fill.isBuy, isMaker: fill.isMaker, text: tipOf(fill) })),
    );
    for (const tab of byId("instruments").children) tab.setAttribute("aria-pressed", String(Number(tab.value) === instrument));
  }

  function choose(index, isFromTable) {
    chosen = fills[index];
    if (charted.has(chosen.instrument)) {
      show(chosen.instrument);
      view.centre(chosen.seconds);
      market.select(index);
    }
    table.select(index);
    inspect(chosen, step);
    if (isFromTable) byId("market").scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  function step(way) {
    const same = fills.filter((fill) => fill.instrument === chosen.instrument);
    const next = same[same.indexOf(chosen) + way];
    if (next) choose(next.index, false);
  }

  inspect(null);
  if (charted.size === 0) {
    empty("price-chart");
    empty("position-chart");
    return null;
  }
  const tabs = byId("instruments");
  for (const instrument of charted.keys()) {
    tabs.append(element("button", { type: "button", value: instrument, onclick: () => show(instrument) }, results.instruments[instrument].symbol));
  }
  tabs.hidden = charted.size < 2;
  const left = results.instruments.length - charted.size;
  if (left > 0) byId("market-note").textContent = `The ${count(charted.size)} busiest of ${count(results.instruments.length)} instruments; the others are in results.h5.`;
  show(charted.keys().next().value);
  return market;
}

function main() {
  const results = read("results-data");
  const summary = readSummary();
  wireTheme();
  wireCopyButtons();
  facts.heading(results, summary);
  facts.headline(results, summary);
  facts.latency(results);
  facts.slippage(results);
  facts.orders(results);
  facts.denials(results);
  facts.metrics(results);
  facts.facts(results, summary);
  facts.scenario(read("scenario-data"));

  const t = results.equity?.t ?? results.positions.find((each) => each.t.length > 0)?.t ?? [0, 1];
  const view = new TimeWindow(t[0], t[t.length - 1]);
  for (const box of document.querySelectorAll("[data-zoom]")) zoomButtons(box, view);
  byId("equity-unit").textContent = results.currency;
  if (results.equity) {
    equityCharts(results.equity, view, results.currency);
    const { rows } = results.equity;
    if (rows > t.length) byId("equity-note").textContent = `Drawn from ${count(rows)} values: the lowest and the highest of each moment are kept.`;
  } else {
    empty("equity-chart");
    empty("drawdown-chart");
  }
  drawMarket(results, view);

  // Colours are read at drawing time; the font of the axes arrives a moment after the page.
  const redraw = () => view.charts.forEach((chart) => chart.redraw(false, true));
  addEventListener("theme", redraw);
  document.fonts.ready.then(redraw);
  document.documentElement.dataset.ready = "true";
}

main();
