import { UnreachableError } from './client-errors.js';

/** Where the gateway is, and who asks. */
export interface Endpoint {
  /** Of /graphql, absolute, http or https. */
  readonly url: string;
  /** Asked for anew for each request and each connection. Throws an UnreachableError. */
  readonly headers: () => Promise<Record<string, string>>;
}

export interface EndpointOptions {
  /** Of the gateway's `/graphql`; in a browser it may be relative to the page. */
  readonly url: string | URL;
  /**
   * Sent as `Authorization: Bearer`. A function is asked for each request and each connection: it may
   * fetch a new one. What it throws is the cause of an UnreachableError.
   */
  readonly token?: string | (() => string | null | Promise<string | null>) | null;
  /** Further headers of every request; a WebSocket sends them in its first message. */
  readonly headers?: Readonly<Record<string, string>>;
}

export function resolveEndpoint({ url, token = null, headers = {} }: EndpointOptions): Endpoint {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  return {
    url: new URL(url, location?.href).href,
    headers: async () => {
      const current = typeof token === 'function' ? await fetchToken(token) : token;
      return { ...headers, ...(current !== null && { authorization: `Bearer ${current}` }) };
    },
  };
}

async function fetchToken(ask: () => string | null | Promise<string | null>): Promise<string | null> {
  try {
    return await ask();
  } catch (error) {
    throw new UnreachableError('There is no token to send.', error);
  }
}
