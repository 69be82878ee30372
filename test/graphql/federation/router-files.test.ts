import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';
import { transformSync } from '@swc/core';
import { parse } from 'yaml';

import { readSubgraphs } from './compose.js';

// No router is started here: these tests check the files without one.

const folder = 'schema/examples';
const subgraphs = readSubgraphs(`${folder}/supergraph.yaml`);

function readYaml(file: string): ReturnType<typeof parse> {
  return parse(readFileSync(`${folder}/${file}`, 'utf8'));
}

test('the file for Apollo Router passes subscriptions through to the endpoint of Tributary', () => {
  const { subscription, headers } = readYaml('apollo-router.yaml');
  expect(subscription.mode).toEqual({ passthrough: { subgraphs: { tributary: { path: '/graphql', protocol: 'graphql_ws' } } } });
  expect(headers.all.request).toContainEqual({ propagate: { named: 'authorization' } });
});

test('the file for Cosmo has the same subgraphs, URLs and files as supergraph.yaml', () => {
  const { subgraphs: configured } = readYaml('cosmo-graph.yaml');
  expect(configured.map(({ name, routing_url: url }: { name: string; routing_url: string }) => ({ name, url }))).toEqual(
    subgraphs.map(({ name, url }) => ({ name, url })),
  );
  for (const { schema } of configured) expect([schema.file, existsSync(`${folder}/${schema.file}`)]).toEqual([schema.file, true]);
  expect(configured[0].subscription).toEqual({ url: subgraphs[0]?.url, protocol: 'ws', websocket_subprotocol: 'graphql-transport-ws' });
  expect(readYaml('cosmo-router.yaml').headers.all.request).toContainEqual({ op: 'propagate', named: 'Authorization' });
});

test('the file for Hive Gateway is TypeScript', () => {
  const text = readFileSync(`${folder}/hive-gateway.config.ts`, 'utf8');
  expect(transformSync(text, { jsc: { parser: { syntax: 'typescript' } } }).code).toContain("kind: 'ws'");
});

test('every file for a router says whether it was run', () => {
  const statements: Readonly<Record<string, RegExp>> = {
    'hive-gateway.config.ts': /was started by hand with this file/,
    'cosmo-graph.yaml': /wgc itself is not run/,
  };
  const files = readdirSync(folder).filter((file) => /router|hive|cosmo/.test(file));
  expect(files).toHaveLength(4);
  for (const file of files) {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    expect(text).toMatch(statements[file] ?? /It was not started\./);
  }
});
