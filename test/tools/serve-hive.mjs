/**
 * `node test/tools/serve-hive.mjs <supergraph file> <own|Rust>`: Hive Gateway on a free loopback port, with its own planner or with that of Hive
 * Router, which is written in Rust. It prints its URL and ends with its input.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process from 'node:process';

import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

const [, , file, planner] = process.argv;
const gateway = createGatewayRuntime({
  supergraph: readFileSync(file, 'utf8'),
  maskedErrors: false,
  logging: false,
  ...(planner === 'Rust' && { unifiedGraphHandler }),
});
const server = createServer((request, response) => void gateway(request, response));
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/graphql\n`));
process.stdin.resume().on('end', () => process.exit(0));
