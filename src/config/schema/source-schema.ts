import * as z from 'zod';

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

/** One entry of `sources`: the common keys, and those of the module of its kind. Throws when there is no module. */
export function sourceSchema(modules: readonly SourceModule[]): z.ZodType<SourceConfiguration> {
  const [first, ...others] = modules.map(moduleSchema);
  if (first === undefined) throw new Error('There is no source module.');
  return z.discriminatedUnion('kind', [first, ...others]).describe('The connection to one control plane.');
}

/** Every caller sends a token of the plane, and the gateway has no credentials. */
const passthrough = z
  .strictObject({
    mode: z.literal('passthrough').describe('Every caller sends their own token of the control plane in the header X-Source-Token-<name>.'),
  })
  .describe('The gateway has no credentials, and uses those of its callers.');

function moduleSchema(module: SourceModule) {
  const { credentials, ...others } = module.settings.shape;
  const settings = credentials === undefined ? others : { ...others, credentials: withPassthrough(credentials) };
  return z
    .strictObject({ ...settings, ...sourceKeys, kind: z.literal(module.kind).describe(module.description) })
    .transform((entry): SourceConfiguration => buildSourceConfiguration(module, entry))
    .describe(module.description);
}

function withPassthrough(credentials: z.core.$ZodType): z.ZodUnion<readonly [z.core.$ZodType, typeof passthrough]> {
  const description = z.globalRegistry.get(credentials)?.description ?? 'How the gateway authenticates itself.';
  return z.union([credentials, passthrough]).describe(description);
}

type CommonEntry = z.output<z.ZodObject<typeof sourceKeys>>;

function buildSourceConfiguration(module: SourceModule, entry: CommonEntry): SourceConfiguration {
  const settings = Object.fromEntries(Object.entries(entry).filter(([key]) => Object.hasOwn(module.settings.shape, key)));
  const { ca, cert, key } = entry.tls;
  return {
    module,
    common: {
      name: entry.name,
      displayName: entry.displayName ?? entry.name,
      actions: entry.actions,
      transport: {
        url: entry.url,
        tls: { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
        proxy: entry.proxy ?? null,
        timeoutMs: entry.timeoutMs,
        maxBodyBytes: entry.maxBodyMb * 1024 * 1024,
      },
      listLimits: { maxItems: entry.maxItems, maxPages: entry.maxPages },
    },
    settings,
    poll: entry.poll,
    passthrough: passthrough.safeParse(settings['credentials']).success,
  };
}

const dayMs = 86_400_000;
const nameExpected = 'expected a name of 1 to 31 lower-case letters, digits and -, beginning with a letter';

/** In an id these would be mistaken for the scheme of a URL or for the prefix of another kind of id. */
const reservedNames: readonly string[] = ['source', 'resource', 'javascript', 'data', 'file', 'http', 'https', 'blob', 'mailto'];

const pem = /-----BEGIN [A-Z0-9 ]+-----/;
const certificateExpected = { error: 'expected a PEM file with certificates' };

/** The file of certificate authorities, of a source and of the store. */
export const certificatesSetting = fileSetting(
  'The PEM file of the certificate authorities that are trusted instead of the well-known ones.',
)
  .regex(pem, certificateExpected)
  .optional();

const tlsSetting = z
  .strictObject({
    ca: certificatesSetting,
    cert: fileSetting('The PEM file of the client certificate that the gateway presents.').regex(pem, certificateExpected).optional(),
    key: fileSetting('The PEM file of the private key of the client certificate.')
      .regex(pem, { error: 'expected a PEM file with a private key' })
      .optional(),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), { error: 'expected certFile and keyFile together' })
  .prefault({})
  .describe('The TLS options of the connection. By default the well-known authorities are trusted.');

/** The keys that sources of every kind have. */
export const sourceKeys = {
  name: z
    .string({ error: nameExpected })
    .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: nameExpected })
    .refine((name) => !reservedNames.includes(name), { error: `expected another name: ${reservedNames.join(', ')} are reserved` })
    .meta({
      description: `Names the source in ids, filters and metrics. It is unique, and has 1 to 31 lower-case letters, digits and -, beginning with a letter. It is none of ${reservedNames.join(', ')}.`,
      examples: ['vcf-sfo'],
    }),
  displayName: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({
      description: 'The name that people see, of at most 100 characters. The default is the name of the source.',
      examples: ['SDDC Manager San Francisco'],
    }),
  url: urlSetting(z.string(), [httpsUnlessLoopback, withoutUser, withoutQuery, withoutFragment]).describe(
    'The base URL of the control plane, such as https://sfo-vcf01.example. It is https, or http to a loopback address, and may have a path.',
  ),
  proxy: urlSetting(secretSetting('The URL of the proxy.'), [withoutPath, withoutQuery, withoutFragment])
    .optional()
    .describe(
      'The URL of the HTTP proxy to the control plane, such as http://user:password@proxy.example:3128. The default is none, also when the environment names one.',
    ),
  tls: tlsSetting,
  timeoutMs: integerSetting('The deadline of a read, with all its retries and waits, and of an action, in milliseconds.', {
    min: 1,
    max: 600_000,
    default: 5_000,
  }),
  actions: z
    .strictObject({
      retry: booleanSetting('Whether tasks of this source may be retried at all.', true),
      cancel: booleanSetting('Whether tasks of this source may be cancelled at all.', true),
    })
    .prefault({})
    .describe('The actions that are allowed, whatever rights a caller has.'),
  poll: z
    .strictObject({
      activeMs: integerSetting('The time between two polls while a subscriber watches an unfinished task, in milliseconds.', {
        min: 10,
        max: dayMs,
        default: 5_000,
      }),
      idleMs: integerSetting('The time between two polls otherwise, in milliseconds.', { min: 10, max: dayMs, default: 30_000 }),
      fullMs: integerSetting(
        'The time after which the whole list is read again, in milliseconds; in between, polls read only what can have changed where the plane allows it.',
        { min: 10, max: dayMs, default: 60_000 },
      ),
    })
    .prefault({})
    .describe('How often the control plane is polled.'),
  maxBodyMb: integerSetting('The largest size of one response of the control plane, in MiB; 0 is no limit.', {
    min: 0,
    max: 4_096,
    default: 64,
  }),
  maxItems: integerSetting('The largest number of tasks in one list, with items that are none; 0 is no limit.', {
    min: 0,
    max: 100_000_000,
    default: 200_000,
  }),
  maxPages: integerSetting('The largest number of pages of one list; 0 is no limit.', { min: 0, max: 1_000_000, default: 2_000 }),
};
