import { callLater, callNow, type FrameCalls } from "../wit-calls.ts";

/** `plinth:template/words` (template.wit). */
export function templateImports(calls: FrameCalls) {
  return {
    find: (text: string) =>
      callNow(
        calls,
        { binding: "template", method: "find", arguments: { text } },
        ({ value }) => (value as { found: string[] }).found,
      ),
    wait: (ms: number) =>
      callLater(
        calls,
        { binding: "template", method: "wait", arguments: { ms } },
        ({ value }) => (value as { tenant: string }).tenant,
      ),
  };
}
