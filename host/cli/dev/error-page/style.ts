/** The error page's look. The page has no script, and this is its only style. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1b1f24, #e6e8eb);
  --dim: light-dark(#57606a, #9aa4af);
  --paper: light-dark(#ffffff, #14171b);
  --panel: light-dark(#f5f6f8, #1d2127);
  --line: light-dark(#d5d9de, #363c45);
  --bad: light-dark(#b3261e, #ff8a80);
  --mark: light-dark(#fde7e5, #46211f);
}
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0.2rem 0 0.4rem; color: var(--bad); font-size: 1.35rem; white-space: pre-wrap; overflow-wrap: anywhere; }
h2 { margin: 1.6rem 0 0.4rem; font-size: 1rem; }
p { margin: 0; color: var(--dim); overflow-wrap: anywhere; }
pre, table { margin: 0; border: 1px solid var(--line); border-radius: 6px; background: var(--panel);
  font: 13px/1.55 ui-monospace, "DejaVu Sans Mono", monospace; }
pre { padding: 0.7rem 0.9rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.source { overflow-x: auto; }
table { width: 100%; border-spacing: 0; tab-size: 4; }
td { padding: 0 0.9rem; white-space: pre; }
th { width: 1%; padding: 0 0.2rem 0 0.9rem; color: var(--dim); font-weight: normal; text-align: right; user-select: none; }
.here { background: var(--mark); }
.here th { color: var(--bad); font-weight: bold; }
summary { margin-top: 0.6rem; cursor: pointer; font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 13px; }
details > :not(summary) { margin-top: 0.3rem; }
`;
