import { parse } from "parse5";
import { expect, test } from "vitest";
import type { FailedView } from "./failed-view.ts";
import { errorHtml, policy } from "./html.ts";
import { errorText } from "./text.ts";

const nasty = `</pre><script>alert("1")</script><b>&'`;
const view: FailedView = {
  request: `GET /${nasty}`,
  status: 500,
  code: "PLINTH_TENANT_EXCEPTION",
  message: "The tenant's handler failed.",
  reason: `Error: ${nasty}`,
  excerpts: [{ file: `${nasty}.js`, line: 2, column: 7, first: 1, lines: [nasty, `throw ${nasty}`] }],
  stack: `Error: ${nasty}\n    at fetch (${nasty}.js:2:7)`,
  logged: [nasty],
  buildFailure: nasty,
};

test("whatever a program, its visitor or its source says is text in the page", () => {
  const tags = new Set<string>();
  const texts: string[] = [];
  const visit = (node: { nodeName: string; value?: string; childNodes?: unknown[] }) => {
    tags.add(node.nodeName);
    if (node.value !== undefined) texts.push(node.value);
    for (const child of node.childNodes ?? []) visit(child as typeof node);
  };
  visit(parse(errorHtml(view)) as never);
  expect([...tags].filter((tag) => ["script", "b"].includes(tag))).toEqual([]);
  expect(texts.filter((text) => text.includes(nasty))).toHaveLength(9);
});

test("the page's policy allows its own style and nothing else", () => {
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; /);
});

test("a terminal gets the reason first, then the place, the stack and the log", () => {
  expect(
    errorText({ ...view, request: "GET /", reason: "Error: no", buildFailure: null, logged: ["info  asked"] }),
  ).toBe(
    `PLINTH_TENANT_EXCEPTION: Error: no

GET / was answered with 500.

${nasty}.js:2:7
  1 | ${nasty}
> 2 | throw ${nasty}

Error: ${nasty}
    at fetch (${nasty}.js:2:7)

logged before:
info  asked
`,
  );
});
