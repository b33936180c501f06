// The four time charts: equity, drawdown, price with fills, position. They share one window of time and one cursor.
import uPlot from "uplot";
import { byId, css, element, hideTip, showTip, tint } from "./dom.js";
import { clock, money, number, secondsToClock } from "./format.js";

const leftAxis = () => (innerWidth < 600 ? 58 : 76);
const font = () => `11px ${css("--sans")}`;
const grabRadius = 14;

/** The window of time that all charts show. */
export class TimeWindow {
  constructor(first, last) {
    this.first = first;
    this.last = last > first ? last : first + 1;
    this.min = this.first;
    this.max = this.last;
    this.charts = new Set();
    this.listeners = [];
  }
  get isWhole() {
    return this.min <= this.first && this.max >= this.last;
  }
  set(min, max) {
    const width = Math.min(Math.max(max - min, 0.001), this.last - this.first);
    min = Math.min(Math.max(min, this.first), this.last - width);
    if (min === this.min && min + width === this.max) return;
    this.min = min;
    this.max = min + width;
    for (const chart of this.charts) chart.setScale("x", { min: this.min, max: this.max });
    for (const listener of this.listeners) listener();
  }
  zoom(factor) {
    const middle = (this.min + this.max) / 2;
    const half = ((this.max - this.min) * factor) / 2;
    this.set(middle - half, middle + half);
  }
  /** Brings a moment to the middle, close enough to see around it, and leaves a closer look as it is. */
  centre(seconds) {
    const width = Math.min(this.max - this.min, (this.last - this.first) / 8);
    this.set(seconds - width / 2, seconds + width / 2);
  }
  reset() {
    this.set(this.first, this.last);
  }
}

export function zoomButtons(box, view) {
  const whole = element("button", { type: "button", class: "quiet small", onclick: () => view.reset() }, "Whole run");
  box.append(
    element("button", { type: "button", class: "quiet small", "aria-label": "Zoom in", onclick: () => view.zoom(0.5) }, "+"),
    element("button", { type: "button", class: "quiet small", "aria-label": "Zoom out", onclick: () => view.zoom(2) }, "\u2212"),
    whole,
  );
  const update = () => (whole.disabled = view.isWhole);
  view.listeners.push(update);
  update();
}

const spansDays = (view) => new Date(view.first * 1000).getUTCDate() !== new Date(view.last * 1000).getUTCDate();

function axisNumber(value, step) {
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
  return number(value, digits);
}

/** Options that all charts have; `y` says how its axis behaves, `readout` what its header says under the cursor. */
function options(box, view, { height, showTime, series, range, hooks = {}, readout }) {
  return {
    width: box.clientWidth,
    height,
    padding: [8, 20, showTime ? 0 : 6, 0],
    legend: { show: false },
    tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), "Etc/UTC"),
    cursor: {
      y: false,
      points: { size: 7 },
      drag: { x: true, y: false, setScale: false },
      sync: { key: "run", filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
    },
    scales: { x: { time: true, range: () => [view.min, view.max] }, y: { range } },
    axes: [
      {
        show: showTime,
        size: 22,
        stroke: () => css("--muted"),
        font: font(),
        grid: { stroke: () => css("--line"), width: 1 },
        ticks: { show: false },
        space: 90,
        values: (u, splits, _axis, _space, step) =>
          splits.map((at) => {
            const text = secondsToClock(at, false);
            const isMidnight = text === "00:00:00";
            if (isMidnight && spansDays(view)) return secondsToClock(at, true).slice(5, 10);
            return step >= 60 ? text.slice(0, 5) : step >= 1 ? text : clock(String(Math.round(at * 1000)) + "000000", false);
          }),
      },
      {
        size: leftAxis(),
        stroke: () => css("--muted"),
        font: font(),
        grid: { stroke: () => css("--line"), width: 1 },
        ticks: { show: false },
        space: 30,
        gap: 8,
        values: (_u, splits, _axis, _space, step) => splits.map((at) => axisNumber(at, step)),
      },
    ],
    series: [{}, ...series],
    hooks: {
      setSelect: [
        (u) => {
          if (u.select.width < 4) return;
          const from = u.posToVal(u.select.left, "x");
          const to = u.posToVal(u.select.left + u.select.width, "x");
          u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          view.set(from, to);
        },
      ],
      setCursor: readout ? [(u) => readout(u.cursor.idx ?? null)] : [],
      ...hooks,
    },
  };
}

