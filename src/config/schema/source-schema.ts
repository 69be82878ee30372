import { z } from 'zod';

import { secretSetting, type SourceModule } from '../../sources/source-module.js';
import type { SourceConfiguration } from '../configuration.js';
import {
  booleanSetting,
  fileSetting,
  httpsUnlessLoopback,
  integerSetting,
  urlSetting,
  withoutFragment,
  withoutPath,
  withoutQuery,
  withoutUser,
} from './setting-types.js';

/** One entry of `sources`: the common keys, and those of the module of its kind. Fails when there is no module. */
export function sourceSchema(modules: readonly SourceModule[]): z.ZodType<SourceConfiguration> {
  const [first, ...others] = modules.map(moduleSchema);
  if (first === undefined) throw new Error('There is no source module.');
  return z.discriminatedUnion('kind', [first, ...others]).describe('A control plane.');
}

/** Callers send the source's own token, instead of the gateway having credentials. */
const passthrough = z
  .strictObject({ mode: z.literal('passthrough').describe('The caller sends that source’s own token in X-Source-Token-<name>.') })
  .describe('No credentials of the gateway’s own.');

function moduleSchema(module: SourceModule) {
  const { credentials, ...others } = module.settings.shape;
  const settings = credentials === undefined ? others : { ...others, credentials: withPassthrough(credentials) };
  return z
    .strictObject({ ...settings, ...sourceKeys, kind: z.literal(module.kind).describe(module.description) })
    .transform((entry): SourceConfiguration => configuredSource(module, entry))
    .describe(module.description);
}

function withPassthrough(credentials: z.core.$ZodType): z.ZodUnion<readonly [z.core.$ZodType, typeof passthrough]> {
  const description = z.globalRegistry.get(credentials)?.description ?? 'How the gateway logs in.';
  return z.union([credentials, passthrough]).describe(description);
}

type CommonEntry = z.output<z.ZodObject<typeof sourceKeys>>;

function configuredSource(module: SourceModule, entry: CommonEntry): SourceConfiguration {
  const settings = Object.fromEntries(Object.entries(entry).filter(([key]) => Object.hasOwn(module.settings.shape, key)));
  const { ca, cert, key } = entry.tls;
  return {
    module,
    connection: {
      name: entry.name,
      displayName: entry.displayName ?? entry.name,
      url: entry.url,
      tls: { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
      proxy: entry.proxy ?? null,
      timeoutMs: entry.timeoutMs,
      actions: entry.actions,
      maxBodyBytes: entry.maxBodyMb * 1024 * 1024,
      maxItems: entry.maxItems,
      maxPages: entry.maxPages,
    },
    settings,
    poll: entry.poll,
    passthrough: passthrough.safeParse(settings['credentials']).success,
  };
}

const dayMs = 86_400_000;
const nameExpected = 'expected a name of 1 to 31 lower-case letters, digits and -, beginning with a letter';

/** They would be mistaken for a scheme or for another kind of id. */
const reservedNames: readonly string[] = ['source', 'resource', 'javascript', 'data', 'file', 'http', 'https', 'blob', 'mailto'];

const pem = /-----BEGIN [A-Z0-9 ]+-----/;
const certificateExpected = { error: 'expected a PEM file with certificates' };

const tlsSetting = z
  .strictObject({
    ca: fileSetting('PEM file of the authorities that are trusted, instead of the well-known ones.')
      .regex(pem, certificateExpected)
      .optional(),
    cert: fileSetting('PEM file of the certificate that the gateway shows.').regex(pem, certificateExpected).optional(),
    key: fileSetting('PEM file of its private key.').regex(pem, { error: 'expected a PEM file with a private key' }).optional(),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), { error: 'expected certFile and keyFile together' })
  .prefault({})
  .describe('How the connection is secured.');

/** Keys that a source of every kind has. */
export const sourceKeys = {
  name: z
    .string({ error: nameExpected })
    .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: nameExpected })
    .refine((name) => !reservedNames.includes(name), { error: `expected another name: ${reservedNames.join(', ')} are reserved` })
    .describe(`Names it in ids, filters and metrics; unique. 1 to 31 lower-case letters, digits and -. Not ${reservedNames.join(', ')}.`),
  displayName: z.string().min(1).max(100).optional().describe('For people, at most 100 characters. The name by default.'),
  url: urlSetting(z.string(), [httpsUnlessLoopback, withoutUser, withoutQuery, withoutFragment]).describe(
    'Base URL of the plane; a path in it is kept. https; http to a loopback address only.',
  ),
  proxy: urlSetting(secretSetting('URL of the proxy'), [withoutPath, withoutQuery, withoutFragment])
    .optional()
    .describe('URL of the HTTP proxy to the plane, with its user name and password where it wants them. None by default.'),
  tls: tlsSetting,
  timeoutMs: integerSetting('Milliseconds that a read or an action may take in all.', { min: 1, max: 600_000, default: 5_000 }),
  actions: z
    .strictObject({
      retry: booleanSetting('Whether tasks may be retried.', true),
      cancel: booleanSetting('Whether tasks may be cancelled.', true),
    })
    .prefault({})
    .describe('Which actions are allowed at all.'),
  poll: z
    .strictObject({
      activeMs: integerSetting('Milliseconds from one poll to the next while tasks run.', { min: 10, max: dayMs, default: 5_000 }),
      idleMs: integerSetting('Milliseconds from one poll to the next while none runs.', { min: 10, max: dayMs, default: 30_000 }),
      fullMs: integerSetting(
        'Milliseconds after which the whole list is read again; before, what can have changed will do where the plane allows it.',
        { min: 10, max: dayMs, default: 60_000 },
      ),
    })
    .prefault({})
    .describe('How often the plane is asked.'),
  maxBodyMb: integerSetting('MiB of one answer; 0 is no limit.', { min: 0, max: 4_096, default: 64 }),
  maxItems: integerSetting('Tasks of one list; 0 is no limit.', { min: 0, max: 100_000_000, default: 200_000 }),
  maxPages: integerSetting('Pages of one list; 0 is no limit.', { min: 0, max: 1_000_000, default: 2_000 }),
};
