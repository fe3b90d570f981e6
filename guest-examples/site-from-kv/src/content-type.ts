const types: Readonly<Record<string, string>> = {
  avif: "image/avif",
  css: "text/css; charset=utf-8",
  gif: "image/gif",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  md: "text/markdown; charset=utf-8",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webp: "image/webp",
  woff2: "font/woff2",
  xml: "application/xml",
};

const extension = /\.([a-z0-9]+)$/i;

export function hasExtension(path: string): boolean {
  return extension.test(path);
}

export function contentType(path: string): string {
  return types[extension.exec(path)?.[1]?.toLowerCase() ?? ""] ?? "application/octet-stream";
}
