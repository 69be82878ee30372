/** How many errors a request that is not executed is answered with: a client needs one, and a document may have hundreds. */
const most = 5;

export function firstErrors<T>(errors: readonly T[]): readonly T[] {
  return errors.length > most ? errors.slice(0, most) : errors;
}
