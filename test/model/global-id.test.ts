import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseGlobalId, formatResourceId, formatSourceId, formatTaskId } from '../../src/model/global-id.js';
import { unicode } from '../support/generators/unicode.js';

test.each([
  ['vcf-sfo:8c64', { kind: 'task', sourceName: 'vcf-sfo', sourceTaskId: '8c64' }],
  ['vcf-sfo:a:b:', { kind: 'task', sourceName: 'vcf-sfo', sourceTaskId: 'a:b:' }],
  ['source:vcf-sfo', { kind: 'source', sourceName: 'vcf-sfo' }],
  ['resource:vcf-sfo:h:1', { kind: 'resource', sourceName: 'vcf-sfo', sourceResourceId: 'h:1' }],
])('"%s" is parsed.', (id, parsed) => {
  expect(parseGlobalId(id)).toEqual(parsed);
});

test.each(['', ':', 'vcf-sfo', 'vcf-sfo:', ':8c64', 'source:', 'resource:', 'resource:vcf-sfo', 'resource:vcf-sfo:', 'resource::1'])(
  '"%s" is not a global id.',
  (id) => {
    expect(parseGlobalId(id)).toBeNull();
  },
);

const sourceName = fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/).filter((name) => name !== 'source' && name !== 'resource');

test('Every formatted id can be parsed again.', () => {
  fc.assert(
    fc.property(sourceName, fc.string({ minLength: 1 }), (name, id) => {
      expect(parseGlobalId(formatTaskId(name, id))).toEqual({ kind: 'task', sourceName: name, sourceTaskId: id });
      expect(parseGlobalId(formatResourceId(name, id))).toEqual({ kind: 'resource', sourceName: name, sourceResourceId: id });
      expect(parseGlobalId(formatSourceId(name))).toEqual({ kind: 'source', sourceName: name });
    }),
  );
});

test('No text makes it throw.', () => {
  fc.assert(fc.property(unicode(), (text) => expect(() => parseGlobalId(text)).not.toThrow()));
});
