import { expect, test } from '@jest/globals';

import { checkConfigurationFile, printConfigurationSchema } from '../../src/cli/config.js';
import { modules, smallest } from '../config/fixture.js';

/** The exit code, and what is printed, for a file of this text. */
function check(text: string | Error): { readonly code: number; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const code = checkConfigurationFile({
    file: 'tributary.yaml',
    environment: {},
    modules,
    readFile: () => {
      if (typeof text !== 'string') throw text;
      return text;
    },
    print: (line) => lines.push(line),
  });
  return { code, lines };
}

test('a right file is said to be right', () => {
  expect(check(smallest)).toEqual({ code: 0, lines: ['tributary.yaml is right: 1 source(s).'] });
});

test('a mode that this version does not serve is right, and told', () => {
  expect(check(smallest.replace('{ username: svc, password: pw }', '{ mode: passthrough }'))).toEqual({
    code: 0,
    lines: ['tributary.yaml is right: 1 source(s).', 'This version does not serve credentials.mode: passthrough (source sfo) yet.'],
  });
});

test('what is wrong is printed, one problem a line', () => {
  expect(check(`sever: 1\nlimits: 1\n${smallest}`)).toEqual({
    code: 2,
    lines: ['tributary.yaml:1:1: sever: unknown key; did you mean server?', 'tributary.yaml:2:9: limits: expected keys and their values'],
  });
});

test('a file that cannot be read is a problem of the configuration', () => {
  expect(check(Object.assign(new Error('open'), { code: 'EISDIR' }))).toEqual({
    code: 2,
    lines: ['tributary.yaml:1:1: expected a file that can be read; this is a folder'],
  });
});

test('the schema is printed as JSON', () => {
  const texts: string[] = [];
  expect(printConfigurationSchema({ modules, print: (text) => texts.push(text) })).toBe(0);
  expect(JSON.parse(texts.join(''))).toMatchObject({ title: 'Tributary configuration' });
});
