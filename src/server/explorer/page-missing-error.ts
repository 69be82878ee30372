/** Thrown at the start when the explorer is on and its pages are not built. The message says what to do. */
export class PageMissingError extends Error {
  override readonly name = 'PageMissingError';

  constructor(cause: unknown) {
    super('The explorer is not built: run `npm run build`, or set graphql.explorer to false.', { cause });
  }
}
