/**
 * Ids of Astra are UUIDs of any version: the reference shows version 5 where its text says 4, and the nil UUID is in use.
 * Both cases of letters are spelled out, so that the form also holds where a JSON schema drops flags.
 */
export const uuidForm = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

/** Whether this could be the id of a task at the plane. Such a text is always a safe path segment. */
export function isTaskId(localId: string): boolean {
  return uuidForm.test(localId);
}

/** Whether two ids name the same thing: the letters of a UUID may be of either case (RFC 9562, 4). */
export function isSameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
