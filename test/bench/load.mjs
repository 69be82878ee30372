// The load generator in a process of its own. A message { kind, url, ...options } starts it; it answers with its result, or { failure }.
import process from 'node:process';

import { closedLoop } from '../../scripts/bench/closed-loop.mjs';
import { openLoop } from '../../scripts/bench/open-loop.mjs';

const kinds = { closed: closedLoop, open: openLoop };

process.on('message', ({ kind, url, ...options }) => {
  kinds[kind](url, options).then(
    (result) => process.send(result),
    (error) => process.send({ failure: String(error) }),
  );
});

process.send({});
