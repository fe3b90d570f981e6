/** Tests of the standard library that end differently on the base than in a static program, with the reasons. */

export interface KnownDifference {
  /** Names of tests, without subtests. */
  tests: readonly string[];
  why: string;
  /** Whether the tests are left out on the base, because they would end the whole suite. */
  skip: boolean;
  /** The one minor version of Go in which the tests differ, such as "1.25". All versions if not given. */
  go?: string;
}

const leftToHost: Omit<KnownDifference, "tests"> = {
  why:
    "an `http.Transport` leaves a request to another machine to the host, so it looks no name up and has no " +
    "connections of its own to be traced or counted",
  skip: false,
};

export const knownDifferences: Record<string, readonly KnownDifference[]> = {
  "net/http": [
    { tests: ["TestTransportEventTraceRealDNS", "TestTransportTraceGotConnH2IdleConns"], ...leftToHost },
    {
      // Later versions dial by a function of the test.
      tests: [
        "TestTransportEventTrace",
        "TestTransportEventTrace_NoHooks",
        "TestTransportIDNA",
        "TestTransportMaxIdleConns",
      ],
      go: "1.25",
      ...leftToHost,
    },
  ],
  "net/url": [
    {
      tests: ["TestParseRequestURI"],
      why:
        "`GODEBUG` defaults are the base's, which says `go 1.25` in its go.mod: `urlstrictcolons` is off, and a host " +
        "may have colons that Go 1.26 refuses",
      skip: false,
    },
  ],
  reflect: [
    {
      tests: ["TestTypelinksSorted"],
      why:
        "the test's own code looks for the offset of a type in the module that its section belongs to; a program's " +
        "offsets count from the base's sections. `reflect` itself adds them, which is right",
      skip: true,
    },
  ],
};
