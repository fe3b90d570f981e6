/**
 * The own property of an error in which the engine writes the frames of its stack. The name is as long as "stack", since it
 * takes that one's place in the engine's data.
 */
export const framesProperty = "@back";
