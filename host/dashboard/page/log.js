/** Shows a tenant's log: the last lines, and new ones as they come. */
import { get, lines } from "./api.js";
import { element, notice } from "./dom.js";

const MOST = 500;

export async function log(place, path, signal) {
  // This is no live region, because a busy program would be read aloud without end.
  const list = element("div", {
    className: "scroll",
    tabIndex: 0,
    role: "log",
    "aria-live": "off",
    "aria-label": "Log",
  });
  place.replaceChildren(list);
  const show = (line) => {
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(lineOf(line));
    if (list.childElementCount > MOST) list.firstElementChild.remove();
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  };
  try {
    const { lines: last } = await get(`${path}/logs?limit=100`);
    for (const line of last) show(line);
    for await (const line of lines(`${path}/tail`, signal)) show(line);
  } catch (error) {
    if (!signal.aborted) notice(`The log has ended: ${error.message}`, true);
  }
}

function lineOf({ time, level, message }) {
  const text = `${new Date(time).toLocaleTimeString()} ${level.padEnd(5)} ${message}`;
  return element("pre", { className: level === "error" ? "error" : "" }, text);
}
