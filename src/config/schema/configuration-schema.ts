import { isIP } from 'node:net';

import { z } from 'zod';

import type { RecordingMode } from '../../gateway/history/recorder.js';
import { defaultGatewayLimits } from '../../gateway/query/operation-limits.js';
import { isJsonObject, parseJson } from '../../model/scalars.js';
import type { TrustMode } from '../../server/guards/trusted-documents.js';
import { secretSetting, type SourceModule } from '../../sources/source-module.js';
import type { Configuration } from '../configuration.js';
import { authSchema } from './auth-schema.js';
import { booleanSetting, durationSetting, fileSetting, integerSetting } from './setting-types.js';
import { sourceSchema } from './source-schema.js';

const hourMs = 3_600_000;

/** The whole file. Relative paths in its output are as they were written. */
export function configurationSchema(modules: readonly SourceModule[]): z.ZodType<Configuration> {
  return z
    .strictObject({
      server: serverSchema,
      graphql: z
        .strictObject({
          introspection: booleanSetting('Whether every caller may read the schema.', false),
          explorer: booleanSetting('Whether the explorer is served, as pages without data.', false),
          trustedDocuments: trustedDocumentsSchema,
        })
        .prefault({})
        .describe('What the GraphQL endpoint shows of itself.'),
      auth: authSchema,
      store: storeSchema,
      reads: z
        .strictObject({
          maxAgeMs: integerSetting('Milliseconds that known data may be old where a query does not say.', {
            min: 0,
            max: hourMs,
            default: 1_000,
          }),
          minAgeMs: integerSetting('Milliseconds that known data may always be old, whatever a query says.', {
            min: 0,
            max: hourMs,
            default: 0,
          }),
        })
        .prefault({})
        .describe('How fresh reads are.'),
      federation: z
        .strictObject({
          node: booleanSetting('Whether the subgraph SDL has node and nodes, which no two subgraphs may share.', false),
          scopes: booleanSetting('Whether the subgraph SDL has scope directives.', false),
        })
        .prefault({})
        .describe('What the subgraph SDL shows.'),
      limits: limitsSchema,
      sources: z
        .array(sourceSchema(modules))
        .min(1, { error: 'expected at least one source' })
        .describe('The control planes, in the order in which they are listed.'),
    })
    .describe('Configuration of Tributary.');
}

