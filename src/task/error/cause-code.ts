/** What the system calls the first of an error and its causes that has a code, such as `ECONNREFUSED`; null without one. */
export function causeCodeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? causeCodeOf(error.cause) : null;
}
