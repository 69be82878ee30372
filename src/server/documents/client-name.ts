/** The name that a client gives itself as Apollo's clients do, in a header or in `connection_init`; null where it gives none. */
export function clientNameOf(given: Readonly<Record<string, unknown>>): string | null {
  const name = given['apollographql-client-name'];
  return typeof name === 'string' && name !== '' ? name : null;
}
