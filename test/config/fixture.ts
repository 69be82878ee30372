import { z } from 'zod';

import { type Configuration, type ConfigurationInput } from '../../src/config/configuration.js';
import { ConfigurationError } from '../../src/config/problems.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import { secretSetting } from '../../src/sources/source-module.js';
import { fakeModule } from './fake-module.js';

export const modules = [
  fakeModule(
    'catalog',
    z.object({
      zoneId: z.string().describe('The zone.'),
      credentials: z
        .union([
          z.strictObject({ clientId: z.string().describe('The client.'), clientSecret: secretSetting('Its secret.') }),
          z.strictObject({ token: secretSetting('A token.') }),
        ])
        .describe('How it logs in.'),
      tasks: z.array(z.string()).default([]).describe('Tracked from the start.'),
    }),
  ),
  fakeModule(
    'astra',
    z.object({
      accountId: z.uuid().describe('The account.'),
      credentials: z.strictObject({ token: secretSetting('A token.').max(20) }).describe('How it logs in.'),
    }),
  ),
  fakeModule(
    'vcf',
    z.object({
      credentials: z
        .strictObject({ username: z.string().describe('An account.'), password: secretSetting('Its password.') })
        .describe('How it logs in.'),
    }),
  ),
];

/** Folder and name of the configuration file. */
export const file = '/etc/tributary/tributary.yaml';

export const files: Readonly<Record<string, string>> = {
  '/run/secrets/catalog': 'catalog secret\n',
  '/run/secrets/astra': ' astra token \n',
  '/run/secrets/vcf': 'vcf password\r\n',
  '/etc/ssl/corp.pem': '-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n',
  '/etc/tributary/beside': 'from beside',
  '/run/secrets/empty': ' \n',
};

export function readFile(path: string): string {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error(`open ${path}`), { code: 'ENOENT' });
  return text;
}

export function load(text: string, overrides: Partial<ConfigurationInput> = {}): Configuration {
  return loadConfiguration({ file, text, environment: {}, readFile, modules, ...overrides });
}

/** What is wrong, one a line, without the name of the file: `line:column: path: message`. */
export function problemsOf(text: string, overrides: Partial<ConfigurationInput> = {}): readonly string[] {
  try {
    load(text, overrides);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message.split('\n').map((line) => line.replace(`${file}:`, ''));
  }
}

/** A right configuration with one source; lines can be added in front of it, or keys to the source. */
export const smallest = `auth: { mode: none }
sources:
  - name: sfo
    kind: vcf
    url: https://sfo.example
    credentials: { username: svc, password: pw }
`;
