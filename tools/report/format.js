// Numbers, times and names as a person reads them. Exact decimals stay texts: they are grouped and rounded as texts.

export const notMeasured = "not measured";
const minus = "\u2212";
const thin = "\u2009";

/** "-1234567.50" -> "−1,234,567.50" */
export function group(text) {
  const negative = text.startsWith("-");
  const [whole, decimals] = text.replace("-", "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return (negative ? minus : "") + grouped + (decimals === undefined ? "" : "." + decimals);
}

/** An exact decimal text rounded half away from zero to `digits` decimals, still exact arithmetic. */
export function roundText(text, digits) {
  const negative = text.startsWith("-");
  const [whole, decimals = ""] = text.replace("-", "").split(".");
  const padded = decimals.padEnd(digits + 1, "0");
  let scaled = BigInt(whole + padded.slice(0, digits));
  if (padded[digits] >= "5") scaled += 1n;
  const out = scaled.toString().padStart(digits + 1, "0");
  const sign = negative && scaled !== 0n ? "-" : "";
  return sign + (digits ? out.slice(0, -digits) + "." + out.slice(-digits) : out);
}

const isDecimal = (text) => typeof text === "string" && /^-?\d+(\.\d+)?$/.test(text);

/**
 * Money from an exact text or a number; null: not measured. `signed` writes a plus as well. What is not zero never looks
 * like zero: small amounts get the decimals they need.
 */
export function money(value, digits = 2, signed = false) {
  if (value === null || value === undefined || value === "") return null;
  const text = isDecimal(value) ? value : Number.isFinite(Number(value)) ? plain(Number(value)) : null;
  if (text === null) return String(value);
  let rounded = roundText(text, digits);
  if (Number(rounded) === 0 && Number(text) !== 0) rounded = roundText(text, decimalsFor(Number(text)));
  return (signed && !rounded.startsWith("-") && Number(rounded) !== 0 ? "+" : "") + group(rounded);
}

/** Decimals that show two digits of a number below one. */
export function decimalsFor(value) {
  return Math.min(9, Math.max(2, 1 - Math.floor(Math.log10(Math.abs(value)))));
}

/** A number without an exponent. */
function plain(value) {
  return value.toFixed(9).replace(/\.?0+$/, "");
}

export function number(value, digits) {
  return group(value.toFixed(digits));
}

/** As many decimals as make sense for a figure of this size. */
export function figure(value) {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential(2).replace("-", minus);
  return number(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4);
}

export function percent(value, digits = 2) {
  const isTooSmall = value !== 0 && Math.abs(value * 100) < 0.5 * 10 ** -digits;
  return number(value * 100, isTooSmall ? decimalsFor(value * 100) : digits) + thin + "%";
}

export function count(value) {
  return group(String(value));
}

/** "not_working" -> "not working" */
export const words = (name) => name.replaceAll("_", " ");

// ---- time ----

const pad = (value, width = 2) => String(value).padStart(width, "0");

function civil(ms) {
  const date = new Date(ms);
  return {
    day: `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`,
    time: `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`,
    ms: pad(date.getUTCMilliseconds(), 3),
  };
}

/** Nanoseconds as a text to a time of day with milliseconds, or with the date before it. */
export function clock(ns, withDate) {
  const c = civil(Number(BigInt(ns) / 1000000n));
  return (withDate ? c.day + " " : "") + c.time + "." + c.ms;
}

/** All nine decimals. */
export function exactTime(ns) {
  const value = BigInt(ns);
  const c = civil(Number(value / 1000000n));
  const rest = pad(value % 1000000000n, 9);
  return `${c.day} ${c.time}.${rest.slice(0, 3)}${thin}${rest.slice(3, 6)}${thin}${rest.slice(6)}`;
}

export function secondsToClock(seconds, withDate) {
  const c = civil(seconds * 1000);
  return (withDate ? c.day + " " : "") + c.time;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function period(fromSeconds, toSeconds) {
  const day = (seconds) => {
    const date = new Date(seconds * 1000);
    return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  };
  const from = civil(fromSeconds * 1000);
  const to = civil(toSeconds * 1000);
  const end = from.day === to.day ? to.time : `${day(toSeconds)}, ${to.time}`;
  return `${day(fromSeconds)}, ${from.time} \u2013 ${end} UTC`;
}

/** A length of time in the largest unit that fits, to three digits or so. */
export function duration(ns) {
  const units = [["d", 86400e9], ["h", 3600e9], ["min", 60e9], ["s", 1e9], ["ms", 1e6], ["\u00b5s", 1e3], ["ns", 1]];
  const size = Math.abs(ns);
  const [name, length] = units.find(([, each]) => size >= each) ?? units[units.length - 1];
  const value = ns / length;
  const digits = Math.abs(value) >= 100 || name === "ns" ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "").replace("-", minus) + thin + name;
}

/** A round length of time for an axis: seconds stay seconds, so that 100 s is not 1.67 min. */
export function roundDuration(ns) {
  return ns >= 1e9 ? group(String(+(ns / 1e9).toPrecision(6))) + thin + "s" : duration(ns);
}

// ---- metrics ----

/** A metric by its unit; null when the run did not measure it. */
export function metric(value, unit, currency) {
  if (value === null || value === undefined) return null;
  switch (unit) {
    case "fraction":
    case "probability":
      return percent(value, value !== 0 && Math.abs(value) < 0.001 ? decimalsFor(value * 100) : 2);
    case "percent":
      return number(value, 2) + thin + "%";
    case "currency":
      return money(value) + (currency ? thin + currency : "");
    case "ns":
      return duration(value);
    case "s":
    case "seconds":
      return duration(value * 1e9);
    case "count":
      return count(Math.round(value));
    case "s since 1970":
      return secondsToClock(value, true);
    case "bps":
      return number(value, 2) + thin + "bp";
    case "ratio":
    case "":
      return figure(value);
    default:
      return figure(value) + thin + unit;
  }
}

const spelled = { psr: "PSR", dsr: "DSR", var: "VaR", cvar: "CVaR", bps: "", p99: "99%", 95: "95%", sharpe: "Sharpe" };

/** "max_drawdown" -> "Max drawdown" */
export function title(name) {
  const parts = name.split("_").map((word) => spelled[word] ?? word).filter(Boolean);
  const text = parts.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
