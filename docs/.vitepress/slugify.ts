/** Anchors as GitHub makes them, which the pages' links name and test/pages.test.ts checks. */
export function slugify(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
