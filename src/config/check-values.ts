import { z } from 'zod';

import { isJsonObject } from '../model/scalars.js';
import type { SourceModule } from '../sources/source-module.js';
import { isLoopback } from './loopback.js';
import { formatConfigurationPath, type Path } from './path.js';
import type { ValueProblem } from './problems.js';
import { unwrapSchema } from './resolve-keys.js';
import { sourceKeys } from './schema/source-schema.js';
import { suggestSimilar } from './suggestion.js';

/**
 * What a schema found in the values. Of a union that nothing fits, only the member that fits best is spoken of, or the
 * union as a whole where nothing was given to choose by.
 */
export function findSchemaProblems(issues: readonly z.core.$ZodIssue[], root: unknown): readonly ValueProblem[] {
  return translateIssues(issues, [], root);
}

function translateIssues(issues: readonly z.core.$ZodIssue[], above: Path, root: unknown): readonly ValueProblem[] {
  return issues.flatMap((issue): readonly ValueProblem[] => {
    const path = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key], at: 'key', message: issue.message }));
    const value = valueAt(root, path);
    if (issue.code === 'invalid_union' && isJsonObject(value) && Object.keys(value).length > 0) {
      const [best] = issue.errors.toSorted((a, b) => countMismatches(a) - countMismatches(b));
      if (best !== undefined) return translateIssues(best, path, root);
    }
    return [
      {
        path,
        at: 'value',
        message: value === undefined ? `is missing; ${issue.message}` : issue.message + suggestAllowedValue(issue, value),
      },
    ];
  });
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)];
    return isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, root);
}

/** How far values are from a member of a union. A key that it does not have is further off than one that is wrong or missing. */
function countMismatches(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1), 0);
}

/** The suggestion is one of the allowed values: what was written is never shown. */
function suggestAllowedValue(issue: z.core.$ZodIssue, value: unknown): string {
  const allowed =
    issue.code === 'invalid_value' ? issue.values : issue.code === 'invalid_union' && 'options' in issue ? (issue.options ?? []) : [];
  return typeof value === 'string' ? suggestSimilar(value, allowed.map(String)) : '';
}

/** What a schema expected, for people. Where a schema says it in its own words, those are taken. Never a value of the file, nor a regular expression. */
export function describeExpectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeNames.get(issue.expected) ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${joinAlternatives(issue.values.map((value) => JSON.stringify(value)))}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${formatUnit(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${formatUnit(issue.origin, issue.maximum)}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.format === 'regex' ? 'expected text of another form' : `expected a valid ${issue.format}`;
    case 'unrecognized_keys':
      return 'expected this key to be absent beside the others';
    case 'invalid_union':
      return `expected ${describeUnion(issue)}`;
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

function formatUnit(origin: string, count: number | bigint): string {
  const unit = origin === 'string' ? ' character' : origin === 'array' ? ' element' : '';
  return unit === '' || Number(count) === 1 ? unit : `${unit}s`;
}

function describeUnion(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  if ('options' in issue && Array.isArray(issue.options)) return joinAlternatives(issue.options.map((option) => JSON.stringify(option)));
  if (!(issue.inst instanceof z.ZodUnion)) return 'another value';
  return joinAlternatives([...new Set(listForms(issue.inst))]);
}

/** `{ clientId, clientSecret }`: what each member of a union is made of. */
function listForms(schema: z.core.$ZodType): readonly string[] {
  const bare = unwrapSchema(schema);
  if (bare instanceof z.ZodUnion) return bare.options.flatMap(listForms);
  if (!(bare instanceof z.ZodObject)) return [typeNames.get(bare._zod.def.type) ?? bare._zod.def.type];
  const required = Object.entries(bare.shape).filter(([, field]) => field._zod.optin !== 'optional');
  return [`{ ${required.map(([name, field]) => (field instanceof z.ZodLiteral ? `${name}: ${String(field.value)}` : name)).join(', ')} }`];
}

function joinAlternatives(all: readonly string[]): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

/**
 * What is wrong with the common keys of sources whose kind is missing or unknown. The schema says of such a source no more
 * than that: without a kind it does not know which keys to expect.
 */
export function checkSourcesWithoutKind(root: unknown, modules: readonly SourceModule[]): readonly z.core.$ZodIssue[] {
  const sources = isJsonObject(root) && Array.isArray(root['sources']) ? root['sources'] : [];
  const kinds: readonly unknown[] = modules.map(({ kind }) => kind);
  return sources.flatMap((source: unknown, index) => {
    if (!isJsonObject(source) || kinds.includes(source['kind'])) return [];
    const { error } = commonSourceSchema.safeParse(source, { error: describeExpectation });
    return (error?.issues ?? []).map((issue) => ({ ...issue, path: ['sources', index, ...issue.path] }));
  });
}

const commonSourceSchema = z.looseObject(sourceKeys);

/** What is wrong only in the light of something else. It looks at values as written, so that it speaks even when other things are wrong. */
export function findContradictions(root: unknown): readonly ValueProblem[] {
  if (!isJsonObject(root)) return [];
  const auth = isJsonObject(root['auth']) ? root['auth'] : {};
  return [
    ...checkListenAddress(root['server'], auth['mode']),
    ...findRepeated(root['sources'], ['sources'], 'name'),
    ...findRepeated(auth['keys'], ['auth', 'keys'], 'id'),
  ];
}

function checkListenAddress(server: unknown, mode: unknown): readonly ValueProblem[] {
  const host = isJsonObject(server) ? server['host'] : undefined;
  if (mode !== 'none' || typeof host !== 'string' || isLoopback(host)) return [];
  return [{ path: ['server', 'host'], at: 'value', message: 'expected a loopback address, such as 127.0.0.1, because auth.mode is none' }];
}

/** Elements of a list that have the same text under a key as one before them. */
function findRepeated(list: unknown, path: Path, key: string): readonly ValueProblem[] {
  const first = new Map<string, number>();
  return (Array.isArray(list) ? list : []).flatMap((element: unknown, index): readonly ValueProblem[] => {
    const value = isJsonObject(element) ? element[key] : undefined;
    if (typeof value !== 'string') return [];
    const earlier = first.get(value);
    if (earlier !== undefined)
      return [
        {
          path: [...path, index, key],
          at: 'value',
          message: `expected another ${key} than that of ${formatConfigurationPath([...path, earlier])}`,
        },
      ];
    first.set(value, index);
    return [];
  });
}
