/** React on the server: a page in pieces with Suspense, and the form of a string. */
import { createContext, Suspense, use, useId, useMemo } from "react";
import { renderToReadableStream, renderToString } from "react-dom/server";

const Theme = createContext("light");
const wait = (ms: number) => new Promise<string>((done) => setTimeout(() => done("late"), ms));

function Late({ text }: { readonly text: Promise<string> }) {
  return <b>{use(text)}</b>;
}

function Page({ late }: { readonly late?: Promise<string> }) {
  const theme = use(Theme);
  const id = useId();
  const rows = useMemo(() => ["<a>", "b & c"], []);
  return (
    <html lang="en" className={theme}>
      <body>
        <label htmlFor={id}>Name</label>
        <input id={id} defaultValue={'"quoted"'} disabled style={{ marginTop: 4, color: "red" }} />
        <ul>
          {rows.map((row) => (
            <li key={row}>{row}</li>
          ))}
        </ul>
        {late && (
          <Suspense fallback={<i>soon</i>}>
            <Late text={late} />
          </Suspense>
        )}
      </body>
    </html>
  );
}

export default {
  async fetch(request: Request): Promise<Response> {
    const headers = { "content-type": "text/html; charset=utf-8" };
    if (new URL(request.url).pathname.endsWith("/string")) {
      return new Response(
        renderToString(
          <Theme value="dark">
            <Page />
          </Theme>,
        ),
        { headers },
      );
    }
    return new Response(await renderToReadableStream(<Page late={wait(2)} />, { bootstrapScripts: ["/a.js"] }), {
      headers,
    });
  },
};
