/** Tests of the standard library that cannot end on the base as they do in a static program, and why. */

export interface KnownDifference {
  /** Names without subtests. */
  tests: readonly string[];
  why: string;
  /** They are left out on the base, because they would end the whole suite. */
  skip: boolean;
}

const transport: Omit<KnownDifference, "tests"> = {
  why: "`http.DefaultTransport` is the SDK's, which goes to the host; the test wants one that reaches the program's own listener",
  skip: true,
};

export const knownDifferences: Record<string, readonly KnownDifference[]> = {
  "encoding/json": [{ tests: ["TestHTTPDecoding"], ...transport }],
  "net/http/cookiejar": [{ tests: ["ExampleNew"], ...transport }],
  "net/http/httptest": [{ tests: ["ExampleServer", "TestCloseHijackedConnection", "TestServer"], ...transport }],
  "net/http/httputil": [
    {
      tests: [
        "ExampleDumpRequest",
        "ExampleDumpResponse",
        "ExampleReverseProxy",
        "Test1xxResponses",
        "TestNilBody",
        "TestReverseProxy",
        "TestReverseProxyCancellation",
        "TestReverseProxyFlushInterval",
        "TestReverseProxyFlushIntervalHeaders",
        "TestReverseProxyGetPutBuffer",
        "TestReverseProxyErrorHandler",
        "TestReverseProxyModifyResponse",
        "TestReverseProxyQuery",
        "TestReverseProxyQueryParameterSmugglingDirectorDoesNotParseForm",
        "TestReverseProxyQueryParameterSmugglingDirectorParsesForm",
        "TestReverseProxyQueryParameterSmugglingRewrite",
        "TestReverseProxyQueryParameterSmugglingRewritePreservesRawQuery",
        "TestReverseProxyResponseControllerFlushInterval",
        "TestReverseProxyRewriteReplacesOut",
        "TestReverseProxyStripEmptyConnection",
        "TestReverseProxyStripHeadersPresentInConnection",
        "TestReverseProxyUpgradeNoCloseWrite",
        "TestReverseProxyWebSocket",
        "TestReverseProxyWebSocketCancellation",
        "TestReverseProxyWebSocketHalfTCP",
        "TestReverseProxy_CopyBuffer",
        "TestReverseProxy_PanicBodyError",
        "TestReverseProxy_Post",
        "TestSetURL",
        "TestUnannouncedTrailer",
        "TestUserAgentHeader",
        "TestXForwardedFor",
      ],
      ...transport,
    },
  ],
  "net/url": [
    {
      tests: ["TestParseRequestURI"],
      why:
        "`GODEBUG` defaults are the base's, which says `go 1.25` in its go.mod: `urlstrictcolons` is off, and a host may have " +
        "colons that Go 1.26 refuses",
      skip: false,
    },
  ],
  reflect: [
    {
      tests: ["TestTypelinksSorted"],
      why:
        "the test's own code looks for the offset of a type in the module that its section belongs to; a program's offsets count from " +
        "the base's sections. `reflect` itself adds them, which is right",
      skip: true,
    },
  ],
};
