export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/") return new Response("Not found\n", { status: 404 });
    const name = searchParams.get("name") ?? "world";
    return new Response(`Hello, ${name}!\n`);
  },
};
