import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseId, resourceIdOf, sourceIdOf, taskIdOf } from '../../../src/task/model/id.js';

test.each([
  ['vcf-sfo:8c64', { of: 'task', sourceName: 'vcf-sfo', localId: '8c64' }],
  ['vcf-sfo:a:b:', { of: 'task', sourceName: 'vcf-sfo', localId: 'a:b:' }],
  ['source:vcf-sfo', { of: 'source', sourceName: 'vcf-sfo' }],
  ['resource:vcf-sfo:h:1', { of: 'resource', sourceName: 'vcf-sfo', localId: 'h:1' }],
])('"%s" is read.', (id, parsed) => {
  expect(parseId(id)).toEqual(parsed);
});

test.each(['', ':', 'vcf-sfo', 'vcf-sfo:', ':8c64', 'source:', 'resource:', 'resource:vcf-sfo', 'resource:vcf-sfo:', 'resource::1'])(
  '"%s" is none of ours.',
  (id) => {
    expect(parseId(id)).toBeNull();
  },
);

const sourceName = fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/).filter((name) => name !== 'source' && name !== 'resource');

test('Every id that is made can be read again.', () => {
  fc.assert(
    fc.property(sourceName, fc.string({ minLength: 1 }), (name, localId) => {
      expect(parseId(taskIdOf(name, localId))).toEqual({ of: 'task', sourceName: name, localId });
      expect(parseId(resourceIdOf(name, localId))).toEqual({ of: 'resource', sourceName: name, localId });
      expect(parseId(sourceIdOf(name))).toEqual({ of: 'source', sourceName: name });
    }),
  );
});

test('No text makes it throw.', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(() => parseId(text)).not.toThrow()));
});
