import { redirects } from "../suites/redirects.ts";

redirects(import.meta.dirname);
