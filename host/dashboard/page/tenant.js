/** The view of one tenant, for the operator and for its owner. */
import { get, tenantPath } from "./api.js";
import { Chart } from "./charts.js";
import { bytes, element, panel, table } from "./dom.js";
import { kv } from "./kv.js";
import { log } from "./log.js";
import { failed, rates, served } from "./overview.js";
import { versions } from "./versions.js";

export async function tenant(place, name, every, signal) {
  const path = tenantPath(name);
  const requests = new Chart(["requests", "errors"], (value) => `${value.toFixed(1)}/s`, 1);
  const cpu = new Chart(["CPU time"], (value) => `${(value / 10).toFixed(1)} %`, 10);
  const memory = new Chart(["memory of requests"], bytes, 1e6);
  const routes = element("div");
  const errors = element("div");
  const parts = { versions: element("div"), kv: element("div"), log: element("div") };
  place.replaceChildren(
    element(
      "div",
      { className: "grid" },
      panel("Requests and errors", "", requests.element),
      panel("CPU time", "", cpu.element),
      panel("Memory", "", memory.element),
      panel("Versions", "wide", parts.versions),
      panel("Routes", "", routes),
      panel("Errors", "", errors),
      panel("Log", "wide", parts.log),
      panel("KV", "wide", parts.kv),
    ),
  );
  void log(parts.log, path, signal);
  await Promise.all([versions(parts.versions, path), kv(parts.kv, path), showRoutes(routes, path)]);
  const perSecond = rates();
  await every(async () => {
    const usage = await get(`${path}/usage`);
    const [requestRate, errorRate, cpuRate] = perSecond([served(usage), failed(usage), usage.cpuMs]);
    requests.add([requestRate, errorRate]);
    cpu.add([cpuRate]);
    memory.add([usage.heldBytes]);
    const rows = Object.entries(usage.errors);
    const columns = [
      { title: "Code", value: ([code]) => code },
      { title: "Requests", number: true, value: ([, times]) => String(times) },
    ];
    errors.replaceChildren(rows.length === 0 ? "None since the host's start." : table("Errors", columns, rows));
  });
}

async function showRoutes(place, path) {
  const { url, hostnames, isolation, limits } = await get(path);
  const addresses = [...(url === null ? [] : [url]), ...hostnames.map((hostname) => `https://${hostname}/`)];
  const links = addresses.map((href) => element("li", {}, element("a", { href, rel: "noreferrer" }, href)));
  const own = Object.entries(limits).map(([name, value]) => `${name} ${value}`);
  place.replaceChildren(
    element("ul", {}, ...links),
    element("p", { className: "dim" }, `Isolation: ${isolation}. Limits: ${own.join(", ") || "the host's"}.`),
  );
}
