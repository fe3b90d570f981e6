/** Outbound HTTP of Go tenants by transports of all kinds. Some have to go out through the host, and others must fail. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { startFetchOrigin } from "./support/fetch-origin.ts";
import { goComponent, goHandler, goIsInstalled, needsGo } from "./support/go.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import type { Origin } from "./support/origin.ts";

/** A program that sends a request to the URL in the query, by the transport that the path names. */
const viaTransport = `
		client := &http.Client{Transport: http.DefaultTransport}
		request, _ := http.NewRequest("GET", r.FormValue("url"), nil)
		transport := http.DefaultTransport.(*http.Transport).Clone()
		inside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "inside") })
		switch r.URL.Path {
		case "/clone":
			transport.MaxIdleConnsPerHost = 100
			client.Transport = transport
		case "/own":
			client.Transport = &http.Transport{TLSClientConfig: &tls.Config{}, TLSHandshakeTimeout: time.Second,
			ForceAttemptHTTP2: true}
		case "/dialer":
			client.Transport = &http.Transport{
				Proxy:       http.ProxyFromEnvironment,
				DialContext: (&net.Dialer{Timeout: time.Second, KeepAlive: time.Minute}).DialContext,
			}
		case "/dial":
			client.Transport = &http.Transport{Dial: net.Dial}
		case "/none":
			client.Transport = &http.Transport{}
		case "/server":
			server := httptest.NewServer(inside)
			defer server.Close()
			request.URL, _ = url.Parse(server.URL)
		case "/port":
			listener, err := net.Listen("tcp", "127.0.0.1:8080")
			if err != nil {
				panic(err)
			}
			defer listener.Close()
			go http.Serve(listener, inside)
			request.URL, _ = url.Parse("http://127.0.0.1:8080/")
		case "/dials":
			client.Transport = &http.Transport{Dial: func(_, address string) (net.Conn, error) {
				return nil, fmt.Errorf("dialled %s", address)
			}}
		case "/proxy":
			client.Transport = &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: "127.0.0.1:3128"})}
		case "/trust":
			client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool()}}
		case "/pinned":
			transport.TLSClientConfig = &tls.Config{VerifyConnection: func(tls.ConnectionState) error {
				return errors.New("no pin")
			}}
			client.Transport = transport
		case "/registered":
			http.DefaultTransport.(*http.Transport).RegisterProtocol("http", half{})
			request, _ = http.NewRequest("POST", r.FormValue("url"), strings.NewReader("all of the body"))
		case "/short":
			request, _ = http.NewRequest("POST", r.FormValue("url"), strings.NewReader("short"))
			request.ContentLength = 10
		case "/opaque":
			request.URL.Opaque = request.URL.Path + "%2Fb?x=1"
		case "/pipe":
			reader, _ := io.Pipe()
			request, _ = http.NewRequest("POST", r.FormValue("url"), reader)
			client.Timeout = 100 * time.Millisecond
		case "/cancelled":
			cancel := make(chan struct{})
			time.AfterFunc(50*time.Millisecond, func() { close(cancel) })
			request.Cancel = cancel
		}
		response, err := client.Do(request)
		if err != nil {
			fmt.Fprint(w, "error: ", err)
			return
		}
		defer response.Body.Close()
		if response.Request.Header == nil || response.Request.Context() != context.Background() {
			panic("not the request as it was sent")
		}
		io.Copy(w, response.Body)`;

const transportImports =
  "context crypto/tls crypto/x509 errors fmt io net net/http net/http/httptest net/url strings time";

/** A transport that reads a part of the body and then leaves the request to another transport. */
const half = `
type half struct{}

func (half) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Body.Read(make([]byte, 3))
	r.Body.Close()
	return nil, http.ErrSkipAltProtocol
}`;

describe.skipIf(!goIsInstalled)(`An http.Transport of a Go tenant${needsGo}`, () => {
  let host: TestHost;
  let origin: Origin;
  beforeAll(async () => {
    ({ origin } = await startFetchOrigin((request, response) => response.end(`${request.method} ${request.url}`)));
    host = await startTestHost({ runtimes: ["plinth:go"], fetchPrivateNetworks: ["127.0.0.0/8"] });
    const component = await goComponent(goHandler(viaTransport, transportImports, half));
    await host.deploy("transports", embedConfig(component, { fetch: { allow: [origin.host] } }));
  }, 300_000);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
    await origin?.[Symbol.asyncDispose]();
  });
  const via = async (transport: string, url = `${origin.url}/here`) =>
    (await host.fetch("transports", `/${transport}?url=${encodeURIComponent(url)}`)).text();

  it.each(["default", "clone", "own", "dialer", "dial", "none"])("goes out through the host: %s", async (transport) => {
    expect(await via(transport)).toBe("GET /here");
    expect(await via(transport, "http://elsewhere.example/")).toMatch(/^error: .*PLINTH_FETCH_DENIED/);
  });

  it("is checked as ever before it goes out", async () => {
    expect(await via("own", "gopher://127.0.0.1/")).toContain('unsupported protocol scheme "gopher"');
    expect(await via("own", "http:///path")).toContain("no Host in request URL");
  });

  it.each(["server", "port"])("reaches a server within the program: %s", async (server) => {
    expect(await via(server)).toBe("inside");
  });

  it.each([
    ["trust", "RootCAs"],
    ["pinned", "VerifyConnection"],
  ])("does not go out where the host cannot trust as the program demands: %s", async (transport, setting) => {
    expect(await via(transport, "https://origin.example/")).toContain(`not as TLSClientConfig.${setting} demands`);
    expect(await via(transport)).toBe("GET /here");
  });

  it("sends the body from its beginning after a registered protocol that leaves the request to it", async () => {
    expect(await via("registered", `${origin.url}/echo`)).toBe("all of the body");
  });

  it("takes the path as it is where it is opaque", async () => {
    expect(await via("opaque", `${origin.url}/path`)).toBe("GET /path%2Fb?x=1");
  });

  it("refuses a body that is not as long as it should be", async () => {
    expect(await via("short", `${origin.url}/echo`)).toContain("http: ContentLength=10 with Body length 5");
  });

  it("stops reading a body, and waiting for a response, when it is told to", async () => {
    expect(await via("pipe")).toMatch(/deadline exceeded|Client\.Timeout/);
    expect(await via("cancelled", `${origin.url}/never`)).toContain("canceled");
  });

  it.each(["dials", "proxy"])("does not go out where the program wants another way: %s", async (transport) => {
    expect(await via(transport)).toMatch(/^error: .*(connection refused|dialled 127\.0\.0\.1)/i);
  });
});
