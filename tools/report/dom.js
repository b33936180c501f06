// Elements, the one tooltip, and copying: the little that the page needs of a framework. Text is always set as text.

export const byId = (id) => document.getElementById(id);

/** element("td", {class: "num"}, "text", child ...) */
export function element(tag, attributes = {}, ...children) {
  const made = tag.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A colour of the style sheet (#rrggbb) at `percent` of its strength. */
export const tint = (name, percent) => css(name) + Math.round(percent * 2.55).toString(16).padStart(2, "0");

/** A pair of a description list. */
export function fact(name, value) {
  return [element("dt", {}, name), element("dd", {}, value)];
}

// ---- tooltip ----

export function showTip(lines, x, y) {
  const tip = byId("tip");
  tip.replaceChildren(...lines.map((line, i) => element(i === 0 ? "strong" : "span", {}, line)));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, x - box.width / 2), document.documentElement.clientWidth - box.width - 8);
  const above = y - box.height - 12;
  tip.style.left = left + window.scrollX + "px";
  tip.style.top = (above < 8 ? y + 20 : above) + window.scrollY + "px";
}

export function hideTip() {
  byId("tip").hidden = true;
}

/** Shows `lines` while the pointer or the focus is on `target`. */
export function describe(target, lines) {
  const show = () => {
    const box = target.getBoundingClientRect();
    showTip(lines, box.left + box.width / 2, box.top);
  };
  target.addEventListener("mouseenter", show);
  target.addEventListener("focus", show);
  target.addEventListener("mouseleave", hideTip);
  target.addEventListener("blur", hideTip);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideTip();
});

// ---- copying ----

/** Pages opened from a file have no clipboard in some browsers; then the text is selected for the person to copy. */
async function copy(source, button) {
  let copied = false;
  try {
    await navigator.clipboard.writeText(source.textContent);
    copied = true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    copied = document.execCommand("copy");
  }
  const before = "Copy";
  button.textContent = copied ? "Copied" : "Selected";
  setTimeout(() => (button.textContent = before), 1500);
}

export function wireCopyButtons() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(byId(button.dataset.copy), button));
  }
}
