import { expect, test } from "vitest";
import { releasedChangelog } from "./changelog.ts";

const text = "# Changelog\n\n## Unreleased\n\n- New.\n- Mended.\n\n## 0.1.0 (2026-01-01)\n\n- First.\n";

test("what is unreleased stands under the release, and the part above is empty", () => {
  expect(releasedChangelog(text, "0.2.0", "2026-02-03")).toBe(
    "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-02-03)\n\n- New.\n- Mended.\n\n## 0.1.0 (2026-01-01)\n\n- First.\n",
  );
  const first = "# Changelog\n\n## Unreleased\n\n- All.\n";
  expect(releasedChangelog(first, "0.1.0", "2026-01-01")).toBe(
    "# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-01-01)\n\n- All.\n",
  );
});

test("a release without changes, or a second one of a version, is refused", () => {
  const released = releasedChangelog(text, "0.2.0", "2026-02-03");
  expect(() => releasedChangelog(released, "0.3.0", "2026-02-04")).toThrow("names no change");
  expect(() => releasedChangelog(text, "0.1.0", "2026-02-04")).toThrow("has a part for 0.1.0 already");
  expect(() => releasedChangelog("# Changelog\n", "0.2.0", "2026-02-04")).toThrow('no part "## Unreleased"');
});
