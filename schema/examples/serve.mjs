/** `node schema/examples/serve.mjs`: starts the three example subgraphs, for a router in front of them and of `npm start`. */
import process from 'node:process';

import { examples, startExample } from './start-example.mjs';

for (const name of Object.keys(examples)) {
  const { url } = await startExample(name);
  process.stdout.write(`${name} is ready at ${url}\n`);
}