function make(box, view, spec, data) {
  box.replaceChildren();
  const chart = new uPlot(options(box, view, spec), data, box);
  chart.over.addEventListener("dblclick", () => view.reset());
  view.charts.add(chart);
  const observer = new ResizeObserver(() => {
    if (box.clientWidth > 0) chart.setSize({ width: box.clientWidth, height: spec.height });
  });
  observer.observe(box);
  return {
    chart,
    remove() {
      observer.disconnect();
      view.charts.delete(chart);
      chart.destroy();
    },
  };
}

/** A little air above and below, and a line that is flat in the middle. */
function airy(_u, min, max) {
  if (min === null || max === null) return [0, 1];
  const air = (max - min) * 0.08 || Math.abs(max) * 0.001 || 1;
  return [min - air, max + air];
}

function fade(colour, from, to) {
  return (u) => {
    const { top, height } = u.bbox;
    const gradient = u.ctx.createLinearGradient(0, top, 0, top + height);
    gradient.addColorStop(0, tint(colour, from));
    gradient.addColorStop(1, tint(colour, to));
    return gradient;
  };
}

export function equityCharts(equity, view, currency) {
  const withDate = spansDays(view);
  const line = byId("equity-readout");
  const readout = (i) => {
    line.textContent =
      i === null || equity.t[i] === undefined
        ? ""
        : `${secondsToClock(equity.t[i], withDate)}   equity ${money(equity.equity[i])}   drawdown ${money(equity.drawdown[i])} ${currency}`;
  };
  const start = Number(equity.start);
  const baseline = (u) => {
    const y = Math.round(u.valToPos(start, "y", true)) + 0.5;
    const { left, top, width, height } = u.bbox;
    if (y < top || y > top + height) return;
    u.ctx.save();
    u.ctx.strokeStyle = css("--muted");
    u.ctx.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio]);
    u.ctx.lineWidth = devicePixelRatio;
    u.ctx.beginPath();
    u.ctx.moveTo(left, y);
    u.ctx.lineTo(left + width, y);
    u.ctx.stroke();
    u.ctx.restore();
  };
  make(
    byId("equity-chart"),
    view,
    {
      height: 250,
      showTime: false,
      series: [{ stroke: () => css("--ink"), width: 1.6, fill: fade("--ink", 12, 0), points: { show: false } }],
      range: airy,
      hooks: { drawAxes: [baseline] },
      readout,
    },
    [equity.t, equity.equity],
  );
  make(
    byId("drawdown-chart"),
    view,
    {
      height: 118,
      showTime: true,
      series: [{ stroke: () => css("--sell"), width: 1.2, fill: fade("--sell", 8, 38), fillTo: 0, points: { show: false } }],
      range: (_u, min) => [min === null || min === 0 ? -1 : min * 1.08, 0],
      readout,
    },
    [equity.t, equity.drawdown],
  );
}

/** Price with fills, and position, of one instrument at a time. `onPick(index)` is called when a fill is clicked. */
export class MarketCharts {
  constructor(view, onPick) {
    this.view = view;
    this.onPick = onPick;
    this.made = [];
    this.selected = null;
  }

  /** `fills`: [{index, seconds, price, isBuy, isMaker, text}] of this instrument. */
  show(position, fills) {
    for (const each of this.made) each.remove();
    this.fills = fills;
    const withDate = spansDays(this.view);
    const line = byId("price-readout");
    const readout = (i) => {
      const price = i === null ? null : position.price[i];
      line.textContent =
        price === null || price === undefined
          ? ""
          : `${secondsToClock(position.t[i], withDate)}   price ${chartValue(price)}   position ${chartValue(position.qty[i] ?? 0)}`;
    };
    const price = make(
      byId("price-chart"),
      this.view,
      {
        height: innerWidth < 600 ? 260 : 330,
        showTime: false,
        series: [
          { stroke: () => css("--price"), width: 1.3, points: { show: false } },
          { stroke: () => css("--muted"), width: 1, dash: [4, 4], points: { show: false } },
        ],
        range: airy,
        hooks: { draw: [(u) => this.drawFills(u)] },
        readout,
      },
      [position.t, position.price, position.average],
    );
    const stepped = uPlot.paths.stepped({ align: 1 });
    const twoColours = (u, strength) => {
      const { top, height } = u.bbox;
      const zero = Math.min(1, Math.max(0, (u.valToPos(0, "y", true) - top) / height));
      const gradient = u.ctx.createLinearGradient(0, top, 0, top + height);
      gradient.addColorStop(0, tint("--buy", strength));
      gradient.addColorStop(zero, tint("--buy", strength));
      gradient.addColorStop(zero, tint("--sell", strength));
      gradient.addColorStop(1, tint("--sell", strength));
      return gradient;
    };
    const held = make(
      byId("position-chart"),
      this.view,
      {
        height: 150,
        showTime: true,
        series: [
          {
            stroke: (u) => twoColours(u, 100),
            fill: (u) => twoColours(u, 28),
            width: 1.2,
            fillTo: 0,
            paths: stepped,
            points: { show: false },
          },
        ],
        range: (_u, min, max) => {
          const [low, high] = [Math.min(0, min ?? 0), Math.max(0, max ?? 0)];
          const air = (high - low) * 0.1 || 1;
          return [low - air, high + air];
        },
        readout,
      },
      [position.t, position.qty],
    );
    this.made = [price, held];
    this.priceChart = price.chart;
    this.wirePointer(price.chart);
  }

