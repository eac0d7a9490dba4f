// The time as it is, whatever the user's program is told. Knows nothing.

/** Milliseconds since the thread began. */
export const now = performance.now.bind(performance);
