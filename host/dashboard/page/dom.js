/** Makes elements of the page. Texts of a host are never read as HTML. */

/**
 * @param {string} name
 * @param {Record<string, unknown>} properties of the element; `data` and `aria` ones as attributes
 * @param {(Node | string)[]} children
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "for") made.setAttribute(key, String(value));
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

/** A part of the page with a heading that names it for screen readers. */
export function panel(title, className, ...children) {
  const id = `heading-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return element("section", { className, "aria-labelledby": id }, element("h2", { id }, title), ...children);
}

/** @param {{title: string, number?: boolean, value: (row: any) => Node | string}[]} columns */
export function table(caption, columns, rows) {
  const className = (column) => (column.number ? "number" : "");
  const head = columns.map((column) => element("th", { scope: "col", className: className(column) }, column.title));
  const body = rows.map((row) =>
    element("tr", {}, ...columns.map((column) => element("td", { className: className(column) }, column.value(row)))),
  );
  return element(
    "div",
    // The focus lets users without a mouse scroll by the keys.
    { className: "scroll", tabIndex: 0, role: "region", "aria-label": caption },
    element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)),
  );
}

export function button(text, onClick) {
  return element("button", { type: "button", onclick: onClick }, text);
}

/** Tells the outcome of an action, aloud to screen readers. */
export function notice(text, isBad = false) {
  const place = document.getElementById("notice");
  place.textContent = text;
  place.className = isBad ? "bad" : "";
}

/** Runs an action of the user's, and shows how it ended. */
export async function act(done, work) {
  try {
    await work();
    notice(done);
  } catch (error) {
    notice(error.message, true);
  }
}

const units = ["B", "KB", "MB", "GB", "TB"];

export function bytes(value) {
  let unit = 0;
  let left = value;
  for (; left >= 1000 && unit < units.length - 1; unit++) left /= 1000;
  return `${unit === 0 || left >= 100 ? Math.round(left) : left.toFixed(1)} ${units[unit]}`;
}

export function count(value) {
  return Math.round(value).toLocaleString("en");
}