/** The JSON Schema (draft 2020-12) of the configuration file, for editors. What only holds between keys is not in it. */
export function configurationJsonSchema(modules: readonly SourceModule[]): Record<string, unknown> {
  const schema = z.toJSONSchema(configurationSchema(modules), { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' });
  const { $schema, ...rest } = schema;
  return { $schema, title: 'Tributary configuration', ...rewriteObject(rest) };
}

type Json = Record<string, unknown>;

/** Every object in the tree closed, and with `<key>File` beside each secret. */
function rewriteObject(schema: Json): Json {
  const { properties, ...others } = schema;
  const inner: Json = Object.fromEntries(Object.entries(others).map(([keyword, value]) => [keyword, rewriteValue(value)]));
  return isJsonObject(properties) ? { ...inner, ...closeObject(properties, inner) } : inner;
}

function rewriteValue(value: unknown): unknown {
  return Array.isArray(value) ? value.map(rewriteValue) : isJsonObject(value) ? rewriteObject(value) : value;
}

function closeObject(keys: Json, object: Json): Json {
  const required = new Set(Array.isArray(object['required']) ? object['required'].map(String) : []);
  const properties: Json = {};
  const choices: Json[] = [];
  for (const [name, key] of Object.entries(keys)) {
    const { secret, fileOnly, ...plain } = isJsonObject(key) ? rewriteObject(key) : {};
    if (fileOnly !== true) properties[name] = secret === true ? { ...plain, writeOnly: true } : plain;
    if (secret !== true && fileOnly !== true) continue;
    properties[`${name}File`] = { type: 'string', minLength: 1, description: fileDescription(plain['description'], fileOnly === true) };
    const either = { oneOf: [{ required: [name] }, { required: [`${name}File`] }] };
    if (required.delete(name)) choices.push(either);
    else if (secret === true) choices.push({ not: { required: [name, `${name}File`] } });
  }
  const allOf = choices.length > 0 ? { allOf: choices } : {};
  return { properties, required: [...required], ...allOf, additionalProperties: object['additionalProperties'] ?? false };
}

function fileDescription(description: unknown, isFileOnly: boolean): string {
  return isFileOnly
    ? String(description)
    : `Path of a file that holds it instead, from the folder of the configuration. ${String(description)}`;
}

const networkExpected = 'expected an IP address, or a network such as 10.0.0.0/8';
const hostExpected = 'expected an IP address or a host name, without a port';
const originExpected = 'expected an origin, such as https://studio.example: scheme, host and port, in lower case, with nothing behind them';

export const serverSchema = z
  .strictObject({
    host: z
      .string({ error: hostExpected })
      .refine((host) => isIP(host) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(host), { error: hostExpected })
      .default('127.0.0.1')
      .describe('IP address or host name to listen on. 127.0.0.1 by default: this machine alone.'),
    port: integerSetting('Port to listen on; 0 takes a free one.', { min: 0, max: 65_535, default: 4_000 }),
    cors: z
      .array(z.string({ error: originExpected }).refine(isOrigin, { error: originExpected }).describe('Scheme, host and port.'))
      .default([])
      .describe('Origins whose pages may call the API from a browser. None by default.'),
    trustedProxies: z
      .array(z.string({ error: networkExpected }).refine(isNetwork, { error: networkExpected }).describe('An IP address, or a network.'))
      .default([])
      .describe('Proxies whose X-Forwarded-For is believed: IP addresses, or networks such as 10.0.0.0/8. None by default.'),
  })
  .prefault({})
  .describe('Where the gateway listens.');

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...others] = text.split('/');
  const version = isIP(address);
  if (version === 0 || others.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 6 ? 128 : 32));
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

export const limitsSchema = z
  .strictObject({
    bodyKb: limitSetting('KiB of a request body.', 100),
    tokens: limitSetting('Tokens of a GraphQL document.', 1_000),
    depth: limitSetting('Depth of an operation.', 15),
    aliases: limitSetting('Aliases in an operation.', 20),
    rootFields: limitSetting('Root fields of a query.', 10),
    mutationRootFields: limitSetting('Root fields of a mutation.', 1),
    selections: limitSetting('Selections of an operation.', 1_000),
    tasksById: limitSetting(
      'Tasks that an operation asks for by their ids: each may cost a plane a call of its own.',
      defaultGatewayLimits.tasksById,
    ),
    values: limitSetting(
      'Values in the answer to an operation, or to an event of a subscription: objects of lists, times the fields selected of each.',
      defaultGatewayLimits.values,
    ),
    rawKb: limitSetting('KiB of raw in the answer to an operation, or to an event of a subscription.', defaultGatewayLimits.rawKb),
    operationsPerSecond: limitSetting('Operations of one caller in a second.', 20),
    actionsPerMinute: limitSetting(
      'Retries and cancels of one caller in a minute; bulk counts each distinct task that one is sent for.',
      defaultGatewayLimits.actionsPerMinute,
    ),
    socketsPerCaller: limitSetting('WebSockets and event streams of one caller.', 10),
    subscriptionsPerSocket: limitSetting('Subscriptions on one WebSocket.', 20),
    sockets: limitSetting('WebSockets and event streams in all.', 2_000),
  })
  .prefault({})
  .describe('What is refused as too much; 0 is no limit.');

function limitSetting(what: string, byDefault: number): ReturnType<typeof integerSetting> {
  return integerSetting(`${what} 0 is no limit.`, { min: 0, max: 1_000_000, default: byDefault });
}

