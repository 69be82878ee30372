import { afterEach, beforeAll, expect, test } from '@jest/globals';

import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import { post } from '../support/post.js';
import { build, cleanUp, folderWith, GatewayProcess } from './gateway-process.js';
import { oneVcf } from './sample-configurations.js';

beforeAll(build);
afterEach(cleanUp);

const query = { query: '{ tasks(first: 1) { totalCount sources { __typename } } }' };

test.each(['SIGTERM', 'SIGINT'] as const)(
  'Without configuration it is the demo, says so on stderr, answers, and %s ends it with 0.',
  async (signal) => {
    const gateway = await GatewayProcess.serve(['serve', '--port', '0']);
    const { url } = gateway;
    const { data } = await post(url, query);
    expect(data.tasks.sources).toHaveLength(4);
    expect(data.tasks.totalCount).toBeGreaterThan(50);
    expect(gateway.err.match(/Node .* is past its end of life/g) ?? []).toHaveLength(
      Number(process.versions.node.split('.')[0]) < 22 ? 1 : 0,
    );

    expect(await gateway.stop(signal)).toEqual({
      code: 0,
      signal: null,
      out: `Tributary is ready at ${url}\n`,
      err: 'No configuration was found: this is the demo, with simulated planes. Name a file with --config to use your own.\n',
    });
    const lines = gateway.err.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'info')).toMatchObject([
      { time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), msg: `Listening at ${new URL(url).origin}.` },
      { msg: `The explorer is at ${new URL('/explorer', url).href}` },
      { msg: `The planes of the demo can be broken at ${new URL('/demo', url).href}` },
      { signal, msg: `${signal} was received: no more requests are accepted, and those in flight are finished.` },
      { msg: 'The gateway has stopped.' },
    ]);
    await expect(post(url, query)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  },
);

test('The command may be left out, and the address is the one that --host names.', async () => {
  const gateway = await GatewayProcess.serve(['--host', '[::1]', '--port=0']);
  expect(gateway.url).toMatch(/^http:\/\/\[::1\]:\d+\/graphql$/);
  expect((await post(gateway.url, query)).status).toBe(200);
});

test('The same seed gives the same demo, and another seed another demo.', async () => {
  const ids = async (seed: string): Promise<unknown> => {
    const gateway = await GatewayProcess.serve(['demo', '--port', '0', '--seed', seed]);
    const { data } = await post(gateway.url, { query: '{ tasks(filter: { sourceNames: ["vcf-sfo"] }, first: 5) { nodes { id } } }' });
    return data.tasks.nodes;
  };
  const [seven, again, eight] = await Promise.all([ids('7'), ids('7'), ids('8')]);
  expect(seven).toEqual(again);
  expect(seven).not.toEqual(eight);
});

/** A server with a request under way that its plane answers when `release` is called. */
async function busyGateway() {
  const plane = await VcfSimulator.start({ seed: 1, name: 'site', now: Date.now });
  const { promise: released, resolve: release } = deferred();
  const { promise: requested, resolve: ask } = deferred();
  plane.server.fault = async (_call, handle) => {
    ask();
    await released;
    return handle();
  };
  const [source] = [{ name: 'site', kind: 'vcf', url: plane.url, ...plane.settings, timeoutMs: 60_000 }];
  const folder = folderWith({ 'tributary.yaml': oneVcf(plane.url, { sources: [source] }) });
  const gateway = await GatewayProcess.serve(['serve', '--port', '0'], { cwd: folder });
  const answer = post(gateway.url, query).catch((error: unknown) => error);
  await requested;
  return { gateway, answer, release, close: () => plane.close() };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

test('A request in flight is answered in full after a signal, also when the signal arrives twice at once, as under npm.', async () => {
  const { gateway, answer, release, close } = await busyGateway();
  gateway.signal('SIGINT');
  gateway.signal('SIGTERM');
  await expectRefused(gateway.url);
  release();
  expect(await answer).toMatchObject({ status: 200, data: { tasks: { sources: [{ __typename: 'TaskSourceAnswered' }] } } });
  expect(await gateway.ended).toMatchObject({ code: 0, err: '' });
  await close();
});

test('A second Ctrl-C cuts the requests in flight, and says so.', async () => {
  const { gateway, answer, release, close } = await busyGateway();
  const again = setInterval(() => gateway.signal('SIGINT'), 20);
  const ended = await gateway.ended;
  clearInterval(again);
  expect(ended).toMatchObject({ code: 1, err: 'Stopped at once by a second SIGINT; requests in flight were cut.\n' });
  expect(await answer).toBeInstanceOf(Error);
  release();
  await close();
});

test('A request that takes longer than 10 s after the signal is cut, and a message says so.', async () => {
  const { gateway, answer, release, close } = await busyGateway();
  const begun = performance.now();
  const { code, err } = await gateway.stop('SIGTERM');
  const tookMs = performance.now() - begun;
  expect({ code, err }).toEqual({ code: 1, err: 'Some requests took longer than 10 s after the signal and were cut.\n' });
  expect(tookMs).toBeGreaterThan(9_500);
  expect(tookMs).toBeLessThan(13_000);
  expect(await answer).toBeInstanceOf(Error);
  release();
  await close();
});

/** Until the signal has been seen: a draining server takes no new connection. */
async function expectRefused(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const refused = await fetch(new URL('/livez', url), { headers: { connection: 'close' } }).then(
      ({ status }) => status !== 200,
      () => true,
    );
    if (refused) return;
  }
  throw new Error('It goes on to take requests after the signal.');
}
