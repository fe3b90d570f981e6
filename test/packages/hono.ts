/** All middlewares of Hono, each below a path of its own. */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { basicAuth } from "hono/basic-auth";
import { bearerAuth } from "hono/bearer-auth";
import { bodyLimit } from "hono/body-limit";
import { cache } from "hono/cache";
import { every, except, some } from "hono/combine";
import { compress } from "hono/compress";
import { contextStorage, getContext } from "hono/context-storage";
import { getSignedCookie, setSignedCookie } from "hono/cookie";
import { cors } from "hono/cors";
import { csrf } from "hono/csrf";
import { etag } from "hono/etag";
import { html } from "hono/html";
import { ipRestriction } from "hono/ip-restriction";
import { jsxRenderer } from "hono/jsx-renderer";
import { jwk } from "hono/jwk";
import { jwt, sign } from "hono/jwt";
import { languageDetector } from "hono/language";
import { logger } from "hono/logger";
import { methodNotAllowed } from "hono/method-not-allowed";
import { methodOverride } from "hono/method-override";
import { mount } from "hono/mount";
import { poweredBy } from "hono/powered-by";
import { prettyJSON } from "hono/pretty-json";
import { requestId } from "hono/request-id";
import { NONCE, secureHeaders } from "hono/secure-headers";
import { serveStatic } from "hono/serve-static";
import { timeout } from "hono/timeout";
import { endTime, setMetric, startTime, timing } from "hono/timing";
import { appendTrailingSlash, trimTrailingSlash } from "hono/trailing-slash";

const ok = (c: Context) => c.text("ok");
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

function routes(): Hono {
  const app = new Hono();
  app.use("/basic", basicAuth({ username: "u", password: "p" })).get("/basic", ok);
  app.use("/bearer", bearerAuth({ token: ["one", "two"] })).get("/bearer", ok);
  app.use("/limit", bodyLimit({ maxSize: 5, onError: (c) => c.text("large", 413) }));
  app.post("/limit", async (c) => c.text(await c.req.text()));
  app.use("/cached/*", cache({ cacheName: "hono", cacheControl: "max-age=60", wait: true }));
  app.get("/cached/:name", (c) => c.text(`${c.req.param("name")} ${Math.random()}`));
  app.use("/some", some(bearerAuth({ token: "t" }), basicAuth({ username: "u", password: "p" }))).get("/some", ok);
  const refuse: MiddlewareHandler = async (c, next) => (c.req.query("no") ? c.text("no", 403) : next());
  const both = every(bearerAuth({ token: "t" }), refuse);
  app.use("/every", both).get("/every", ok);
  app.use("/except/*", except(["*/open"], bearerAuth({ token: "t" }))).get("/except/:at", ok);
  app.use("/compressed/*", compress({ threshold: 10 }));
  app.get("/compressed/text", (c) => c.text("hello ".repeat(400)));
  app.use("/context", contextStorage());
  app.get("/context", async () => {
    await wait(1);
    return getContext().text(`of ${getContext().req.query("n")}`);
  });
  app.get("/cookie/set", async (c) => {
    await setSignedCookie(c, "who", "Zoë", "secret", { httpOnly: true, maxAge: 60, sameSite: "Lax" });
    return c.text("set");
  });
  app.get("/cookie", async (c) => c.json({ who: (await getSignedCookie(c, "secret", "who")) ?? null }));
  app.use("/cors", cors({ origin: "https://a.example", allowHeaders: ["x-a"], maxAge: 600, credentials: true }));
  app.get("/cors", ok);
  app.use("/csrf", csrf({ origin: "https://a.example" })).post("/csrf", ok);
  app.use("/etag", etag()).get("/etag", ok);
  const address = (c: Context) => c.req.query("ip") ?? "";
  app.use("/ip", ipRestriction(address, { denyList: ["10.0.0.0/8"], allowList: ["192.168.0.0/16", "::1"] }));
  app.get("/ip", ok);
  app.use(
    "/rendered",
    jsxRenderer(({ children }) => html`<main>${children as string}</main>`),
  );
  app.get("/rendered", (c) => c.render("<b> & co"));
  app.get("/token", async (c) => c.text(await sign({ sub: "me", exp: 9_999_999_999 }, "key", "HS256")));
  app.use("/jwt", jwt({ secret: "key", alg: "HS256" })).get("/jwt", (c) => c.json(c.get("jwtPayload")));
  app.use("/jwk", async (c, next) => {
    const keys = JSON.parse(c.req.query("keys") ?? "[]") as [];
    return jwk({ keys, alg: ["RS256", "ES256"] })(c, next);
  });
  app.get("/jwk", (c) => c.json(c.get("jwtPayload")));
  const languages = { supportedLanguages: ["en", "de", "fr-CA"], fallbackLanguage: "en" };
  app.use("/language", languageDetector(languages)).get("/language", (c) => c.text(c.get("language")));
  app.use("/logged", logger()).get("/logged", ok);
  const overridden = new Hono();
  overridden.use(methodOverride({ app: overridden })).delete("*", async (c) => c.json(await c.req.parseBody()));
  app.all("/override", (c) => overridden.fetch(c.req.raw));
  app.all(
    "/mounted/*",
    mount((request: Request) => new Response(new URL(request.url).search)),
  );
  app.use("/powered", poweredBy({ serverName: "Test" })).get("/powered", ok);
  app.use("/pretty", prettyJSON()).get("/pretty", (c) => c.json({ a: [1] }));
  app.use("/id", requestId()).get("/id", (c) => c.text(c.get("requestId")));
  const contentSecurityPolicy = { scriptSrc: [NONCE, "'self'"], defaultSrc: ["'none'"] };
  app.use("/secure", secureHeaders()).get("/secure", ok);
  app
    .use("/nonce", secureHeaders({ contentSecurityPolicy }))
    .get("/nonce", (c) => c.text(c.get("secureHeadersNonce")!));
  const files: Readonly<Record<string, string>> = { "public/a.css": "a{}", "public/index.html": "<p>" };
  const getContent = async (path: string) => files[path] ?? null;
  const rewriteRequestPath = (path: string) => path.replace(/^.*\/files/, "");
  app.use("/files/*", serveStatic({ root: "public", getContent, rewriteRequestPath }));
  app.use("/slow", timeout(5)).get("/slow", async (c) => {
    await wait(60_000);
    return ok(c);
  });
  app.use("/quick", timeout(60_000)).get("/quick", ok);
  app.use("/timed", timing({ total: false }));
  app.get("/timed", (c) => {
    setMetric(c, "cache", "hit");
    startTime(c, "db", 'the "db"');
    endTime(c, "db");
    return c.text("ok");
  });
  return app;
}

function slashes(): Hono {
  const app = new Hono({ strict: true });
  app.use("/trim/*", trimTrailingSlash()).get("/trim/a", ok);
  app.use("/append/*", appendTrailingSlash()).get("/append/b/", ok);
  return app;
}

const app = new Hono();
app.use(methodNotAllowed({ app }));
app.onError((error, c) =>
  "getResponse" in error ? (error as { getResponse(): Response }).getResponse() : c.text("?", 500),
);
app.route("/", routes());
app.route("/slashes", slashes());

export default app;
