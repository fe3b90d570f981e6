/** The operator's view of the host: how full it is, and its tenants. */
import { get } from "./api.js";
import { Chart } from "./charts.js";
import { bytes, count, element, panel, table } from "./dom.js";

const gauges = {
  workers: ["Workers busy", count],
  queue: ["Steps that wait", count],
  heldBytes: ["Memory of requests", bytes],
  connections: ["Connections", count],
};

/** Sums of all tenants' numbers. */
function total(tenants, read) {
  return tenants.reduce((sum, usage) => sum + read(usage), 0);
}

export const served = ({ answers }) => answers.reduce((sum, value) => sum + value, 0);
export const failed = ({ answers }) => answers[5];

/** Makes rates a second from the differences of samples. */
export function rates() {
  let before = null;
  return (values) => {
    const now = performance.now();
    const rate = values.map((value, at) => {
      if (before === null) return 0;
      return Math.max(0, ((value - before.values[at]) * 1000) / (now - before.now));
    });
    before = { now, values };
    return rate;
  };
}

export async function overview(place, every) {
  const requests = new Chart(["requests", "errors"], (value) => `${value.toFixed(1)}/s`, 1);
  const cpu = new Chart(["CPU of the process"], (value) => `${Math.round(value / 10)} %`, 100);
  const memory = new Chart(["memory"], bytes, 1e6);
  const capacity = element("div");
  const list = element("div");
  place.replaceChildren(
    element(
      "div",
      { className: "grid" },
      panel("Capacity", "", capacity),
      panel("Requests and errors", "", requests.element),
      panel("CPU time", "", cpu.element),
      panel("Memory", "", memory.element),
      panel("Tenants", "wide", list),
    ),
  );
  const perSecond = rates();
  let shown = "";
  await every(async () => {
    const [{ host, tenants: usage }, { tenants, next }] = await Promise.all([
      get("/usage"),
      get("/tenants?limit=1000"),
    ]);
    const [requestRate, errorRate, cpuRate] = perSecond([total(usage, served), total(usage, failed), host.cpuMs]);
    requests.add([requestRate, errorRate]);
    cpu.add([cpuRate]);
    memory.add([host.rssBytes]);
    capacity.replaceChildren(...fullness(host));
    const rows = rowsOf(tenants, usage);
    // An unchanged list is left alone, so that its elements keep the focus.
    if (JSON.stringify(rows) === shown) return;
    shown = JSON.stringify(rows);
    list.replaceChildren(tenantTable(rows), ...(next === null ? [] : [element("p", {}, "The first 1,000 are shown.")]));
  });
}

function fullness(host) {
  const shares = Object.keys(gauges).map((name) => [name, host[name].used / host[name].limit]);
  const [tightest, share] = shares.reduce((most, other) => (other[1] > most[1] ? other : most));
  const meters = Object.entries(gauges).map(([name, [title, format]]) => {
    const { used, limit } = host[name];
    const text = `${title}: ${format(used)} of ${limit > 1e12 ? "no limit" : format(limit)}`;
    return element("label", {}, text, element("meter", { min: 0, max: 1, high: 0.8, value: used / limit }, text));
  });
  const binds = `${Math.round(share * 100)} % full: ${gauges[tightest][0].toLowerCase()} bind first.`;
  return [...meters, element("p", {}, binds)];
}

function rowsOf(tenants, usage) {
  const byName = new Map(usage.map((own) => [own.tenant, own]));
  return tenants.map(({ name, activeVersion, hostnames, parked }) => {
    const own = byName.get(name);
    const numbers = own === undefined ? [0, 0, 0] : [served(own), failed(own), own.cpuMs];
    return { name, activeVersion, hostnames, parked: parked !== null, numbers };
  });
}

function tenantTable(rows) {
  return table(
    "Tenants",
    [
      { title: "Tenant", value: ({ name }) => element("a", { href: `#/${name}` }, name) },
      {
        title: "Version",
        value: ({ activeVersion, parked }) => `${activeVersion ?? "none"}${parked ? ", parked" : ""}`,
      },
      { title: "Hostnames", value: ({ hostnames }) => hostnames.join(" ") },
      { title: "Requests", number: true, value: ({ numbers }) => count(numbers[0]) },
      { title: "Errors", number: true, value: ({ numbers }) => count(numbers[1]) },
      { title: "CPU time, s", number: true, value: ({ numbers }) => (numbers[2] / 1000).toFixed(1) },
    ],
    rows,
  );
}
