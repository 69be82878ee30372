import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';
import { transformSync } from '@swc/core';
import { parse } from 'yaml';

import { readSubgraphs } from './compose.js';

// No router can be started here. What can be checked without one is.

const folder = 'schema/examples';
const subgraphs = readSubgraphs(`${folder}/supergraph.yaml`);

function read(file: string): ReturnType<typeof parse> {
  return parse(readFileSync(`${folder}/${file}`, 'utf8'));
}

test('the file for Apollo Router passes subscriptions of Tributary through to where it serves them', () => {
  const { subscription, headers } = read('apollo-router.yaml');
  expect(subscription.mode).toEqual({ passthrough: { subgraphs: { tributary: { path: '/graphql', protocol: 'graphql_ws' } } } });
  expect(headers.all.request).toContainEqual({ propagate: { named: 'authorization' } });
});

test('the file for Cosmo names the same subgraphs, URLs and files as the one that is composed here', () => {
  const { subgraphs: named } = read('cosmo-graph.yaml');
  expect(named.map(({ name, routing_url: url }: { name: string; routing_url: string }) => ({ name, url }))).toEqual(
    subgraphs.map(({ name, url }) => ({ name, url })),
  );
  for (const { schema } of named) expect([schema.file, existsSync(`${folder}/${schema.file}`)]).toEqual([schema.file, true]);
  expect(named[0].subscription).toEqual({ url: subgraphs[0]?.url, protocol: 'ws', websocket_subprotocol: 'graphql-transport-ws' });
  expect(read('cosmo-router.yaml').headers.all.request).toContainEqual({ op: 'propagate', named: 'Authorization' });
});

test('the file for Hive Gateway is TypeScript', () => {
  const text = readFileSync(`${folder}/hive-gateway.config.ts`, 'utf8');
  expect(transformSync(text, { jsc: { parser: { syntax: 'typescript' } } }).code).toContain("kind: 'ws'");
});

test('every file for a router says that it was not started', () => {
  const files = readdirSync(folder).filter((file) => /router|hive|cosmo/.test(file));
  expect(files).toHaveLength(4);
  for (const file of files) expect(readFileSync(`${folder}/${file}`, 'utf8')).toMatch(/It was not (started|run)\./);
});
