/** The browser of this machine, for tests of pages. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = places.find((place) => existsSync(place));

export const browserIsThere = executablePath !== undefined;

/** Opens a headless browser. Tests run as root in containers, where Chromium's own sandbox does not work. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
}
