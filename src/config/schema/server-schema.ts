import { isIP } from 'node:net';
import { z } from 'zod';

import { integerSetting } from './integer-setting.js';

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
