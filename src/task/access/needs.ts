import { Extensions } from 'type-graphql';

import type { Right } from '../caller.js';

/**
 * Declares the right that a root field needs. Every root field has one, or there is no schema. It opens nothing by itself: what a
 * caller may read or do is decided below the resolvers, source by source, where no path leads around it.
 */
export function Needs(right: Right): MethodDecorator & PropertyDecorator {
  return Extensions({ right });
}
