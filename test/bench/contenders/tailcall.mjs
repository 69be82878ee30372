// Tailcall (Rust) over the same REST. It has no code of its own between a plane and the answer, so it leaves fields as
// the planes name them, and does less than the others.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { catalog, astra, vcf, accountId, token } = JSON.parse(process.argv[2]);

const headers = `headers: [{ key: "authorization", value: "Bearer ${token}" }]`;

/** The schema, whose directives say where each field is read. */
const buildSchema = (port) => `
schema @server(port: ${port}, hostname: "127.0.0.1") {
  query: Query
}
type Query {
  task(id: ID!): CatalogTask @http(url: "${catalog}/zones/z/catalog_tasks/{{.args.id}}", ${headers})
  astra: AstraList @http(url: "${astra}/accounts/${accountId}/core/v1/tasks", ${headers})
  vcf: VcfList @http(url: "${vcf}/v1/tasks?pageNumber=0&pageSize=100", ${headers})
}
type AstraList {
  items: [AstraTask!]!
}
type VcfList {
  elements: [VcfTask!]!
}
type CatalogTask {
  id: ID!
  package_slug: String!
  status: String!
  created_at: String
  error_message: String
  warnings: [Message!]!
}
type AstraTask {
  id: ID!
  summary: String!
  state: String!
  percentDone: Float
  stateDetails: [Message!]!
  metadata: AstraMetadata!
}
type AstraMetadata {
  creationTimestamp: String
}
type VcfTask {
  id: ID!
  name: String!
  status: String!
  creationTimestamp: String
  subTasks: [VcfSubtask!]!
  errors: [Message!]!
}
type VcfSubtask {
  name: String!
  status: String!
}
type Message {
  code: String
  type: String
  message: String
  detail: String
  errorCode: String
}
`;

const port = await findFreePort();
const file = join(mkdtempSync(join(tmpdir(), 'bench-tailcall-')), 'bench.graphql');
writeFileSync(file, buildSchema(port));
const program = new URL('node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall', import.meta.url).pathname;
const child = spawn(program, ['start', file], {
  env: { ...process.env, TAILCALL_TRACKER: 'false', TC_TRACKER: 'false', DO_NOT_TRACK: '1' },
  stdio: ['ignore', 'pipe', 'pipe'],
});
let output = '';
for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
child.on('exit', () => {
  const library = /version `(\S+)' not found/.exec(output)?.[1];
  process.send({ failed: library === undefined ? output.slice(0, 500) : `It needs ${library}.` });
});
process.on('disconnect', () => child.kill());
const url = `http://127.0.0.1:${port}/graphql`;
for (let tries = 0; tries < 50; tries += 1) {
  const answered = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  }).then(
    () => true,
    () => false,
  );
  if (answered) {
    process.send({ url, pid: child.pid });
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
}

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
