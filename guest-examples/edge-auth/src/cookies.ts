/** @param header the field "cookie" */
export function readCookie(header: string, name: string): string | null {
  const found = split(header).find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1);
}

export function withoutCookie(header: string, name: string): string {
  return split(header)
    .filter((pair) => !pair.startsWith(`${name}=`))
    .join("; ");
}

function split(header: string): string[] {
  return header.split(";").map((pair) => pair.trim());
}
