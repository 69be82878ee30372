import type { BodyListRequest } from './body/response-body.js';
import type { Cancellation } from './cancellation.js';

/** One request to a plane. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Segments after the base URL; each of letters, digits, `-`, `_`, `.` and `~`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * Secrets in the body, to be removed from the response. The credential of the header Authorization is removed without
   * being named.
   */
  readonly secrets?: readonly string[];
  /**
   * The long list in the body. It is read item by item, so that items that have not changed since the last response need
   * not be read again; see `UpstreamResponse.list`.
   */
  readonly list?: BodyListRequest;
  /** Aborts at the deadline, or when the caller leaves. */
  readonly signal: AbortSignal;
}

/** One attempt of a request. */
export interface RequestAttempt extends Omit<UpstreamRequest, 'signal'> {
  readonly cancellation: Cancellation;
}

/** Characters of a path segment: the unreserved ones of RFC 3986, so nothing is ever encoded. */
const segmentPattern = /^[A-Za-z0-9_~.-]+$/;

function isSegment(text: string): boolean {
  return segmentPattern.test(text) && text !== '.' && text !== '..';
}

/**
 * The URL of a route. Throws on a segment that could change the path, and when the final path is not the intended one:
 * `encodeURIComponent` leaves `..` as it is, and `new URL` resolves it.
 */
export function requestUrl(base: URL, segments: readonly string[], query: Readonly<Record<string, string>> = {}): URL {
  if (!segments.every(isSegment)) throw new Error('A path segment is not allowed.');
  const path = [base.pathname.replace(/\/+$/, ''), ...segments].join('/');
  const url = new URL(path, base);
  if (url.pathname !== path || url.origin !== base.origin) throw new Error('The final path is not the intended one.');
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  // A space becomes %20, which every server understands; only form decoders read `+` as a space. A plus itself is %2B
  // here.
  url.search = url.search.replaceAll('+', '%20');
  return url;
}

/** URLs that are remembered: those of lists, and of tasks that are read again and again. */
const maxUrls = 1_024;

/** The URLs of the routes of one plane. Building and checking one costs more than finding it again. */
export class RequestUrls {
  readonly #base: URL;
  readonly #urls = new Map<string, URL>();

  constructor(base: URL) {
    this.#base = base;
  }

  find(segments: readonly string[], query: Readonly<Record<string, string>> = {}): URL {
    // Not JSON, which costs as much as the URL; no segment that is allowed, and nothing encoded, has a slash or a line break.
    let key = segments.join('/');
    for (const name in query) key += `\n${name}=${encodeURIComponent(query[name] ?? '')}`;
    const known = segments.every(isSegment) ? this.#urls.get(key) : undefined;
    if (known !== undefined) return known;
    const url = requestUrl(this.#base, segments, query);
    if (this.#urls.size >= maxUrls) this.#urls.clear();
    this.#urls.set(key, url);
    return url;
  }
}

/**
 * Equal for requests with the same URL and headers: another credential is another request. Null where the response cannot be
 * shared, because the request is no GET.
 */
export function buildSharingKey(url: URL, { method, headers }: Pick<UpstreamRequest, 'method' | 'headers'>): string | null {
  if (method !== 'GET') return null;
  let key = url.href;
  // No URL and no header has a line break in it.
  for (const name in headers) key += `\n${name}:${headers[name]}`;
  return key;
}
