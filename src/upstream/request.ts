/** One request to a plane. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Segments behind the base URL; each of letters, digits, `-`, `_`, `.` and `~`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What is secret in the body. That of the header Authorization is known. */
  readonly secrets?: readonly string[];
  /** Aborts at the deadline, or when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** A character that a path segment may hold: unreserved in RFC 3986, so nothing is ever encoded. */
const segmentForm = /^[A-Za-z0-9_~.-]+$/;

/**
 * The URL of a route. A segment that could change the path is refused, and the final path is compared with the one that
 * was meant: `encodeURIComponent` leaves `..` as it is, and `new URL` resolves it.
 */
export function requestUrl(base: URL, segments: readonly string[], query: Readonly<Record<string, string>> = {}): URL {
  for (const segment of segments) {
    if (!segmentForm.test(segment) || segment === '.' || segment === '..') throw new Error('A path segment is not allowed.');
  }
  const path = [base.pathname.replace(/\/+$/, ''), ...segments].join('/');
  const url = new URL(path, base);
  if (url.pathname !== path || url.origin !== base.origin) throw new Error('The final path is not the one that was meant.');
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  // A blank as %20, which every server understands; `+` is a blank to form decoders only. A plus itself is %2B here.
  url.search = url.search.replaceAll('+', '%20');
  return url;
}
