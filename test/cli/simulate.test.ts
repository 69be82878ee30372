import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

import type { CommandOutcome } from '../../src/cli/command.js';
import { runProgram } from '../../src/cli/program.js';
import { sourceModules } from '../../src/sources/registry.js';
import { startTestGateway } from '../support/test-gateway.js';
import { createTestIo } from './test-io.js';

/** What `tributary simulate` prints, until it is closed. */
async function simulate(...words: readonly string[]): Promise<{ outcome: CommandOutcome; text: string; err: string }> {
  const { io, err } = createTestIo('');
  const outcome = await runProgram(['simulate', ...words], sourceModules, io);
  return { outcome, text: typeof outcome === 'number' ? '' : outcome.announcement, err: err.join('\n') };
}

test.each(sourceModules.map(({ kind }) => kind))('A simulated %s plane prints the configuration that connects to it.', async (kind) => {
  const { outcome, text } = await simulate(kind, '--port', '0');
  if (typeof outcome === 'number') throw new Error(`It ended with ${outcome}.`);
  const { sources } = parse(text) as { sources: { name: string; url: string }[] };
  expect(sources).toMatchObject([{ name: `${kind}-sim`, kind, url: outcome.origin }]);
  const { gateway, graphql } = await startTestGateway(sources);
  try {
    const { data } = await graphql('{ tasks(first: 3) { totalCount sources { __typename } } }');
    expect(data?.tasks.sources).toEqual([{ __typename: 'TaskSourceAnswered' }]);
    expect(data?.tasks.totalCount).toBeGreaterThan(5);
  } finally {
    await gateway.close();
    await outcome.close();
  }
});

test('The same seed and name give the same credentials, so that a configuration stays valid.', async () => {
  const first = await simulate('vcf', '--name', 'vcf-nyc', '--seed', '7');
  const second = await simulate('vcf', '--name', 'vcf-nyc', '--seed', '7');
  for (const { outcome } of [first, second]) if (typeof outcome !== 'number') await outcome.close();
  const credentials = (text: string): unknown => (parse(text) as { sources: { credentials: object }[] }).sources[0]?.credentials;
  expect(credentials(first.text)).toEqual(credentials(second.text));
  expect(credentials(first.text)).toMatchObject({ username: expect.stringContaining('nyc') });
});

test.each([
  [['vfc'], 2, "there is no kind 'vfc'; did you mean vcf?"],
  [['vcf', '--cert', 'plane.pem'], 2, '--cert and --key belong together'],
  [['vcf', '--port', '70000'], 2, 'A port is a whole number'],
])('simulate %j ends with %i and says why.', async (words, code, message) => {
  const { outcome, err } = await simulate(...words);
  expect(outcome).toBe(code);
  expect(err).toContain(message);
});

test.each(['', 'no PEM'])('A certificate whose file has “%s” is named as such, and is no problem of the port.', async (content) => {
  const { io, out, err } = createTestIo(content);
  expect(await runProgram(['simulate', 'vcf', '--cert', 'plane.pem', '--key', 'plane-key.pem'], sourceModules, io)).toBe(2);
  expect([out, err.join('\n')]).toEqual([
    [],
    expect.stringContaining('The certificate of --cert plane.pem and the key of --key plane-key.pem cannot be used: expected PEM'),
  ]);
});

test('A port that is taken is named.', async () => {
  const { outcome } = await simulate('astra', '--port', '0');
  if (typeof outcome === 'number') throw new Error(`It ended with ${outcome}.`);
  const { port } = new URL(outcome.origin);
  const second = await simulate('astra', '--port', port);
  await outcome.close();
  expect(second).toMatchObject({
    outcome: 1,
    err: expect.stringContaining(`"The plane cannot listen on port ${port} of 127.0.0.1 (EADDRINUSE): choose another with --port."`),
  });
});
