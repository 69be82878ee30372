import { UnreachableError } from './client-errors.js';

/** Where the gateway is, and the headers to send. */
export interface Endpoint {
  /** The absolute URL of `/graphql`. */
  readonly url: string;
  /** Computed for each request and each connection, because the token may change. Throws an UnreachableError. */
  readonly headers: () => Promise<Record<string, string>>;
}

export interface EndpointOptions {
  /** The URL of the gateway's `/graphql`, with http or https; in a browser it may be relative to the page. */
  readonly url: string | URL;
  /**
   * Sent as `Authorization: Bearer`. A function is called for each request and each connection, so it may fetch a new token. An
   * exception of it becomes the cause of an UnreachableError.
   */
  readonly token?: string | (() => string | null | Promise<string | null>) | null;
  /** Additional headers of every request; a WebSocket sends them in its first message. */
  readonly headers?: Readonly<Record<string, string>>;
}

export function resolveEndpoint({ url, token = null, headers = {} }: EndpointOptions): Endpoint {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  const absolute = new URL(url, location?.href);
  const { protocol, username, password, origin, pathname, search } = absolute;
  if (!/^https?:$/.test(protocol)) throw new TypeError(`url must begin with http: or https:, not with ${protocol}`);
  if (username !== '' || password !== '') throw new TypeError('url must not contain a user name or a password. Use token or headers.');
  return {
    // Without the fragment, with which no WebSocket can be opened.
    url: origin + pathname + search,
    headers: async () => {
      const current = typeof token === 'function' ? await fetchToken(token) : token;
      return { ...headers, ...(current !== null && { authorization: `Bearer ${current}` }) };
    },
  };
}

async function fetchToken(getToken: () => string | null | Promise<string | null>): Promise<string | null> {
  try {
    return await getToken();
  } catch (error) {
    throw new UnreachableError('There is no token to send.', error);
  }
}
