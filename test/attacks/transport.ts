import { request } from 'undici';

import type { Json } from '../support/post.js';
import { readStream } from '../server/subscriptions/read-stream.js';
import { SocketClient } from '../server/subscriptions/socket-client.js';

/** What an attacker sends, whatever the transport. */
export interface AttackRequest {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string;
  readonly extensions?: unknown;
  readonly documentId?: string;
}

/** The response, in one form for all transports. */
export interface AttackResponse {
  /** The HTTP status; null over WebSocket. */
  readonly status: number | null;
  readonly text: string;
  /** The errors, from the place where the transport has them. */
  readonly errors: readonly { readonly message: string; readonly extensions: Json }[];
  /** The data; undefined when absent. */
  readonly data: Json;
}

/** One way to send an operation. */
export type Transport = (host: string, attack: AttackRequest) => Promise<AttackResponse>;

export const transports: Readonly<Record<string, Transport>> = {
  'POST as application/json': (host, attack) => sendByPost(host, attack, 'application/json'),
  'POST as application/graphql-response+json': (host, attack) => sendByPost(host, attack, 'application/graphql-response+json'),
  GET: sendByGet,
  WebSocket: sendByWebSocket,
  'an event stream': sendByEventStream,
};

/** The status of what is refused for what is asked, as that of a document that is not valid; null over WebSocket. */
export const refusalStatuses: Readonly<Record<string, number | null>> = {
  'POST as application/json': 200,
  'POST as application/graphql-response+json': 400,
  GET: 200,
  WebSocket: null,
  'an event stream': 400,
};

async function sendByPost(host: string, attack: AttackRequest, accept: string): Promise<AttackResponse> {
  const headers = { 'content-type': 'application/json', accept };
  const response = await request(`http://${host}/graphql`, { method: 'POST', headers, body: JSON.stringify(attack) });
  return parseResponse(response.statusCode, await response.body.text());
}

async function sendByGet(
  host: string,
  { query, operationName, variables, extensions, documentId }: AttackRequest,
): Promise<AttackResponse> {
  const parameters = new URLSearchParams({ query });
  if (operationName !== undefined) parameters.set('operationName', operationName);
  if (documentId !== undefined) parameters.set('documentId', documentId);
  if (variables !== undefined) parameters.set('variables', JSON.stringify(variables));
  if (extensions !== undefined) parameters.set('extensions', JSON.stringify(extensions));
  const response = await request(`http://${host}/graphql?${parameters.toString()}`, { headers: { 'apollo-require-preflight': 'true' } });
  return parseResponse(response.statusCode, await response.body.text());
}

async function sendByWebSocket(host: string, payload: AttackRequest): Promise<AttackResponse> {
  const client = await SocketClient.connect(host);
  client.send({ type: 'subscribe', id: 'a', payload });
  const message = await Promise.race([
    client.next(),
    client.closed.then((code) => ({ type: 'closed', payload: { errors: [{ message: String(code) }] } })),
  ]);
  client.socket.terminate();
  const { errors = [], data } = message.type === 'error' ? { errors: message.payload } : message.payload;
  return { status: null, text: JSON.stringify(message), errors, data };
}

async function sendByEventStream(host: string, body: AttackRequest): Promise<AttackResponse> {
  const stream = await readStream(host, { body });
  const status = stream.response.statusCode ?? 0;
  if (status !== 200) {
    let text = '';
    for await (const chunk of stream.response) text += String(chunk);
    return parseResponse(status, text);
  }
  const payload = await stream.nextData();
  stream.response.destroy();
  return { status, text: JSON.stringify(payload), errors: payload.errors ?? [], data: payload.data };
}

function parseResponse(status: number, text: string): AttackResponse {
  const { errors = [], data }: Json = JSON.parse(text);
  return { status, text, errors, data };
}
