/**
 * What Plinth uses of TypeBox. `npm run prepare` bundles this file to `dist/`, and all of Plinth imports the bundle as
 * `#typebox`: TypeBox is 680 small files, which cost every thread that starts 60 ms of CPU time.
 */
export { type Static, type TSchema, Type } from "typebox";
export { Compile, type Validator } from "typebox/compile";
export { Check } from "typebox/value";
