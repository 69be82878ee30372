import { configurationJsonSchema } from '../config/configuration-json-schema.js';
import type { SourceModule } from '../task/source/source-module.js';

/** `tributary config schema`: prints the JSON Schema of the configuration file. */
export function configSchema(input: { readonly modules: readonly SourceModule[]; print(text: string): void }): 0 {
  input.print(JSON.stringify(configurationJsonSchema(input.modules), null, 2));
  return 0;
}
