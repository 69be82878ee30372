import { expect, test } from '@jest/globals';

import { printSubgraph } from '../../src/commands/print-subgraph.js';
import { modules } from '../fourth-source/registry.js';
import { directivesOf } from './directives-of.js';

test('The task of a fourth source is an entity with scopes and tags, without a word of federation in its folder.', () => {
  const found = directivesOf(printSubgraph(modules, { node: false, scopes: true }));
  expect(found.get('BrewTask')).toEqual(found.get('VcfTask'));
  expect(found.get('BrewTask.beans')).toEqual(['@tag(name: "public")']);
  expect(found.get('BrewTask.raw')).toEqual([]);
});
