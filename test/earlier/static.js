/** A static program: componentize-qjs puts it and its engine into one component. */
let visits = 0;

export const handler = {
  handle({ method, uri, body }) {
    visits++;
    const text = JSON.stringify({ method, path: uri.replace(/^[a-z]+:\/\/[^/]+/, ""), bytes: body.length, visits });
    return {
      status: 200,
      headers: [["content-type", Uint8Array.from("application/json", (letter) => letter.charCodeAt(0))]],
      body: Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
    };
  },
};
