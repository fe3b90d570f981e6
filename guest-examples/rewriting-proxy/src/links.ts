/** @returns a function that turns links to `origin` into links to the proxy, and leaves all other links alone */
export function linkRewriter(origin: string): (link: string) => string {
  const { origin: wanted, protocol } = new URL(origin);
  return (link) => {
    const url = URL.parse(link.trim(), `${protocol}//relative.invalid`);
    if (url === null || url.origin !== wanted) return link;
    // A link with two slashes at its beginning would lead to another server.
    return url.pathname.replace(/^\/+/, "/") + url.search + url.hash;
  };
}
