import { expect, test } from "vitest";
import { checkedMessage, type FromGroup } from "./messages.ts";

const line = { time: 1, level: "info", source: "console", message: "hello" } as const;

test.each<FromGroup>([
  { kind: "ready" },
  { kind: "answer", run: 1, status: 200, headers: [["a", "b"]], flows: false },
  { kind: "bodyEnd", run: 1, broken: null },
  { kind: "bodyEnd", run: 1, broken: { code: "PLINTH_STREAM_IDLE", message: "still", details: {} } },
  { kind: "failed", run: 1, code: "PLINTH_CPU_LIMIT", message: "too much", details: { limit: 500 } },
  { kind: "log", run: 1, isMapped: false, lines: [line], dropped: 0 },
])("$kind is a message", (message) => {
  expect(checkedMessage(JSON.parse(JSON.stringify(message)))).toEqual(message);
});

test.each([
  null,
  [],
  "ready",
  {},
  { kind: "constructor" },
  { kind: "answer", run: 1, status: "200", headers: [], flows: false },
  { kind: "answer", run: 1, status: 200, headers: [] },
  { kind: "bodyEnd", run: 1, broken: "PLINTH_STREAM_IDLE" },
  { kind: "answer", run: 1, status: 200, headers: [["a"]], flows: false },
  { kind: "answer", run: 1, status: 200, headers: [["a", 1]], flows: false },
  { kind: "failed", run: 1, code: "toString", message: "", details: {} },
  { kind: "failed", run: 1, code: "PLINTH_CPU_LIMIT", message: "", details: { limit: {} } },
  { kind: "log", run: 1, isMapped: false, lines: [{ ...line, level: "fatal" }], dropped: 0 },
  { kind: "log", run: 1, isMapped: false, lines: [{ ...line, level: "__proto__" }], dropped: 0 },
  { kind: "finished", run: 1, cpuMs: -1, wasCut: false },
  { kind: "prepared", id: 1, prepared: { form: "slim", config: {}, lengths: [] } },
])("%j is none", (message) => {
  expect(() => checkedMessage(message)).toThrow("no form");
});
