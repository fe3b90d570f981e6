import { spamScore } from "../suites/spam-score.ts";

spamScore(import.meta.dirname);
