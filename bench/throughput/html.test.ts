import { expect, test } from "vitest";
import { htmlOf } from "./html.ts";
import type { Report } from "./report.ts";

const report: Report = {
  benchmark: "peers",
  date: "2026-01-02T03:04:05Z",
  machine: { cpus: 2, model: "a <CPU>", memoryBytes: 1, kernel: "6.1", arch: "x64", node: "v26.1.0" },
  client: "wrk",
  rounds: 1,
  seconds: 3,
  arms: [{ name: "one", what: "a & b" }],
  missing: [{ name: "two", why: '<script>alert("x")</script>' }],
  figures: [],
};

test("the page has the run, the charts and the tables, and nothing of a text is markup", () => {
  const page = htmlOf(report, ["<svg>the chart</svg>"]);
  expect(page).toContain("1 round of 3 s by wrk, 2026-01-02; 2 x a &#60;CPU&#62;, Linux 6.1, Node 26.1.0.");
  expect(page).toContain("<li><b>one</b>: a &#38; b</li>");
  expect(page).toContain("<svg>the chart</svg>");
  expect(page).toContain("<td>&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;</td>");
  expect(page).not.toContain("<script>");
});
