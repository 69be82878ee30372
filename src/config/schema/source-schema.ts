import { z } from 'zod';

import type { SourceModule } from '../../task/source/source-module.js';
import type { ConfiguredSource } from '../configuration.js';
import { sourceKeys } from './source-keys.js';

/** One entry of `sources`: the common keys, and those of the module of its kind. Fails when there is no module. */
export function sourceSchema(modules: readonly SourceModule[]): z.ZodType<ConfiguredSource> {
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
    .transform((entry): ConfiguredSource => configuredSource(module, entry))
    .describe(module.description);
}

function withPassthrough(credentials: z.core.$ZodType): z.ZodUnion<readonly [z.core.$ZodType, typeof passthrough]> {
  const description = z.globalRegistry.get(credentials)?.description ?? 'How the gateway logs in.';
  return z.union([credentials, passthrough]).describe(description);
}

type CommonEntry = z.output<z.ZodObject<typeof sourceKeys>>;

function configuredSource(module: SourceModule, entry: CommonEntry): ConfiguredSource {
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
