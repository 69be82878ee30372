import { astra } from './astra/astra-source.js';
import { catalog } from './catalog/catalog-source.js';
import type { SourceModule } from './source-module.js';
import { vcf } from './vcf/vcf-source.js';

/** Every kind of plane that the gateway supports. A further kind is one folder and one line here. */
export const sourceModules: readonly SourceModule[] = [catalog, astra, vcf];
