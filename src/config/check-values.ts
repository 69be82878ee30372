import * as z from 'zod';

import { isJsonObject } from '../model/scalars.js';
import type { SourceModule } from '../sources/source-module.js';
import { parsePostgresUrl } from '../store/postgres/postgres-url.js';
import { isLoopback } from '../lib/loopback.js';
import { formatConfigurationPath, type Path } from './path.js';
import type { ValueProblem } from './problems.js';
import { readTextFile, unwrapSchema } from './resolve-keys.js';
import { sourceKeys } from './schema/source-schema.js';
import { suggestSimilar } from './suggestion.js';

/**
 * The issues of a schema as problems. Where no member of a union matches, only the issues of the closest member are reported, or
 * the union as a whole where the value is empty.
 */
export function findSchemaProblems(issues: readonly z.core.$ZodIssue[], root: unknown): readonly ValueProblem[] {
  return translateIssues(issues, [], root);
}

function translateIssues(issues: readonly z.core.$ZodIssue[], parent: Path, root: unknown): readonly ValueProblem[] {
  return issues.flatMap((issue): readonly ValueProblem[] => {
    const path = [...parent, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key], at: 'key', message: issue.message }));
    const value = readValueAt(root, path);
    if (issue.code === 'invalid_union' && isJsonObject(value) && Object.keys(value).length > 0) {
      const [closest] = issue.errors.toSorted((a, b) => countMismatches(a) - countMismatches(b));
      if (closest !== undefined) return translateIssues(closest, path, root);
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

function readValueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)];
    return isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, root);
}

/** How far a value is from a member of a union. A key that the member does not have weighs twice as much as a wrong or missing one. */
function countMismatches(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1), 0);
}

/** The suggestion is one of the allowed values; the value in the file is never shown. */
function suggestAllowedValue(issue: z.core.$ZodIssue, value: unknown): string {
  const allowed =
    issue.code === 'invalid_value' ? issue.values : issue.code === 'invalid_union' && 'options' in issue ? (issue.options ?? []) : [];
  return typeof value === 'string' ? suggestSimilar(value, allowed.map(String)) : '';
}

/**
 * The message for an issue of a schema that has no message of its own. It contains neither a value of the file nor a regular expression.
 */
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

/** The required keys of each member of a union, such as `{ clientId, clientSecret }`. */
function listForms(schema: z.core.$ZodType): readonly string[] {
  const bare = unwrapSchema(schema);
  if (bare instanceof z.ZodUnion) return bare.options.flatMap(listForms);
  if (!(bare instanceof z.ZodObject)) return [typeNames.get(bare._zod.def.type) ?? bare._zod.def.type];
  const required = Object.entries(bare.shape).filter(([, field]) => field._zod.optin !== 'optional');
  return [`{ ${required.map(([name, field]) => (field instanceof z.ZodLiteral ? `${name}: ${String(field.value)}` : name)).join(', ')} }`];
}

export function joinAlternatives(all: readonly string[]): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

/**
 * The issues of the common keys of sources whose kind is missing or unknown. The schema reports only the kind of such a source,
 * because without it the schema cannot know which keys to expect.
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

/**
 * Rules between keys. They read the raw values, so that they are reported together with the issues of the schema.
 * `readFile` reads what a value other than a `<key>File` names; an exception becomes a problem.
 */
export function findContradictions(root: unknown, readFile: (path: string) => string): readonly ValueProblem[] {
  if (!isJsonObject(root)) return [];
  const auth = isJsonObject(root['auth']) ? root['auth'] : {};
  return [
    ...checkPostgresTls(root['store'], readFile),
    ...checkListenAddress(root['server'], auth['mode']),
    ...findDuplicates(root['sources'], ['sources'], 'name'),
    ...findDuplicates(auth['keys'], ['auth', 'keys'], 'id'),
  ];
}

function checkListenAddress(server: unknown, mode: unknown): readonly ValueProblem[] {
  const host = isJsonObject(server) ? server['host'] : undefined;
  if (mode !== 'none' || typeof host !== 'string' || isLoopback(host)) return [];
  return [{ path: ['server', 'host'], at: 'value', message: 'expected a loopback address, such as 127.0.0.1, because auth.mode is none' }];
}

/** The TLS files that the URL of a database names, and what contradicts it. */
function checkPostgresTls(store: unknown, readFile: (path: string) => string): readonly ValueProblem[] {
  if (!isJsonObject(store) || store['kind'] !== 'postgres' || typeof store['url'] !== 'string') return [];
  const parsed = parsePostgresUrl(store['url']);
  if ('expected' in parsed) return [];
  const { tls, tlsFiles } = parsed.url;
  const unreadable = Object.entries(tlsFiles).flatMap(([use, path]): readonly ValueProblem[] => {
    const file = readTextFile(path, readFile);
    return 'expected' in file ? [{ path: ['store', 'url'], at: 'value', message: `${tlsParameters[use]}: ${file.expected}` }] : [];
  });
  const isContradicted = tls === 'off' && isJsonObject(store['tls']) && store['tls']['ca'] !== undefined;
  const message = 'expected no caFile, because sslmode=disable in the URL turns TLS off';
  return [...unreadable, ...(isContradicted ? [{ path: ['store', 'tls'], at: 'value' as const, message }] : [])];
}

/** The parameters of the URL that name a file. */
const tlsParameters: Readonly<Record<string, string>> = { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' };

/** Elements of a list whose value of a key occurs in an earlier element. */
function findDuplicates(list: unknown, path: Path, key: string): readonly ValueProblem[] {
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
