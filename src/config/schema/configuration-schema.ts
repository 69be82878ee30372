import { isIP } from 'node:net';

import * as z from 'zod';

import { defaultActionLimits } from '../../gateway/actions/limits.js';
import { defaultCallerTokenLimits } from '../../gateway/caller-tokens.js';
import type { RecordingMode } from '../../gateway/history/recorder.js';
import { defaultQueryLimits } from '../../gateway/query/operation-limits.js';
import { isJsonObject } from '../../model/scalars.js';
import { parseManifest } from '../../server/guards/manifest.js';
import type { TrustMode } from '../../server/guards/trusted-documents.js';
import { secretSetting, type SourceModule } from '../../sources/source-module.js';
import { parsePostgresUrl } from '../../store/postgres/postgres-url.js';
import type { Configuration, LogSettings } from '../configuration.js';
import { isOrigin } from '../../lib/loopback.js';
import { authSchema } from './auth-schema.js';
import { booleanSetting, durationSetting, fileSetting, integerSetting } from './setting-types.js';
import { certificatesSetting, sourceSchema } from './source-schema.js';

const hourMs = 3_600_000;

/** The schema of the whole file. It leaves relative paths as they are. */
export function configurationSchema(modules: readonly SourceModule[]): z.ZodType<Configuration> {
  return z
    .strictObject({
      server: serverSchema,
      graphql: z
        .strictObject({
          introspection: booleanSetting(
            'Whether every caller may read the GraphQL schema by introspection; without it, only callers with the right introspect may.',
            false,
          ),
          explorer: booleanSetting('Whether the explorer is served at /. Its pages contain no data and need no credentials.', false),
          trustedDocuments: trustedDocumentsSchema,
        })
        .prefault({})
        .describe('What the GraphQL endpoint shows of its schema, and which documents it executes.'),
      auth: authSchema,
      log: z
        .strictObject({
          level: z
            .enum(['debug', 'info', 'warn', 'error'] satisfies readonly LogSettings['level'][])
            .default('info')
            .describe('Entries of the log below this level are left out. The default is info.'),
          format: z
            .enum(['auto', 'json', 'pretty'] satisfies readonly LogSettings['format'][])
            .default('auto')
            .describe('Lines of JSON (json), lines for people (pretty), or the latter on a terminal alone (auto). The default is auto.'),
        })
        .prefault({})
        .describe('What the gateway writes to standard error while it serves.'),
      store: storeSchema,
      reads: z
        .strictObject({
          maxAgeMs: integerSetting('How old cached data may be where a query does not say maxAgeMs, in milliseconds.', {
            min: 0,
            max: hourMs,
            default: 1_000,
          }),
          minAgeMs: integerSetting('How old cached data may always be, whatever maxAgeMs a query says, in milliseconds.', {
            min: 0,
            max: hourMs,
            default: 0,
          }),
          waitMs: integerSetting(
            'How long a list of several sources waits for one of them that is being read, in milliseconds. Then it is answered with the cached tasks of that source, and the read goes on. A list with maxAgeMs 0 waits for the deadline of the source.',
            { min: 0, max: 600_000, default: 500 },
          ),
        })
        .prefault({})
        .describe('How old the data may be that queries are answered with, and how long they wait for newer data.'),
      federation: z
        .strictObject({
          node: booleanSetting('Whether the subgraph SDL has the fields node and nodes, which no two subgraphs may share.', false),
          scopes: booleanSetting('Whether the subgraph SDL has the directives @authenticated and @requiresScopes.', false),
        })
        .prefault({})
        .describe('What the schema contains that a federation router composes.'),
      limits: limitsSchema,
      sources: z
        .array(sourceSchema(modules))
        .min(1, { error: 'expected at least one source' })
        .describe('The control planes, in the order in which the API lists them. At least one.'),
    })
    .describe('The configuration of a Tributary gateway.');
}

/** The JSON Schema (draft 2020-12) of the configuration file, for editors. It does not contain the rules between keys. */
export function configurationJsonSchema(modules: readonly SourceModule[]): Record<string, unknown> {
  const schema = z.toJSONSchema(configurationSchema(modules), { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' });
  const { $schema, ...rest } = schema;
  return { $schema, title: 'Tributary configuration', ...rewriteObject(rest) };
}

type Json = Record<string, unknown>;

/** Closes every object in the tree, and adds `<key>File` beside each secret. */
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
    const { secret, fileOnly, whenMissing: _, ...plain } = isJsonObject(key) ? rewriteObject(key) : {};
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
    : `The path of a file with the value of this key, relative to the folder of the configuration. ${String(description)}`;
}

const networkExpected = 'expected an IP address, or a network such as 10.0.0.0/8';
const hostExpected = 'expected an IP address or a host name, without a port';
const originExpected =
  'expected an origin, such as https://studio.example: scheme, host and port, in lower case, with nothing after them; the port * is for loopback hosts alone';

const basePathExpected =
  'expected a path such as /tributary, without a slash at its end, that does not begin with the path of a route such as /graphql';
/** Segments of letters, digits and - . _ ~; the first one is none of the gateway's own. */
const basePathPattern =
  /^(?!\/(?:graphql|explorer|console|demo|audit|livez|readyz|metrics)(?:\/|$))(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]{1,64}){1,8}$/;