  select(index) {
    this.selected = index;
    this.priceChart?.redraw(false);
  }

  /** Where a fill stands inside the plot, in CSS pixels. */
  place(fill) {
    return { x: this.priceChart.valToPos(fill.seconds, "x"), y: this.priceChart.valToPos(fill.price, "y") };
  }

  nearest(x, y) {
    let best = null;
    let distance = grabRadius;
    for (const fill of this.fills) {
      if (fill.seconds < this.view.min || fill.seconds > this.view.max) continue;
      const at = this.place(fill);
      const d = Math.hypot(at.x - x, at.y - y);
      if (d < distance) [best, distance] = [fill, d];
    }
    return best;
  }

  wirePointer(chart) {
    const over = chart.over;
    let pressed = null;
    const spot = (event) => {
      const box = over.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    over.addEventListener("mousedown", (event) => (pressed = spot(event)));
    over.addEventListener("click", (event) => {
      const [x, y] = spot(event);
      if (pressed && Math.hypot(pressed[0] - x, pressed[1] - y) > 4) return;
      const fill = this.nearest(x, y);
      if (fill) this.onPick(fill.index);
    });
    over.addEventListener("mousemove", (event) => {
      const fill = event.buttons ? null : this.nearest(...spot(event));
      over.style.cursor = fill ? "pointer" : "crosshair";
      if (!fill) return hideTip();
      const box = over.getBoundingClientRect();
      const at = this.place(fill);
      showTip(fill.text, box.left + at.x, box.top + at.y);
    });
    over.addEventListener("mouseleave", hideTip);
  }

  drawFills(u) {
    const { ctx } = u;
    const dpr = devicePixelRatio;
    const visible = this.fills.filter((fill) => fill.seconds >= this.view.min && fill.seconds <= this.view.max);
    const size = (visible.length > 900 ? 3.2 : visible.length > 250 ? 4.2 : 5.5) * dpr;
    const colours = { buy: css("--buy"), sell: css("--sell"), card: css("--card"), ink: css("--ink") };
    ctx.save();
    ctx.beginPath();
    ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    ctx.clip();
    ctx.setLineDash([]);  // the dashes of the average price would stay
    const mark = (fill, radius) => {
      const x = u.valToPos(fill.seconds, "x", true);
      const y = u.valToPos(fill.price, "y", true);
      const way = fill.isBuy ? 1 : -1;
      ctx.beginPath();
      ctx.moveTo(x, y - way * radius);
      ctx.lineTo(x + radius, y + way * radius * 0.75);
      ctx.lineTo(x - radius, y + way * radius * 0.75);
      ctx.closePath();
      ctx.fillStyle = fill.isMaker ? colours.card : fill.isBuy ? colours.buy : colours.sell;
      ctx.strokeStyle = fill.isBuy ? colours.buy : colours.sell;
      ctx.lineWidth = 1.3 * dpr;
      ctx.fill();
      ctx.stroke();
    };
    for (const fill of visible) if (fill.index !== this.selected) mark(fill, size);
    const chosen = visible.find((fill) => fill.index === this.selected);
    if (chosen) {
      const x = u.valToPos(chosen.seconds, "x", true);
      const y = u.valToPos(chosen.price, "y", true);
      ctx.strokeStyle = colours.ink;
      ctx.lineWidth = dpr;
      ctx.globalAlpha = 0.35;
      ctx.beginPath();
      ctx.moveTo(x, u.bbox.top);
      ctx.lineTo(x, u.bbox.top + u.bbox.height);
      ctx.stroke();
      ctx.globalAlpha = 1;
      ctx.lineWidth = 1.6 * dpr;
      ctx.beginPath();
      ctx.arc(x, y, 13 * dpr, 0, 2 * Math.PI);
      ctx.stroke();
      mark(chosen, 7.5 * dpr);
    }
    ctx.restore();
  }
}

/** A value of the chart with no more digits than it carries. */
function chartValue(value) {
  const text = String(+value.toPrecision(12));
  const decimals = text.includes("e") ? 8 : (text.split(".")[1]?.length ?? 0);
  return number(value, Math.min(decimals, 8));
}
