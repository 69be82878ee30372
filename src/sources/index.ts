import type { SourceModule } from '../task/source/source-module.js';
import { astra } from './astra/index.js';
import { catalog } from './catalog/index.js';
import { vcf } from './vcf/index.js';

/** The registry: every kind of plane that the gateway speaks. One line a source. */
export const sourceModules: readonly SourceModule[] = [catalog, astra, vcf];
