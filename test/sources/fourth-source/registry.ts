import { sourceModules } from '../../../src/sources/registry.js';
import type { SourceModule } from '../../../src/sources/source-module.js';
import { brew } from './brew/brew-source.js';

/** The registry with a fourth kind of plane: one more line. */
export const modules: readonly SourceModule[] = [...sourceModules, brew];
