// One change a second, sent to 10,000 subscribers of the same document: what npm run bench:subscribers measures.
import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { buildTable, digits } from '../tables.mjs';

const script = fileURLToPath(new URL('../subscribers.mjs', import.meta.url));

export const subscribers = {
  title: 'Subscribers',
  intro:
    'One change a second, sent to subscribers of the same document over WebSockets. _graphql-ws_ executes the document for each of them; ' +
    '_ready bytes_ writes a finished message to each socket.',
  async measure() {
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--json']);
    return JSON.parse(stdout);
  },
  describe: (rows) =>
    buildTable(
      ['', 'subscribers', 'of one core', 'CPU µs a push', 'last one has it, ms', 'RSS kB a subscriber'],
      rows.map(({ name, count, share, microseconds, lastMs, rssKb }) => [
        name,
        count.toLocaleString('en'),
        `${digits(share)} %`,
        digits(microseconds),
        digits(lastMs),
        digits(rssKb),
      ]),
    ),
};
