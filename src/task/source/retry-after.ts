/** When a plane that did not say when is worth asking again, in milliseconds: as often as unfinished tasks are by default. */
export const usualRetryAfterMs = 5_000;