const serverSchema = z
  .strictObject({
    host: z
      .string({ error: hostExpected })
      .refine((host) => isIP(host) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(host), { error: hostExpected })
      .default('127.0.0.1')
      .meta({
        description:
          'The IP address or host name to listen on. The default is 127.0.0.1, which accepts connections from this machine alone.',
        examples: ['0.0.0.0'],
      }),
    port: integerSetting('The TCP port to listen on; 0 takes a free port.', { min: 0, max: 65_535, default: 4_000 }),
    basePath: z
      .string({ error: basePathExpected })
      .regex(basePathPattern, { error: basePathExpected })
      .optional()
      .meta({
        description:
          'The path below which a reverse proxy publishes the gateway, and that it keeps in what it forwards. Every route is served there too, and still without it, for health checks. The default is none.',
        examples: ['/tributary'],
      }),
    cors: z
      .array(
        z
          .string({ error: originExpected })
          .refine(isOrigin, { error: originExpected })
          .describe('An origin: scheme, host and port. http://localhost:* stands for every port.'),
      )
      .default([])
      .meta({
        description:
          'The origins whose web pages may call the API from a browser (CORS). For a loopback host, the port * stands for every port. The default is none.',
        examples: [['https://studio.apollographql.com', 'http://localhost:*']],
      }),
    compression: booleanSetting(
      'Whether responses are compressed for clients that accept it. Without it, a proxy in front may do so.',
      true,
    ),
    keepAliveMs: integerSetting(
      'How long a connection without a request is kept, in milliseconds: longer than a proxy or load balancer in front keeps it, which may otherwise send a request on a connection that is just being closed.',
      { min: 1_000, max: hourMs, default: 72_000 },
    ),
    trustedProxies: z
      .array(
        z
          .string({ error: networkExpected })
          .refine(isNetwork, { error: networkExpected })
          .describe('An IP address, or a network such as 10.0.0.0/8.'),
      )
      .default([])
      .meta({
        description:
          'The reverse proxies whose X-Forwarded-For and X-Forwarded-Host are trusted, as IP addresses or networks. The default is none, and then the address of the connection is the address of the caller.',
        examples: [['10.0.0.0/8']],
      }),
  })
  .prefault({})
  .describe('The address on which the gateway listens, and what reaches it from elsewhere.');

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...others] = text.split('/');
  const version = isIP(address);
  if (version === 0 || others.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 6 ? 128 : 32));
}

const limitsSchema = z
  .strictObject({
    bodyKb: limitSetting('The largest size of a request body, in KiB.', 100),
    tokens: limitSetting('The largest number of tokens in a GraphQL document.', 1_000),
    depth: limitSetting('The largest depth of an operation, in levels of fields.', 15),
    aliases: limitSetting('The largest number of aliases in an operation.', 20),
    rootFields: limitSetting('The largest number of root fields of a query.', 10),
    mutationRootFields: limitSetting('The largest number of root fields of a mutation.', 1),
    selections: limitSetting('The largest number of selections in an operation, with fragments counted wherever they are spread.', 1_000),
    tasksById: limitSetting(
      'The largest number of tasks that one operation requests by id, each of which may be a call to its control plane.',
      defaultQueryLimits.tasksById,
    ),
    references: limitSetting(
      'The largest number of references to entities that a router of a supergraph sends in one operation, equal ones included.',
      defaultQueryLimits.references,
    ),
    values: limitSetting(
      'The largest number of values in one response, or in one event of a subscription: the objects in lists, times the fields selected of each.',
      defaultQueryLimits.values,
    ),
    rawKb: limitSetting(
      'The largest size of all raw fields in one response, or in one event of a subscription, in KiB.',
      defaultQueryLimits.rawKb,
    ),
    operationsPerSecond: limitSetting('The largest number of operations of one caller per second.', 20),
    actionsPerMinute: limitSetting(
      'The largest number of retries and cancels of one caller per minute; a bulk mutation counts once for each task.',
      defaultActionLimits.actionsPerMinute,
    ),
    socketsPerCaller: limitSetting('The largest number of open WebSockets and event streams of one caller.', 10),
    subscriptionsPerSocket: limitSetting('The largest number of subscriptions on one WebSocket.', 20),
    sockets: limitSetting('The largest number of open WebSockets and event streams of all callers.', 2_000),
    sourceTokensPerCaller: limitSetting(
      'The number of tokens of one source that one caller sends (credentials.mode passthrough) and for which what they read is kept. More are served, and then those that are not in use are forgotten, the least recently used first.',
      defaultCallerTokenLimits.sourceTokensPerCaller,
    ),
    sourceTokens: limitSetting(
      'The largest number of tokens of one source, of all callers, for which what they read is kept. Those that are not in use are forgotten for others; while all are in use, another one is refused.',
      defaultCallerTokenLimits.sourceTokens,
    ),
  })
  .prefault({})
  .describe('Above these limits a request is refused. The value 0 is no limit.');

