/** @returns a function that makes of links to `origin` links to whoever serves the page, and leaves all others alone */
export function linkRewriter(origin: string): (link: string) => string {
  const { origin: wanted, protocol } = new URL(origin);
  return (link) => {
    const url = URL.parse(link.trim(), `${protocol}//relative.invalid`);
    if (url === null || url.origin !== wanted) return link;
    // Two slashes at the beginning would be another server.
    return url.pathname.replace(/^\/+/, "/") + url.search + url.hash;
  };
}
