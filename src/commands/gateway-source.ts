import type { ConfiguredSource } from '../config/configuration.js';
import type { ConfiguredSource as GatewaySource } from '../task/gateway.js';
import type { SourceConnection } from '../task/source/source-module.js';
import { TokenlessSource } from '../task/passthrough/tokenless-source.js';

type Clock = Pick<SourceConnection, 'now' | 'steady' | 'random'>;

/** A source as the gateway takes it: with the credentials of the configuration, or for callers with their own tokens. */
export function gatewaySource({ module, connection, settings, poll, passthrough }: ConfiguredSource, clock: Clock): GatewaySource {
  const complete = { ...connection, ...clock };
  if (!passthrough) return { source: module.create(complete, settings), poll };
  const withToken = (token: string) => {
    const source = module.createWithToken?.(complete, settings, token);
    if (source === undefined) throw new Error(`Sources of kind ${module.kind} take no tokens of callers.`);
    return source;
  };
  return { source: new TokenlessSource(withToken('')), poll, withToken };
}
