import { sourceModules } from '../../src/sources/index.js';
import type { SourceModule } from '../../src/task/source/source-module.js';
import { brew } from './brew/index.js';

/** The registry with a fourth kind of plane: one line more. */
export const modules: readonly SourceModule[] = [...sourceModules, brew];
