import type { ProxiedRequest } from '../toxic-proxy.js';
import { isJsonObject, type JsonObject } from '../../../src/model/scalars.js';
import { accepted, type Expectations, expectOutcomes, failed, type MatrixFault, unknown, unaffected } from './fault.js';

const json = { 'content-type': 'application/json' };

/** A 2xx status means that the action was accepted, whatever the body contains; its outcome is then read from the task. */
const malformed = (mutation: Expectations['mutation'] = accepted): MatrixFault['expected'] =>
  expectOutcomes(() => ({ ...failed('MALFORMED_RESPONSE'), mutation }));

const sends = (body: string | Buffer, status = 200, headers: Readonly<Record<string, string>> = json): MatrixFault['begin'] => {
  return ({ proxy }) => {
    proxy.toxin = (proxied) => proxied.send(status, headers, body);
  };
};

/** Rewrites the JSON responses of the plane to reads. */
const changes = (change: (body: JsonObject, proxied: ProxiedRequest) => JsonObject): MatrixFault['begin'] => {
  return ({ proxy }) => {
    proxy.toxin = async (proxied) => {
      const response = await proxied.relay();
      const body: unknown = proxied.method === 'GET' && response.text.startsWith('{') ? JSON.parse(response.text) : null;
      const text = isJsonObject(body) ? JSON.stringify(change(body, proxied)) : response.text;
      const headers = Object.fromEntries(
        Object.entries(response.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      );
      proxied.send(response.status, headers, text);
    };
  };
};

const lists = ['items', 'elements'];

/** The plane responds with 200 and a wrong body. */
export const bodyFaults: readonly MatrixFault[] = [
  {
    number: 22,
    name: 'an empty body',
    begin: ({ proxy }) => {
      proxy.toxin = (proxied) => proxied.send(proxied.method === 'GET' ? 200 : 202);
    },
    expected: malformed(),
    breaker: 'stays closed',
  },
  {
    number: 23,
    name: 'a log-in page with 200',
    begin: sends('<html><title>Sign in</title>canary-words</html>', 200, { 'content-type': 'text/html' }),
    expected: malformed(unknown),
    breaker: 'opens',
  },
  { number: 24, name: 'invalid JSON', begin: sends('{"items": [NaN, canary-words'), expected: malformed(), breaker: 'opens' },
  {
    number: 25,
    name: 'JSON of another shape in some places',
    begin: changes((body) => ({
      ...body,
      ...(typeof body['status'] === 'string' && { status: 'Something New', state: 'Something New' }),
      ...Object.fromEntries(
        lists.flatMap((list) => (Array.isArray(body[list]) ? [[list, [...body[list], { id: 2 ** 60 }, null, 'canary-words']]] : [])),
      ),
    })),
    expected: expectOutcomes(() => ({ ...unaffected, mutation: accepted })),
    breaker: 'stays closed',
  },
  {
    number: 26,
    name: 'a body over the limit',
    settings: { maxBodyMb: 1, timeoutMs: 1_500 },
    begin: sends(Buffer.alloc(3 * 1024 * 1024, ' ')),
    expected: expectOutcomes(() => ({ ...failed('TOO_LARGE'), mutation: accepted })),
    breaker: 'opens',
  },
  {
    number: 27,
    name: 'JSON of 50,000 levels, with __proto__',
    begin: sends(`{"__proto__": {"polluted": true}, "items": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
    expected: malformed(),
    breaker: 'stays closed',
  },
  {
    number: 28,
    name: 'headers of 40 KiB',
    begin: ({ proxy }) => {
      proxy.toxin = ({ socket }) => socket.end(`HTTP/1.1 200 OK\r\nx-bomb: ${'b'.repeat(40 * 1024)}\r\ncontent-length: 2\r\n\r\n{}`);
    },
    expected: malformed(unknown),
    breaker: 'opens',
  },
  {
    number: 32,
    name: 'endless pages',
    begin: changes((body) => ({
      ...body,
      ...(isJsonObject(body['metadata']) && { metadata: { ...body['metadata'], continue: 'the-same' } }),
      ...(isJsonObject(body['pageMetadata']) && { pageMetadata: { ...body['pageMetadata'], totalPages: 50, totalElements: 5_000 } }),
    })),
    expected: expectOutcomes((kind) => ({
      list: kind === 'catalog' ? null : ['ANSWERED in part', 'ANSWERED in part MALFORMED_RESPONSE', 'ANSWERED in part HTTP_STATUS'],
      get: kind === 'catalog' ? null : ['TASK'],
      mutation: null,
      subscription: null,
    })),
    breaker: 'stays closed',
  },
  {
    number: 33,
    name: 'the list shifts while it is read',
    begin: changes((body) => ({
      ...body,
      ...Object.fromEntries(lists.flatMap((list) => (Array.isArray(body[list]) ? [[list, [...body[list].slice(-1), ...body[list]]]] : []))),
    })),
    expected: expectOutcomes((kind) => ({
      list: kind === 'catalog' ? null : ['ANSWERED'],
      get: kind === 'catalog' ? null : ['TASK'],
      mutation: null,
      subscription: null,
    })),
    breaker: 'stays closed',
  },
  {
    number: 34,
    name: 'a status that goes backwards',
    begin: ({ proxy }) => {
      proxy.toxin = async (proxied) => {
        const { status, text } = await proxied.relay();
        const rewritten = text.replaceAll(
          /"(status|state)":"(SUCCESSFUL|Successful|completed|running)"/g,
          (_, key: string, word: string) =>
            word === 'running' ? `"${key}":"pending"` : word === 'completed' ? `"${key}":"running"` : `"${key}":"IN_PROGRESS"`,
        );
        proxied.send(status, json, rewritten);
      };
    },
    expected: expectOutcomes(() => ({ ...unaffected, mutation: null })),
    breaker: 'stays closed',
  },
  {
    number: 35,
    name: 'clocks an hour apart, and one that jumps',
    begin: (context) => {
      context.proxy.toxin = async (proxied) => {
        const response = await proxied.relay();
        proxied.send(
          response.status,
          { ...json, ...readLocation(response.headers), date: new Date(Date.now() - 3_600_000).toUTCString() },
          response.text,
        );
      };
      context.setClock(3_600_000);
    },
    expected: expectOutcomes(() => ({ ...unaffected, mutation: accepted })),
    breaker: 'stays closed',
  },
];

function readLocation({ location }: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  return typeof location === 'string' ? { location } : {};
}