function limitSetting(what: string, byDefault: number): ReturnType<typeof integerSetting> {
  return integerSetting(`${what} The value 0 is no limit.`, { min: 0, max: 1_000_000, default: byDefault });
}

/** The keys that every kind of store has. */
function retentionSettings(record: RecordingMode) {
  return {
    keep: durationSetting('How long actions are kept, and how long tasks are kept after their control plane no longer has them.', '30d'),
    record: z
      .enum(['always', 'watched'] satisfies readonly RecordingMode[])
      .default(record)
      .describe(
        `Whether control planes are always polled, so that the history has no gaps (always), or only while a client subscribes or queries (watched). The default is ${record}.`,
      ),
  };
}

const postgresUrl = secretSetting(
  'The URL of the database, such as postgres://user:password@host/database, or with several hosts: host1:5432,host2:5432.',
).superRefine((text, context) => {
  const parsed = parsePostgresUrl(text);
  if ('expected' in parsed) context.addIssue(parsed.expected);
});

const storeSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('memory').describe('In memory: everything is lost when the process ends.'),
        ...retentionSettings('watched'),
      })
      .describe('A store in memory.'),
    z
      .strictObject({
        kind: z.literal('sqlite').describe('In an embedded SQLite database, for one process.'),
        path: z
          .string()
          .min(1)
          .default('./tributary.db')
          .describe('The database file, relative to the folder of the configuration. The default is ./tributary.db.'),
        ...retentionSettings('always'),
      })
      .describe('A store in an embedded database.'),
    z
      .strictObject({
        kind: z.literal('postgres').describe('In a PostgreSQL database, which many processes share.'),
        url: postgresUrl,
        tls: z
          .strictObject({ ca: certificatesSetting })
          .prefault({})
          .describe('The TLS options of the connection. Without them, and without sslmode in the URL, the connection is not encrypted.'),
        maxLifetime: durationSetting('How long a connection to the database is used before another one replaces it.', '30m', '24h'),
        ...retentionSettings('always'),
      })
      .describe('A store in PostgreSQL.'),
  ])
  .transform(({ keep, ...store }) => {
    if (store.kind !== 'postgres') return { ...store, retentionMs: keep };
    const { maxLifetime, ...postgres } = store;
    return { ...postgres, retentionMs: keep, maxLifetimeMs: maxLifetime };
  })
  .prefault({ kind: 'sqlite' })
  .describe(
    'Where tracked ids, the journal of actions, the audit trail and the history are kept. The default is the embedded database ./tributary.db.',
  );

const trustModes = ['off', 'log', 'enforce'] as const satisfies readonly TrustMode[];
const trustModeExpected = 'expected off, log or enforce';

const trustedDocumentsSchema = z
  .strictObject({
    manifest: fileSetting(
      'A JSON file with the documents that clients were built with: `{ "<id>": "<document>" }` as Relay and GraphQL Code Generator write it, or the persisted query manifest of Apollo.',
    ).transform((text, context) => {
      const manifest = parseManifest(text);
      if ('documents' in manifest) return manifest.documents;
      for (const message of manifest.expected) context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }),
    mode: z
      .enum(trustModes, { error: trustModeExpected })
      .default('enforce')
      .describe(
        'What happens to a document that is not in the manifest: off executes it, log executes and logs it, enforce refuses it. The default is enforce.',
      ),
    clients: z
      .array(
        z
          .strictObject({
            name: z
              .string()
              .min(1)
              .meta({ description: 'The exact value of the header apollographql-client-name.', examples: ['operations-dashboard'] }),
            mode: z.enum(trustModes, { error: trustModeExpected }).describe('The mode for this client.'),
          })
          .describe('Another mode for one client.'),
      )
      .default([])
      .describe(
        'Other modes for clients of a name. Clients choose the name themselves, so this eases a migration and protects nothing. The default is none.',
      ),
  })
  .transform(({ manifest, mode, clients }) => ({
    documents: manifest,
    mode,
    clients: new Map(clients.map((client) => [client.name, client.mode])),
  }))
  .optional()
  .describe('The documents that clients may send. Without this section every document is executed.');
