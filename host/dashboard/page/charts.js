/** Charts over time, which begin when the page is opened. */
import { element } from "./dom.js";
import uPlot from "./uplot.js";

/** The most points: ten minutes, with a point in two seconds. */
const MOST = 300;

/** Time before the first point, s. */
const LEAST_S = 60;

const colours = ["--accent", "--bad", "--good"];

/** @param {number} time s since the epoch */
function clock(time) {
  return new Date(time * 1000).toLocaleTimeString("en-GB");
}

/** The page's colours at this moment: light or dark. */
function colour(name) {
  // A browser resolves light-dark() only in a colour, and not in the custom property.
  const probe = element("span", { hidden: true });
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

export class Chart {
  #plot;
  #data;
  #summary = element("p", { className: "dim" });
  #names;
  #format;
  element = element("div");

  /**
   * @param {string[]} names of the series
   * @param {(value: number) => string} format
   * @param {number} least that the axis reaches to
   */
  constructor(names, format, least) {
    this.#names = names;
    this.#format = format;
    // The first point has no values. The chart of a single point would span years.
    this.#data = [[Date.now() / 1000 - LEAST_S], ...names.map(() => [null])];
    const axis = { stroke: () => colour("--dim"), grid: { stroke: () => colour("--line"), width: 1 } };
    const options = {
      width: 320,
      height: 170,
      cursor: { show: false },
      legend: { show: false },
      scales: { y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, least)] } },
      axes: [
        { ...axis, space: 80, values: (_plot, times) => times.map(clock) },
        { ...axis, size: 70, values: (_plot, values) => values.map(format) },
      ],
      series: [{}, ...names.map((label, at) => ({ label, stroke: () => colour(colours[at]), width: 2 }))],
    };
    const place = element("div", { role: "img", "aria-label": `${names.join(" and ")} over time` });
    this.element.append(place, this.#summary);
    this.#plot = new uPlot(options, this.#data, place);
    new ResizeObserver(() => this.#plot.setSize({ width: Math.max(place.clientWidth, 200), height: 170 })).observe(
      place,
    );
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#plot.redraw());
  }

  /** @param {number[]} values one of each series */
  add(values) {
    const point = [Date.now() / 1000, ...values];
    for (const [at, series] of this.#data.entries()) {
      series.push(point[at]);
      if (series.length > MOST) series.shift();
    }
    this.#plot.setData(this.#data);
    // Screen readers get the picture's content as text.
    this.#summary.textContent = this.#names.map((name, at) => `${name}: ${this.#format(values[at])}`).join(", ");
  }
}
