import { request } from 'undici';

import { type PlaneResponse, type PlaneRequest, PlaneServer } from '../../src/sources/simulation/plane-server.js';

/** A proxy in front of a mock server, which selects its response and can change it. */
export interface RewritingProxy {
  readonly server: PlaneServer;
  /** The value of the header Prefer (RFC 7240) for Prism; null: Prism chooses the response. */
  prefer: (call: PlaneRequest) => string | null;
  /** Changes a response before it is forwarded. */
  adapt: (call: PlaneRequest, response: PlaneResponse) => PlaneResponse;
}

/** Starts a proxy to a mock server. Its responses are deterministic, and therefore cached. */
export async function startRewritingProxy(target: string): Promise<RewritingProxy> {
  const server = await PlaneServer.start(() => ({ status: 500 }));
  const relay: RewritingProxy = { server, prefer: () => null, adapt: (_call, response) => response };
  const responses = new Map<string, Promise<PlaneResponse>>();
  server.fault = async (call) => {
    const prefer = relay.prefer(call);
    const key = JSON.stringify([call.method, call.path, prefer]);
    const response = responses.get(key) ?? forward(target, call, prefer);
    responses.set(key, response);
    return relay.adapt(call, await response);
  };
  return relay;
}

async function forward(
  target: string,
  { method, path, query, headers, body }: PlaneRequest,
  prefer: string | null,
): Promise<PlaneResponse> {
  const url = new URL(path, target);
  url.search = query.toString();
  const forwardedHeaders = ['accept', 'authorization', 'content-type'].flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const response = await request(url, {
    method: method === 'POST' || method === 'PATCH' || method === 'DELETE' ? method : 'GET',
    headers: { ...Object.fromEntries(forwardedHeaders), ...(prefer === null ? {} : { prefer }) },
    ...(body === '' ? {} : { body }),
  });
  const responseHeaders = ['content-type', 'location'].flatMap((name) => {
    const value = response.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return { status: response.statusCode, headers: Object.fromEntries(responseHeaders), body: await response.body.text() };
}
