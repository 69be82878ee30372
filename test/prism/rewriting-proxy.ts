import { request } from 'undici';

import { type PlaneResponse, type PlaneRequest, PlaneServer } from '../../src/sources/simulation/plane-server.js';

/** Stands in front of a mock server: tells it which answer to give, and may change that answer. */
export interface RewritingProxy {
  readonly server: PlaneServer;
  /** What goes into the header Prefer (RFC 7240, as Prism reads it); null: Prism chooses. */
  prefer: (call: PlaneRequest) => string | null;
  /** What is changed in an answer on its way back. */
  adapt: (call: PlaneRequest, answer: PlaneResponse) => PlaneResponse;
}

/** A relay to a mock server at this address. A mock server gives the same answer whenever it is asked: it is asked once. */
export async function startRewritingProxy(target: string): Promise<RewritingProxy> {
  const server = await PlaneServer.start(() => ({ status: 500 }));
  const relay: RewritingProxy = { server, prefer: () => null, adapt: (_call, answer) => answer };
  const answers = new Map<string, Promise<PlaneResponse>>();
  server.fault = async (call) => {
    const prefer = relay.prefer(call);
    const key = JSON.stringify([call.method, call.path, prefer]);
    const answer = answers.get(key) ?? forward(target, call, prefer);
    answers.set(key, answer);
    return relay.adapt(call, await answer);
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
  const passed = ['accept', 'authorization', 'content-type'].flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const answer = await request(url, {
    method: method === 'POST' || method === 'PATCH' || method === 'DELETE' ? method : 'GET',
    headers: { ...Object.fromEntries(passed), ...(prefer === null ? {} : { prefer }) },
    ...(body === '' ? {} : { body }),
  });
  const kept = ['content-type', 'location'].flatMap((name) => {
    const value = answer.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return { status: answer.statusCode, headers: Object.fromEntries(kept), body: await answer.body.text() };
}