/** Keys that every kind has. */
function retentionSettings(record: RecordingMode) {
  return {
    keep: durationSetting('How long actions are kept, and tasks from when their planes forgot them.', '30d'),
    record: z
      .enum(['always', 'watched'] satisfies readonly RecordingMode[])
      .default(record)
      .describe(
        `Whether planes are looked at always, so that history has no holes, or only while somebody watches or asks. ${record} by default.`,
      ),
  };
}

const postgresUrl = secretSetting('URL of the database, such as postgres://user:password@host/database.').regex(/^postgres(ql)?:\/\/\S+$/, {
  error: 'expected a URL that begins with postgres://',
});

/** What is kept, and where. An embedded database by default. */
export const storeSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('memory').describe('Lost when the process ends.'), ...retentionSettings('watched') })
      .describe('In memory.'),
    z
      .strictObject({
        kind: z.literal('sqlite').describe('An embedded database; one process.'),
        path: z
          .string()
          .min(1)
          .default('./tributary.db')
          .describe('The database file, from the folder of the configuration. ./tributary.db by default.'),
        ...retentionSettings('always'),
      })
      .describe('In an embedded database.'),
    z
      .strictObject({
        kind: z.literal('postgres').describe('A PostgreSQL database; many processes.'),
        url: postgresUrl,
        ...retentionSettings('always'),
      })
      .describe('In PostgreSQL.'),
  ])
  .transform(({ keep, ...store }) => ({ ...store, retentionMs: keep }))
  .prefault({ kind: 'sqlite' })
  .describe('Where tracked ids, the journal of actions and history are kept. In the embedded database ./tributary.db by default.');

const trustModes = ['off', 'log', 'enforce'] as const satisfies readonly TrustMode[];
const trustModeExpected = 'expected off, log or enforce';

/** Absent: there is no manifest, and every document is answered. */
export const trustedDocumentsSchema = z
  .strictObject({
    manifest: fileSetting(
      'A JSON file with the documents that clients were built with: `{ "<id>": "<document>" }` as Relay and GraphQL Code Generator write it, or the persisted query manifest of Apollo.',
    ).transform((text, context) => {
      const documents = parseManifest(text);
      if (documents !== null) return documents;
      context.addIssue({ code: 'custom', message: 'expected a file with a JSON object of documents by their ids' });
      return z.NEVER;
    }),
    mode: z
      .enum(trustModes, { error: trustModeExpected })
      .default('enforce')
      .describe(
        'What becomes of a document that is not in it: off answers it, log answers and logs it, enforce refuses it. enforce by default.',
      ),
    clients: z
      .array(
        z
          .strictObject({
            name: z.string().min(1).describe('The name, exactly.'),
            mode: z.enum(trustModes, { error: trustModeExpected }).describe('The mode for this client.'),
          })
          .describe('Another mode for one client.'),
      )
      .default([])
      .describe(
        'Other modes for clients that send such a name in apollographql-client-name. They name themselves: this is for a change-over, not for protection.',
      ),
  })
  .transform(({ manifest, mode, clients }) => ({
    documents: manifest,
    mode,
    clients: new Map(clients.map((client) => [client.name, client.mode])),
  }))
  .optional()
  .describe('The documents that clients may send. Without it, every document is answered.');

/** The documents of a manifest by their ids; null where the text is no manifest of a known form, or an empty one. */
export function parseManifest(text: string): ReadonlyMap<string, string> | null {
  const manifest = parseJson(text);
  if (!isJsonObject(manifest)) return null;
  const entries = 'format' in manifest ? readApolloOperations(manifest['operations']) : Object.entries(manifest);
  const documents = new Map<string, string>();
  for (const [id, document] of entries) {
    if (typeof document !== 'string' || document === '' || id === '') return null;
    documents.set(id.replace(/^sha256:/, ''), document);
  }
  return documents.size === 0 ? null : documents;
}

function readApolloOperations(operations: unknown): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(operations)) return [];
  return operations.map((operation: unknown) =>
    isJsonObject(operation) && typeof operation['id'] === 'string' ? [operation['id'], operation['body']] : ['', null],
  );
}
