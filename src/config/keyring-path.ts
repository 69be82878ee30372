import { dirname, isAbsolute, join } from 'node:path';

import { isJsonObject } from '../task/scalars/json-object.js';
import type { ConfigurationInput } from './load-configuration.js';
import { plainValues } from './plain-values.js';
import { readYamlText } from './yaml-text.js';

/** Where the configuration says that keys are kept (`auth.keyringFile`), whatever else is wrong with it; null: nowhere. */
export function keyringPathIn({ file, text, environment }: Pick<ConfigurationInput, 'file' | 'text' | 'environment'>): string | null {
  const { document } = readYamlText(text.replace(/^\uFEFF/, ''));
  const root = document === null ? null : plainValues(document, environment).value;
  const auth = isJsonObject(root) ? root['auth'] : null;
  const path = isJsonObject(auth) && auth['mode'] === 'keys' ? auth['keyringFile'] : null;
  if (typeof path !== 'string' || path === '') return null;
  return isAbsolute(path) ? path : join(dirname(file), path);
}
