// The floor: no GraphQL. It asks the planes with undici, parses what they send, and sends it on as JSON.
import { createServer } from 'node:http';

import { Pool } from 'undici';

const { catalog, astra, vcf, accountId, catalogIds, token } = JSON.parse(process.argv[2]);
const pools = new Map([catalog, astra, vcf].map((origin) => [origin, new Pool(origin, { connections: 128 })]));

async function read(origin, path) {
  const { body } = await pools.get(origin).request({ path, method: 'GET', headers: { authorization: `Bearer ${token}` } });
  return body.json();
}

async function answer(response) {
  const [tasks, astraList, vcfList] = await Promise.all([
    Promise.all(catalogIds.map((id) => read(catalog, `/zones/z/catalog_tasks/${id}`))),
    read(astra, `/accounts/${accountId}/core/v1/tasks`),
    read(vcf, '/v1/tasks?pageNumber=0&pageSize=100'),
  ]);
  const data = { catalog: tasks, astra: { nodes: astraList.items }, vcf: { nodes: vcfList.elements } };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
}

const server = createServer((request, response) => {
  request.resume();
  void answer(response);
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/` }));
