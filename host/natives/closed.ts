/** Options of a schema whose object has no members but those it names. */
export const closed = { additionalProperties: false } as const;
