import { afterEach, beforeAll, expect, test } from '@jest/globals';

import { build, cleanUp, folderWith, GatewayProcess, type ProcessOptions } from './gateway-process.js';
import { nowhere } from './sample-configurations.js';

beforeAll(build);
afterEach(cleanUp);

/** Nothing on stdout, the exit code 2, and this on stderr. */
async function expectRefusal(words: readonly string[], message: string | RegExp, options?: ProcessOptions): Promise<void> {
  const { code, out, err } = await GatewayProcess.run(words, options);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  if (typeof message === 'string') expect(err).toContain(message);
  else expect(err).toMatch(message);
  expect(err).not.toMatch(/^\s+at |canary/m);
}

test('A port that is taken: exit code 1, nothing on stdout, and --port is named.', async () => {
  const first = await GatewayProcess.serve(['--port', '0']);
  const { port } = new URL(first.url);
  const { code, out, err } = await GatewayProcess.run(['serve', '--port', port]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(`Port ${port} of 127.0.0.1 is taken: choose another with --port`);
});

test.each([
  ['docter', "unknown command 'docter'; did you mean doctor?"],
  ['--port 99999', 'A port is a whole number from 0 to 65535.'],
])('tributary %s is refused.', (line, message) => expectRefusal(line.split(' '), message));

test('All problems of the configuration are printed on stderr, with their positions.', () =>
  expectRefusal(
    ['serve'],
    /^tributary\.yaml:\d+:\d+: sever: unknown key; did you mean server\?\ntributary\.yaml:\d+:\d+: sources\[1\]\.name: expected another name than that of sources\[0\]\ntributary\.yaml:\d+:\d+: sources\[1\]\.tls\.caFile: expected a file that can be read; there is none of this name\n$/,
    {
      cwd: folderWith({
        'tributary.yaml':
          'sever: {}\nauth: { mode: none }\nsources:\n' +
          `  - { name: a, kind: vcf, url: "${nowhere}", credentials: { username: u, password: canary } }\n` +
          `  - { name: a, kind: vcf, url: "${nowhere}", credentials: { username: u, password: canary }, tls: { caFile: ca.pem } }\n`,
      }),
    },
  ));

test.each([['serve', '--port', '0'], ['doctor']])('Under NODE_ENV=production %s does not fall back to the demo.', (...words) =>
  expectRefusal(words, 'under NODE_ENV=production there is no demo', { env: { NODE_ENV: 'production' } }),
);

test.each(['0.0.0.0', '192.0.2.1', '::', 'gateway.example'])('Without authentication it does not listen on %s.', (host) =>
  expectRefusal(
    ['serve', '--port', '0', '--host', host],
    `auth.mode: none serves loopback addresses only, such as 127.0.0.1; ${host} is not one.`,
  ),
);
