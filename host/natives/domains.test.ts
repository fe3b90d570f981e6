import fc from "fast-check";
import { expect, test } from "vitest";
import { call, refusalOf } from "./natives.fixture.ts";

const named = { json: true };
const bytes = (domain: string) => Buffer.from(JSON.stringify(domain));
const asciiOf = (domain: string) => Buffer.from(call("domain-to-ascii", named, bytes(domain)).body!).toString();

test("domains are mapped by UTS 46", () => {
  expect(asciiOf("Bücher.Example")).toBe("xn--bcher-kva.example");
  expect(asciiOf("a\u00adb\u200b.c")).toBe("ab.c");
  expect(asciiOf("straße。de")).toBe("xn--strae-oqa.de");
  expect(asciiOf("\uff11\uff12\uff17.0.0.1")).toBe("127.0.0.1");
});

test.each(["", "\u00ad", "\u05d0a", "a\ufffd", "a/b", "a:1", "a@b", "a?b", "a b", "a\tb", "a%41", "\uff05"])(
  "%j is no domain",
  (domain) => {
    expect(refusalOf("domain-to-ascii", named, bytes(domain))).toBe("DataError");
  },
);

test("what is no domain to a URL is none here", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom("ü", "xn--", "\u200d", "א", "1", "."),
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const domain = parts.join("").replace(/[\0-\x7f]/g, (char) => (/[a-z0-9.-]/i.test(char) ? char : "x"));
      const isDomain = refusalOf("domain-to-ascii", named, bytes(domain)) === "none";
      expect(isDomain).toBe(URL.canParse(`http://${domain}/`));
    }),
  );
});
