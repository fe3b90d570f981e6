import { domainToASCII } from "node:url";
import { defineNative, Refusal } from "./native.ts";
import { asText, textArgument, textOf } from "./text.ts";

/** Characters that end a host name where Node looks for its end, or that it leaves out. No domain has one of them. */
const endsName = /[\t\n\r\0 #/:<>?@[\\\]^|%]/;

/** A domain as URLs have it, by UTS 46: in lower case, mapped, in Punycode, checked. */
export const domainToAscii = defineNative({
  name: "domain-to-ascii",
  schema: textArgument,
  parts: 1,
  limitBytes: 16 << 10,
  failure: "DataError",
  run({ json }, [text]) {
    const domain = textOf(text!, json);
    const found = endsName.test(domain) ? "" : domainToASCII(domain);
    if (found === "") throw new Refusal("DataError", "This is no domain");
    return asText(found);
  },
});
