/** Tests of the standard library that cannot end on the base as they do in a static program, and why. */

export interface KnownDifference {
  /** As `-test.run` and `-test.skip` name it: with its subtests. */
  test: string;
  why: string;
  /** It is left out on the base, because it would end the whole suite. */
  skip?: boolean;
}

const fetch =
  "The SDK sends `http.DefaultClient` through the host's fetch; the test wants the standard library's own network.";

export const knownDifferences: Record<string, readonly KnownDifference[]> = {
  "encoding/json": [{ test: "TestHTTPDecoding", why: fetch, skip: true }],
};
