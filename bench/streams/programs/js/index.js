/** The programs of `npm run bench -- streams`. */
const encoder = new TextEncoder();
const chunk = new Uint8Array(65536).map((_, i) => i);

/** The time, ms, just after the clock has shown a new one. The clock shows whole ms. */
function freshTime() {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return now;
}

function ticks(count) {
  return async (controller) => {
    for (let n = 0; n < count; n++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      controller.enqueue(encoder.encode(`${freshTime()}\n`));
    }
    controller.close();
  };
}

function chunks(count) {
  let n = 0;
  return (controller) => {
    controller.enqueue(chunk.slice());
    if (++n === count) controller.close();
  };
}

export default {
  fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const count = Number(searchParams.get("count"));
    const source = pathname === "/ticks" ? { start: ticks(count) } : { pull: chunks(count) };
    return new Response(new ReadableStream(source, { highWaterMark: 0 }));
  },
};
