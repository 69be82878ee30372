import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { explorerPlugin } from '../../../src/server/explorer/explorer-plugin.js';
import { get, type Answer } from './get.js';
import { builtPages, ensurePagesAreBuilt, stubGateway } from './stub-gateway.js';

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
let on: FastifyInstance;
let off: FastifyInstance;
let onUrl: string;
let offUrl: string;

beforeAll(async () => {
  ensurePagesAreBuilt();
  on = await stubGateway({ enabled: true });
  off = await stubGateway({ enabled: false });
  onUrl = await on.listen({ host: '127.0.0.1', port: 0 });
  offUrl = await off.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await Promise.all([on.close(), off.close()]);
});

test.each([
  ['/', 'Tributary'],
  ['/graphql', 'Tributary'],
  ['/explorer', 'Tributary explorer'],
])('A browser that opens %s gets the page "%s" under a strict policy.', async (url, title) => {
  const { status, headers, body } = await get(onUrl, url, html);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(body).toContain(`<title>${title}</title>`);
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
  expect(headers['content-security-policy']).toContain("base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-cache',
  });
});

test('The landing page allows no inline style, and neither page allows inline script or eval.', async () => {
  const landing = await get(onUrl, '/');
  const page = await get(onUrl, '/explorer');
  expect(landing.headers['content-security-policy']).not.toContain('unsafe');
  expect(page.headers['content-security-policy']).toContain("script-src 'self';");
  for (const { body } of [landing, page]) {
    expect(body).not.toMatch(/<script(?![^>]* src="\.\/explorer\/assets\/)/);
    expect(body).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
  }
});

test('The pages name nothing by an absolute path, so that they work below a path of a proxy.', async () => {
  for (const path of ['/', '/explorer']) {
    const { body } = await get(onUrl, path);
    const addresses = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) expect(address).toMatch(/^(?:\.\/|#|https:\/\/studio\.apollographql\.com\/)/);
  }
});

test.each([
  ['/explorer/', '../explorer'],
  ['/explorer/?query=%7Ba%7D', '../explorer?query=%7Ba%7D'],
])('%s leads to the page without the slash, below whatever path it stands.', async (path, location) => {
  expect(await get(onUrl, path)).toMatchObject({ status: 308, headers: { location } });
});

test('A page is answered with 304 to a client that has it, whatever else is in the list, and in full to one that has another.', async () => {
  const etag = (await get(onUrl, '/')).headers.etag ?? '';
  expect(etag).toMatch(/^"[\w-]{27}"$/);
  expect((await get(onUrl, '/', { 'if-none-match': `"other", W/${etag}` })).status).toBe(304);
  expect((await get(onUrl, '/', { 'if-none-match': '"other"' })).status).toBe(200);
});

test('Every asset has a hash in its name, and may be kept for ever.', async () => {
  const names = readdirSync(`${builtPages}/assets`).filter((name) => !name.includes('.LEGAL.txt'));
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(name).toMatch(/^[\w-]+-[A-Z0-9]{8}\.(js|css|svg|ttf)(\.gz)?$/);
  const { status, headers } = await get(onUrl, `/explorer/assets/${names[0] ?? ''}`);
  expect(status).toBe(200);
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test('An asset is sent compressed to clients that accept gzip, and uncompressed to others.', async () => {
  const name = readdirSync(`${builtPages}/assets`).find((file) => /^graphql-worker.*\.js$/.test(file)) ?? '';
  const taking = (encoding: string): Promise<Answer> => get(onUrl, `/explorer/assets/${name}`, { 'accept-encoding': encoding });
  const plain = await taking('br, gzip;q=0');
  const compressed = await taking('br, gzip');
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect(compressed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(compressed.bytes.length).toBeLessThan(plain.bytes.length / 2);
  expect(gunzipSync(compressed.bytes).equals(plain.bytes)).toBe(true);
});

test.each([
  '/explorer/assets/',
  '/explorer/assets/none.js',
  '/explorer/assets/..%2flanding.html',
  '/explorer/assets/%2e%2e/%2e%2e/main.js',
])('%s is not found.', async (url) => {
  expect((await get(onUrl, url)).status).toBe(404);
});

test.each([
  ['a client that takes JSON', '/graphql', { accept: 'application/json' }],
  ['a client that takes anything', '/graphql', { accept: '*/*' }],
  ['a client that says nothing', '/graphql', {}],
  ['a client that refuses HTML', '/graphql', { accept: 'text/html;q=0, */*' }],
  ['a browser with a query', '/graphql?query=%7B__typename%7D', html],
])('%s gets no page from /graphql.', async (_who, url, headers) => {
  expect((await get(onUrl, url, headers)).headers['content-type']).toContain('application/json');
});

test.each(['/', '/explorer', '/explorer/', '/graphql', '/explorer/assets/', '/explorer/assets/icon.svg'])(
  'With the explorer switched off, %s is 404 and nothing of HTML.',
  async (url) => {
    const { status, headers, body } = await get(offUrl, url, html);
    expect(status).toBe(404);
    expect(headers['content-type']).not.toContain('html');
    expect(body).not.toContain('<');
  },
);

test('Pages that are not built are an error at the start that says what to do; when the explorer is disabled, they are not needed.', async () => {
  const folder = '/nowhere/explorer';
  await expect(explorerPlugin(Fastify(), { folder, enabled: true })).rejects.toThrow('npm run build');
  await expect(explorerPlugin(Fastify(), { folder, enabled: false })).resolves.toBeUndefined();
});
