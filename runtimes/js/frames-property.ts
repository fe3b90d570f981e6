/**
 * The own property of an error in which the engine writes the frames of its stack. The name is as long as "stack",
 * because it takes the place of "stack" in the engine's data.
 */
export const framesProperty = "@back";
