/**
 * Limits of the number of items of each kind in an upload. Real programs have a tenth of it at most. Without these limits,
 * 16 MB of items of two bytes take seconds and gigabytes.
 */

/** The most sections of a module, or of a component and the components in it. */
export const MOST_SECTIONS = 10_000;
/** The most functions of a module (V8's bound). */
export const MOST_FUNCTIONS = 1_000_000;
/** The most parameters of a function, and the most results (V8's bound). */
export const MOST_PARAMETERS = 1_000;
/** The most types, imports, exports, globals or segments of a core module. */
export const MOST_DEFINITIONS = 100_000;
/** The most imports or exports of a component. */
export const MOST_COMPONENT_NAMES = 1_000;
/** The most instances, aliases or canonical definitions in one section of a component. */
export const MOST_CANONICAL = 10_000;
