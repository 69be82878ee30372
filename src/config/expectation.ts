import { z } from 'zod';

import { unwrap } from './schema/known-keys.js';

/** What a schema expected, for people. Where a schema says it in its own words, those are taken. Never a value of the file, nor a regular expression. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeNames.get(issue.expected) ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${alternatives(issue.values.map((value) => JSON.stringify(value)))}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin, issue.maximum)}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.format === 'regex' ? 'expected text of another form' : `expected a valid ${issue.format}`;
    case 'unrecognized_keys':
      return 'expected this key to be absent beside the others';
    case 'invalid_union':
      return `expected ${unionForms(issue)}`;
    default:
      return 'expected another value';
  }
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'keys and their values'],
  ['record', 'keys and their values'],
]);

function unitOf(origin: string, count: number | bigint): string {
  const unit = origin === 'string' ? ' character' : origin === 'array' ? ' element' : '';
  return unit === '' || Number(count) === 1 ? unit : `${unit}s`;
}

function unionForms(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  if ('options' in issue && Array.isArray(issue.options)) return alternatives(issue.options.map((option) => JSON.stringify(option)));
  if (!(issue.inst instanceof z.ZodUnion)) return 'another value';
  return alternatives([...new Set(formsOf(issue.inst))]);
}

/** `{ clientId, clientSecret }`: what each member of a union is made of. */
function formsOf(schema: z.core.$ZodType): readonly string[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodUnion) return bare.options.flatMap(formsOf);
  if (!(bare instanceof z.ZodObject)) return [typeNames.get(bare._zod.def.type) ?? bare._zod.def.type];
  const required = Object.entries(bare.shape).filter(([, field]) => field._zod.optin !== 'optional');
  return [`{ ${required.map(([name, field]) => (field instanceof z.ZodLiteral ? `${name}: ${String(field.value)}` : name)).join(', ')} }`];
}

function alternatives(all: readonly string[]): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}
