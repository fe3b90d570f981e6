import { cohorts } from "../suites/cohorts.ts";

cohorts(import.meta.dirname);
