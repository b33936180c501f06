// Opens a report in headless Chromium as a person would: looks, points, clicks, types.
// Usage: node report_test.mjs REPORT.html   (a run with fills of two instruments)
// Exit code: 0 good, 1 not, 77 Chromium is not there.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const report = process.argv[2];
if (!report) {
  console.error("usage: node report_test.mjs REPORT.html");
  process.exit(2);
}
if (!existsSync(executablePath)) {
  console.log(`skipped: no ${executablePath} (Debian package chromium)`);
  process.exit(77);
}
const url = pathToFileURL(resolve(report)).href;

const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

/** A page that fails the test on any console message, script error or request for anything but itself. */
async function open(width, height, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  const complaints = [];
  page.on("console", (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  await page.evaluate(() => document.fonts.ready);
  return { page, complaints };
}

/** How many pixels of a chart's plot differ from what surrounds it. */
const drawnPixels = (page, id) =>
  page.evaluate((chart) => {
    const canvas = document.querySelector(`#${chart} canvas`);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let drawn = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) drawn++;
    return drawn;
  }, id);

/** Moves over the price chart until the pointer is on a fill; returns where. */
async function findFill(page) {
  const plot = page.locator("#price-chart .u-over");
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  for (let x = box.width * 0.3; x < box.width; x += 6) {
    for (let y = 6; y < box.height; y += 12) {
      await page.mouse.move(box.x + x, box.y + y);
      if ((await plot.evaluate((element) => element.style.cursor)) === "pointer") return [box.x + x, box.y + y];
    }
  }
  return assert.fail("no fill under the pointer anywhere in the price chart");
}

async function everyChartIsDrawn(page) {
  for (const id of ["equity-chart", "drawdown-chart", "price-chart", "position-chart"]) {
    assert.ok((await drawnPixels(page, id)) > 500, `${id} has drawn`);
  }
  for (const id of ["latency", "slippage"]) {
    assert.ok((await page.locator(`#${id} svg rect.taker, #${id} svg rect.maker`).count()) > 3, `${id} has bars`);
  }
}

async function aClickInTheChartShowsTheFill(page) {
  assert.match(await page.locator("#fill").innerText(), /No fill selected/);
  const [x, y] = await findFill(page);
  assert.match(await page.locator("#tip").innerText(), /Bought|Sold/);
  const before = await page.locator("#price-chart canvas").screenshot();
  await page.mouse.click(x, y);
  assert.match(await page.locator("#fill h3").innerText(), /^[\u25b2\u25bc] (Bought|Sold) [\d.]/);
  assert.match(await page.locator("#fill").innerText(), /Learned\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\u2009\d{3}\u2009\d{3}/);
  assert.ok(!before.equals(await page.locator("#price-chart canvas").screenshot()), "the chart marks the fill");
  assert.equal(await page.locator("#fill-table tr[aria-selected=true]").count(), 1, "the table marks it too");
  const marked = await page.locator("#fill-table tr[aria-selected=true]").getAttribute("data-fill");
  assert.equal((await page.locator("#fill .label").innerText()).replaceAll(",", ""), `Fill ${Number(marked) + 1}`);
}

async function aRowOfTheTableShowsTheFill(page) {
  await page.locator("#market [data-zoom] button", { hasText: "Whole run" }).click();
  const row = page.locator("#fill-table tbody tr").nth(9);
  const cells = await row.locator("td").allInnerTexts();
  await row.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#fill-table tr[aria-selected=true]").count(), 1);
  const shown = await page.locator("#fill").innerText();
  assert.ok(shown.includes(`${cells[1]} at ${cells[4]}`), `the panel shows ${cells[1]} at ${cells[4]}: ${shown}`);
  assert.equal(await page.locator("#instruments button[aria-pressed=true]").innerText(), cells[1], "the chart shows its instrument");
  assert.ok(await page.locator("#market [data-zoom] button", { hasText: "Whole run" }).isEnabled(), "the chart has moved to it");
}

async function theTableSortsFiltersAndTurnsPages(page) {
  const column = async (index) => page.locator(`#fill-table tbody td:nth-child(${index})`).allInnerTexts();
  const numbers = (texts) => texts.map((text) => Number(text.replaceAll(",", "").replace("\u2212", "-")));
  await page.locator("#fill-table th button", { hasText: "Price" }).click();
  const up = numbers(await column(5));
  assert.deepEqual(up, [...up].sort((a, b) => a - b));
  await page.locator("#fill-table th button", { hasText: "Price" }).click();
  const down = numbers(await column(5));
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  assert.ok(down[0] > up[0]);
  await page.getByLabel("Both sides").selectOption("sell");
  assert.ok((await column(3)).every((text) => text.includes("sell")));
  const first = await column(1);
  await page.locator("#fill-pager button", { hasText: "Next" }).click();
  assert.notDeepEqual(await column(1), first);
  await page.getByLabel("Filter the fills by text").fill("no such thing");
  assert.match(await page.locator("#fill-table tbody").innerText(), /No fill matches/);
}

async function definitionsComeByKeyboard(page) {
  await page.mouse.move(0, 0);
  const metric = page.locator("#metric-list .metric").first();
  await metric.focus();
  assert.ok(await page.locator("#tip").isVisible());
  assert.equal(await page.locator("#tip span").innerText(), await metric.locator("dd.skip").evaluate((element) => element.textContent));
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#tip").isHidden());
}

async function whatIsNotMeasuredSaysSo(page) {
  const missing = await page.evaluate(() =>
    JSON.parse(document.getElementById("results-data").textContent).metrics.filter((each) => each.value === null).map((each) => each.name));
  for (const name of missing) assert.match(await page.locator(`[data-metric=${name}]`).innerText(), /not measured/);
}

async function theScenarioIsShownAsItIs(page) {
  await page.locator("#scenario-box summary").click();
  const [shown, given] = await page.evaluate(() => [
    document.getElementById("scenario").textContent,
    JSON.parse(document.getElementById("scenario-data").textContent),
  ]);
  assert.equal(shown.trimEnd(), given.trimEnd());
  const button = page.locator("[data-copy=scenario]");
  await button.click();
  await page.waitForFunction(() => document.querySelector("[data-copy=scenario]").textContent !== "Copy");
}

async function theThemeChanges(page) {
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await colour();
  await page.locator("#theme").click();
  assert.notEqual(await colour(), before);
}

let failed = false;
try {
  for (const [width, height, scheme] of [[1440, 900, "light"], [390, 844, "dark"]]) {
    const { page, complaints } = await open(width, height, scheme);
    const checks = [everyChartIsDrawn, aClickInTheChartShowsTheFill, aRowOfTheTableShowsTheFill, theTableSortsFiltersAndTurnsPages,
      definitionsComeByKeyboard, whatIsNotMeasuredSaysSo, theScenarioIsShownAsItIs, theThemeChanges];
    for (const check of checks) {
      await check(page);
      console.log(`ok ${width} ${check.name}`);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than the window`);
    assert.deepEqual(complaints, []);
    await page.close();
  }
} catch (error) {
  console.error(error);
  failed = true;
}
await browser.close();
process.exit(failed ? 1 : 0);
