/**
 * The most of each thing that is read of an upload. Real programs have a tenth of it at most. Without these, 16 MB of
 * things of two bytes take seconds and gigabytes.
 */

/** The most sections of a module, or of a component and the components in it. */
export const MOST_SECTIONS = 10_000;
/** The most functions of a module (V8's bound). */
export const MOST_FUNCTIONS = 1_000_000;
/** Parameters, and results (V8's bound). */
export const MOST_PARAMETERS = 1_000;
/** Types, imports, exports, globals, segments of a core module. */
export const MOST_DEFINITIONS = 100_000;
/** Imports and exports of a component. */
export const MOST_COMPONENT_NAMES = 1_000;
/** Instances, aliases and canonical definitions of a component, in one section. */
export const MOST_CANONICAL = 10_000;
