import { expect } from '@jest/globals';
import { request } from 'undici';
import { stringify } from 'yaml';

import { loadConfiguration } from '../../src/config/load-configuration.js';
import type { PlaneFault } from '../../src/sources/simulation/plane-server.js';
import { sourceModules } from '../../src/sources/registry.js';
import { sortErrors } from '../execution/twin-worlds.js';
import { bearer, type Callers, keysOf } from '../support/callers.js';
import { type PlaneName, World, type WorldOptions } from '../support/world.js';

export const planeNames = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'] as const satisfies readonly PlaneName[];

/** One request to both. */
export interface TwinRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly caller?: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response, unchanged. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Two worlds that are alike in everything, except that the gateway of the second keeps answers. */
export class TwinWorlds {
  readonly keeping: World;
  readonly #plain: World;
  /** The texts that came with each entity tag. */
  readonly #tagged = new Map<string, string>();

  private constructor(plain: World, keeping: World) {
    [this.#plain, this.keeping] = [plain, keeping];
  }

  static async start(options: WorldOptions = {}): Promise<TwinWorlds> {
    const [plain, keeping] = await Promise.all([
      World.start({ ...options, keepAnswers: false, createExecutor: () => ({ execute: () => null }) }),
      World.start({ ...options, keepAnswers: true }),
    ]);
    return new TwinWorlds(plain, keeping);
  }

  /** The same happens in both. */
  each<T>(action: (world: World) => T): readonly [T, T] {
    return [action(this.#plain), action(this.keeping)];
  }

  /** Lets a plane fail, or recover where the fault is null. */
  fail(plane: PlaneName, fault: PlaneFault | null): void {
    this.each(({ planes }) => {
      const { server }: { server: { fault: PlaneFault | null } } = planes[plane];
      server.fault = fault;
    });
  }

  /** Replaces what callers may do. */
  replaceAccess(callers: Callers): void {
    const auth = loadAccess(callers);
    this.each((world) => world.gateway.replaceAccess(auth));
  }

  /** Sends requests at the same time, and expects that the answers are alike, and that the planes were asked the same. */
  async expectSame(requests: readonly TwinRequest[]): Promise<readonly WireResponse[]> {
    this.each((world) => world.forgetCalls());
    const [plain, keeping] = await Promise.all(this.each((world) => Promise.all(requests.map((one) => send(world, one)))));
    for (const [index, response] of keeping.entries()) {
      const { query } = requests[index] ?? { query: '' };
      expect([query, toComparable(response)]).toEqual([query, toComparable(plain[index] ?? response)]);
    }
    const [plainCalls, keepingCalls] = this.each((world) => planeNames.map((name) => [name, this.#listCalls(world, name)]));
    expect([requests.map(({ query }) => query), keepingCalls]).toEqual([requests.map(({ query }) => query), plainCalls]);
    // One of several may have changed what another one would be told now.
    if (requests.length === 1) for (const response of plain) await this.#checkTag(requests[0], response);
    return keeping;
  }

  /** Each once, because which read of an operation finds another one under way depends on how fast the plane answers. */
  #listCalls(world: World, plane: PlaneName): readonly string[] {
    const calls = world.calls(plane).map(({ method, path, query }) => `${method} ${path}?${query.toString()}`);
    return [...new Set(calls)].toSorted();
  }

  /** A client is told that it has the answer only where the text that came with its tag is the answer. */
  async #checkTag(sent: TwinRequest | undefined, { status, headers, text }: WireResponse): Promise<void> {
    const tag = headers['etag'];
    if (sent === undefined || typeof tag !== 'string') return;
    const full = status === 304 ? (await send(this.#plain, { ...sent, headers: {} })).text : text;
    expect([sent.query, this.#tagged.get(tag) ?? full]).toEqual([sent.query, full]);
    this.#tagged.set(tag, full);
  }

  async close(): Promise<void> {
    await Promise.all(this.each((world) => world.close()));
  }
}

function loadAccess(callers: Callers): ReturnType<typeof loadConfiguration>['auth'] {
  const source = { name: 'vcf', kind: 'vcf', url: 'http://127.0.0.1:1', credentials: { username: 'a', password: 'b' } };
  const text = stringify({ auth: keysOf(callers), store: { kind: 'memory' }, sources: [source] });
  const readFile = (): never => {
    throw new Error('The test has no files.');
  };
  return loadConfiguration({ file: 'test.yaml', text, environment: {}, readFile, modules: sourceModules }).auth;
}

async function send(world: World, { query, variables = {}, caller, method = 'POST', headers = {} }: TwinRequest): Promise<WireResponse> {
  const own = { ...(caller !== undefined && bearer(caller)), 'apollo-require-preflight': '1', ...headers };
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString();
  const response = await (method === 'GET'
    ? request(`${world.gateway.origin}/graphql?${search}`, { headers: own })
    : request(`${world.gateway.origin}/graphql`, {
        method,
        headers: { 'content-type': 'application/json', ...own },
        body: JSON.stringify({ query, variables }),
      }));
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}

/** Without what differs between two machines: the time of day, ports, and how long the planes really took. */
function toComparable({ status, headers, text }: WireResponse): unknown {
  const { date: _date, ...others } = headers;
  const masked = text
    .replaceAll(/127\.0\.0\.1:\d+/g, 'plane')
    .replaceAll(/"latencyMs":\d+/g, '"latencyMs":0')
    .replaceAll(/"errorId":"[^"]*"/g, '"errorId":""');
  const { 'content-length': _length, etag: _tag, ...rest } = others;
  const comparable = sortErrors(masked);
  return { status, headers: comparable === text ? others : rest, text: comparable };
}
