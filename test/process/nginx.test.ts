import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';

import { Authenticator } from '../../src/server/authentication/authenticator.js';
import { builtPages, ensurePagesAreBuilt } from '../server/explorer/stub-gateway.js';
import { type LiveServer, startLiveServer } from '../server/subscriptions/live-server.js';
import { describeWith } from '../support/describe-with-tool.js';
import { examples } from '../support/documents.js';
import { Certificates, openssl } from '../upstream/certificates.js';

const program = process.env['NGINX_PATH'] ?? '/usr/sbin/nginx';
const nginx = { isThere: hasNginx(), install: `Install Debian's package nginx, or set NGINX_PATH (${program} does not run).` };
const [wholeServer = '', pathLocation = ''] = examples()
  .filter(({ file, language }) => file === 'docs/operations.md' && language === 'nginx')
  .map(({ text }) => text);

function hasNginx(): boolean {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** nginx with the server of the document, in front of a gateway. */
class Proxy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tributary-nginx-'));
  #process: ChildProcess | null = null;
  /** `tasks.example:PORT`, as a page names it. */
  host = '';
  #port = 0;

  async start(server: string, gateway: string, { certificate }: { readonly certificate: string }): Promise<void> {
    this.#port = await findFreePort();
    this.host = `tasks.example:${this.#port}`;
    const adapted = server
      .replace('listen 443 ssl', `listen 127.0.0.1:${this.#port} ssl`)
      .replaceAll('127.0.0.1:4000', gateway)
      .replace('/etc/nginx/tasks.example.pem', `${certificate}.pem`)
      .replace('/etc/nginx/tasks.example.key', `${certificate}.key`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
    const file = join(this.#folder, 'nginx.conf');
    writeFileSync(
      file,
      `daemon off; pid nginx.pid; error_log stderr notice; events {}\nhttp { access_log off; ${temporary.join(' ')}\n${adapted} }`,
    );
    this.#process = spawn(program, ['-p', this.#folder, '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    await new Promise<void>((resolve, reject) => {
      this.#process?.stderr?.setEncoding('utf8').on('data', (text) => {
        log += String(text);
        if (log.includes('start worker process ')) resolve();
      });
      this.#process?.once('exit', () => reject(new Error(log)));
    });
  }

  /** A response, whole or, for an event stream, its first event after the comment. */
  fetch(
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: this.#port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: { host: this.host, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        rejectUnauthorized: false,
        agent: false,
      });
      outgoing.once('error', reject).once('response', (response) => {
        let text = '';
        const finish = (): void => resolve({ status: response.statusCode ?? 0, text });
        response.setEncoding('utf8').on('data', (chunk) => {
          text += String(chunk);
          if (!/event: next\ndata: .*\n\n/.test(text)) return;
          finish();
          response.destroy();
        });
        response.once('end', finish);
      });
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Opens a WebSocket as a page of the proxy does, and returns `open`, or the status of a refusal. */
  async connect(path: string): Promise<string> {
    const socket = new WebSocket(`wss://127.0.0.1:${this.#port}${path}`, 'graphql-transport-ws', {
      rejectUnauthorized: false,
      origin: `https://${this.host}`,
      headers: { host: this.host },
    });
    const status = await new Promise<string>((resolve, reject) => {
      socket.once('open', () => resolve('open'));
      socket.once('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
      socket.once('error', reject);
    });
    socket.on('error', () => undefined).terminate();
    return status;
  }

  async stop(): Promise<void> {
    if (this.#process !== null && this.#process.exitCode === null) {
      this.#process.kill('SIGTERM');
      await once(this.#process, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describeWith(nginx, openssl)('Behind nginx with the server of the page on operations,', () => {
  const certificates = new Certificates();
  let server: LiveServer;
  let proxy: Proxy;
  beforeAll(() => {
    ensurePagesAreBuilt();
    certificates.selfSigned('tasks');
  });
  afterAll(() => rmSync(certificates.folder, { recursive: true, force: true }));
  afterEach(async () => {
    await proxy.stop();
    await server.app.close();
  });

  async function start(configuration: string, trustedProxies: readonly string[] = []): Promise<void> {
    const authenticator = new Authenticator({
      access: { mode: 'none' },
      trustedProxies,
      fetchPublicDocument: () => Promise.reject(new Error('Nothing is read.')),
      now: Date.now,
    });
    server = await startLiveServer({ authenticator, explorerFolder: builtPages });
    proxy = new Proxy();
    await proxy.start(configuration, server.host, { certificate: join(certificates.folder, 'tasks') });
  }

  describe.each([
    ['at the root', '', wholeServer],
    ['below a path', '/tributary', wholeServer.replace(/ {2}location [^]*?\n {2}\}\n/, pathLocation)],
  ])('%s,', (_where, path, configuration) => {
    test('pages with their assets, queries, events and WebSockets pass.', async () => {
      await start(configuration);
      const page = await proxy.fetch(`${path}/`, { accept: 'text/html' });
      expect(page.status).toBe(200);
      for (const name of ['/', '/explorer']) {
        const { text } = await proxy.fetch(`${path}${name}`, { accept: 'text/html' });
        const assets = [...text.matchAll(/(?:src|href)="(\.\/[^"]*assets[^"]*)"/g)].map(([, relative = '']) => relative);
        expect(assets.length).toBeGreaterThan(0);
        for (const asset of assets) expect((await proxy.fetch(new URL(asset, `https://a${path}${name}`).pathname, {})).status).toBe(200);
      }
      const query = await proxy.fetch(`${path}/graphql`, {}, { query: '{ hello }' });
      expect(JSON.parse(query.text)).toEqual({ data: { hello: null } });
      const event = proxy.fetch(`${path}/graphql/stream`, {}, { query: 'subscription { messages { text } }' });
      await server.feed.until(1);
      server.feed.push('hello');
      expect((await event).text).toContain('{"data":{"messages":{"text":"hello"}}}');
      expect(await proxy.connect(`${path}/graphql`)).toBe('open');
      expect(server.log).toEqual([]);
    });
  });

  const withoutHost = wholeServer.replace(/.*proxy_set_header Host .*\n/, '');

  test('but without its Host, a WebSocket is refused, and a line in the log says what to do.', async () => {
    await start(withoutHost);
    for (let n = 0; n < 3; n += 1) expect(await proxy.connect('/graphql')).toBe('403');
    expect(server.log.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { origin: `https://${proxy.host}`, host: server.host, msg: expect.stringContaining('proxy_set_header Host $http_host') },
    ]);
  });

  test('and with X-Forwarded-Host in place of its Host, WebSockets pass where the proxy is trusted.', async () => {
    const configuration = wholeServer.replace('proxy_set_header Host', 'proxy_set_header X-Forwarded-Host');
    await start(configuration, ['127.0.0.1']);
    expect(await proxy.connect('/graphql')).toBe('open');
    expect(server.log).toEqual([]);
  });
});
