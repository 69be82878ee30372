import { expect, test } from '@jest/globals';

import { printSubgraph } from '../../../src/cli/schema.js';
import { modules } from '../../sources/fourth-source/registry.js';
import { listDirectives } from './list-directives.js';

test('The task type of a fourth source is an entity with scopes and tags, without federation code in its folder.', () => {
  const found = listDirectives(printSubgraph(modules, { node: false, scopes: true }));
  expect(found.get('BrewTask')).toEqual(found.get('VcfTask'));
  expect(found.get('BrewTask.beans')).toEqual(['@tag(name: "public")']);
  expect(found.get('BrewTask.raw')).toEqual([]);
});
