/** An instant (milliseconds since 1970) as SDDC Manager usually writes it: ISO 8601, UTC, with milliseconds. */
export function instantText(ms: number): string {
  return new Date(ms).toISOString();
}
