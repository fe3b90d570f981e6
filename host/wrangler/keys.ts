/** What Plinth makes of the keys of a configuration of wrangler. */

/** Keys that become a part of the manifest. */
const taken = ["name", "main", "vars", "kv_namespaces", "assets", "triggers", "routes", "route"];

/** Keys that say nothing about what the program does, or ask for what Plinth does anyway. */
const ignored = [
  "$schema",
  "account_id",
  "compatibility_date",
  "compatibility_flags",
  "compliance_region",
  "dev",
  "first_party_worker",
  "keep_names",
  "keep_vars",
  "legacy_env",
  "limits",
  "logpush",
  "minify",
  "no_bundle",
  "node_compat",
  "observability",
  "placement",
  "preview_urls",
  "secrets",
  "send_metrics",
  "source_map",
  "upload_source_maps",
  "usage_model",
  "workers_dev",
  "zone_id",
];

const callIt = "Call such a service over HTTP with fetch()";
const inKv = "Keep the data in KV, or in a service that the program calls with fetch()";
const inCode = "Write it into the source, or build with a script of your own and name its output in main";

/** Advice for keys that ask for what Plinth does not have. */
const unsupported: Readonly<Record<string, string>> = {
  ai: `There is no inference here. ${callIt}`,
  ai_search: `There is no search index here. ${callIt}`,
  ai_search_namespaces: `There is no search index here. ${callIt}`,
  alias: "Use paths in tsconfig.json, or imports in package.json",
  analytics_engine_datasets: "Count in KV, or write log lines and count these (plinth logs)",
  base_dir: inCode,
  browser: `There is no browser here. ${callIt}`,
  build: "Run the command before plinth deploy, and name its output in main",
  cloudchamber: `There are no containers here. ${callIt}`,
  containers: `There are no containers here. ${callIt}`,
  d1_databases: `There is no SQL database here. ${inKv}`,
  data_blobs: "Import the file: a .bin file is imported as bytes",
  define: inCode,
  dispatch_namespaces: "Deploy each program as a tenant; the host finds it by its hostname",
  durable_objects: `There are no Durable Objects here. ${inKv}`,
  find_additional_modules: "Import each module by its name; it becomes a part of the bundle",
  hyperdrive: `There are no connections to databases here. ${callIt}`,
  images: `There is no image service here. ${callIt}`,
  jsx_factory: "Set jsxFactory in tsconfig.json",
  jsx_fragment: "Set jsxFragmentFactory in tsconfig.json",
  logfwdr: "Follow the log with plinth tail --json",
  media: `There is no media service here. ${callIt}`,
  migrations: "They belong to Durable Objects, which are not here. Remove them",
  mtls_certificates: "Let a proxy outside present the certificate, and call the proxy with fetch()",
  pages_build_output_dir: "This is a project of Pages. Give it a Worker, and name that in main",
  pipelines: `There are no pipelines here. ${callIt}`,
  preserve_file_names: inCode,
  python_modules: "A Python program needs a plinth.jsonc: docs/guides/python.md",
  queues: "There are no queues here. Do the work in ctx.waitUntil(), or put it into KV and do it in a cron",
  r2_buckets: `There is no object storage here. ${inKv}`,
  ratelimits: "Count requests in KV, or limit them in a proxy in front",
  rules: "Plinth imports .html, .txt and .sql as text and .bin as bytes. Give other files one of these endings",
  secrets_store_secrets: "Give the tenant the secret: plinth secret put",
  send_email: `There is no mail here. ${callIt}`,
  services: "Call the other tenant over HTTP: its address belongs into fetch.allow of a plinth.jsonc",
  site: "Name the folder in assets.directory instead",
  streaming_tail_consumers: "Follow the log with plinth tail --json",
  tail_consumers: "Follow the log with plinth tail --json",
  text_blobs: "Import the file: .html, .txt and .sql are imported as text",
  tsconfig: "Name the file tsconfig.json, and put it beside the sources",
  unsafe: "Remove it: it asks for what is inside of Cloudflare",
  unsafe_hello_world: "Remove it: it asks for what is inside of Cloudflare",
  vectorize: `There is no vector index here. ${callIt}`,
  version_metadata: "Put what the program needs into vars",
  vpc_networks: `There are no private networks here. ${callIt}`,
  vpc_services: `There are no private networks here. ${callIt}`,
  wasm_modules: "Only programs in JavaScript are taken. Compile the module into the source",
  worker_loaders: "Deploy each program as a tenant",
  workflows: "There are no workflows here. Keep the state of the work in KV, and go on in a cron",
};

/** Advice for a key that Plinth cannot take; undefined if it takes the key, or does the same without it. */
export function adviceFor(key: string): string | undefined {
  if (taken.includes(key) || ignored.includes(key)) return undefined;
  if (Object.hasOwn(unsupported, key)) return unsupported[key];
  return "Plinth does not know it. Remove it if the program does without";
}
