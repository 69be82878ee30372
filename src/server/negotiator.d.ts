declare module 'negotiator' {
  /** What a client accepts, by the headers of its request. */
  export default class Negotiator {
    constructor(request: { readonly headers: { readonly accept: string } });
    /** The one of these that it prefers; undefined where it accepts none of them. Of equal ones, the first in its header. */
    mediaType(available: readonly string[]): string | undefined;
  }
}
