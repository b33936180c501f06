// Counts per bin as bars: taker below, maker above it. Hand-made SVG, drawn anew when its box changes width.
import { element, hideTip, showTip } from "./dom.js";
import { count } from "./format.js";

const height = 210;
const margin = { top: 10, right: 8, bottom: 30, left: 46 };

/** Cuts off what is empty at both ends. Bin i lies between edges[i - 1] and edges[i]. */
function filled({ edges, taker, maker }) {
  let first = 0;
  let last = taker.length - 1;
  while (first < last && taker[first] + maker[first] === 0) first++;
  while (last > first && taker[last] + maker[last] === 0) last--;
  const bins = [];
  for (let i = first; i <= last; i++) bins.push({ from: edges[i - 1] ?? null, to: edges[i] ?? null, taker: taker[i], maker: maker[i] });
  return bins;
}

/** A round number of steps up to at least `most`. */
function scaleOf(most) {
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].find((each) => each * power >= rough) * power);
  return { step, top: Math.ceil(most / step) * step };
}

/**
 * `label(value)` writes an edge, `isTick(value)` says which edges are written on the axis, `zero` marks an edge with a line.
 */
export function histogram(box, data, { label, isTick, summary, zero = null, ends = null }) {
  const bins = filled(data);
  const most = Math.max(...bins.map((bin) => bin.taker + bin.maker));
  const { step, top } = scaleOf(most);

  const draw = () => {
    const width = box.clientWidth;
    if (width === 0) return;
    const inner = { w: width - margin.left - margin.right, h: height - margin.top - margin.bottom };
    const each = Math.min(inner.w / bins.length, 48);
    const left = margin.left + (inner.w - each * bins.length) / 2;
    const y = (value) => margin.top + inner.h * (1 - value / top);
    const svg = element("svg:svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": summary });
    for (let value = 0; value <= top; value += step) {
      svg.append(
        element("svg:line", { x1: margin.left, x2: width - margin.right, y1: y(value), y2: y(value), class: "grid" }),
        element("svg:text", { x: margin.left - 8, y: y(value) + 4, class: "axis end" }, count(value)),
      );
    }
    let lastLabel = -Infinity;
    bins.forEach((bin, i) => {
      const x = left + i * each;
      const gap = each > 6 ? 1 : 0.25;
      const total = bin.taker + bin.maker;
      for (const [name, low, high] of [["taker", 0, bin.taker], ["maker", bin.taker, total]]) {
        if (high === low) continue;
        svg.append(
          element("svg:rect", { x: x + gap, width: Math.max(0.5, each - 2 * gap), y: y(high), height: y(low) - y(high), class: name }),
        );
      }
      const range = bin.from === null ? `below ${label(bin.to)}` : bin.to === null ? `${label(bin.from)} and above` : `${label(bin.from)} to ${label(bin.to)}`;
      const target = element("svg:rect", { x, width: each, y: margin.top, height: inner.h, class: "target" });
      target.addEventListener("mousemove", () => {
        const at = svg.getBoundingClientRect();
        showTip([range, `${count(bin.taker)} taker`, `${count(bin.maker)} maker`], at.left + x + each / 2, at.top + y(total));
      });
      target.addEventListener("mouseleave", hideTip);
      svg.append(target);
      const edge = bin.from;
      if (edge === null || !isTick(edge)) return;
      if (edge === zero) svg.append(element("svg:line", { x1: x, x2: x, y1: margin.top - 4, y2: margin.top + inner.h + 5, class: "zero" }));
      const text = label(edge);
      if (x - lastLabel < 12 + text.length * 6.5) return;
      lastLabel = x;
      svg.append(element("svg:text", { x, y: height - 12, class: "axis middle" }, text));
    });
    box.replaceChildren(svg);
    if (ends) box.append(element("p", { class: "ends" }, element("span", {}, ends[0]), element("span", {}, ends[1])));
  };
  draw();
  new ResizeObserver(draw).observe(box);
}

export function takerMakerLegend() {
  return element(
    "ul",
    { class: "legend" },
    element("li", {}, element("span", { class: "swatch taker" }), "taker: our order crossed the spread"),
    element("li", {}, element("span", { class: "swatch maker" }), "maker: it rested, and waited"),
  );
}
