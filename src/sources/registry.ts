import { astra } from './astra/astra-source.js';
import { catalog } from './catalog/catalog-source.js';
import type { SourceModule } from './source-module.js';
import { vcf } from './vcf/vcf-source.js';

/** The registry: every kind of plane that the gateway speaks. One line a source. */
export const sourceModules: readonly SourceModule[] = [catalog, astra, vcf];
