import { entitiesResolver } from '@apollo/subgraph';
import type { GraphQLFieldResolver } from 'graphql';

import { BadUserInputError } from '../../task/error/bad-user-input-error.js';
import type { Operation } from '../../task/gateway.js';
import { maxPageSize } from '../../task/read/page/page-arguments.js';
import { isJsonObject } from '../../task/scalars/json-object.js';

/**
 * `_entities`: up to 200 entities by their representations, in their order. What is no representation of an entity is an error
 * in its place; its neighbours are there.
 */
export function createEntitiesResolver(entityNames: ReadonlySet<string>): GraphQLFieldResolver<unknown, Operation> {
  return (_root, args, context, info) => {
    const representations: readonly unknown[] = args['representations'];
    if (representations.length > maxPageSize)
      throw new BadUserInputError(`representations has at most ${maxPageSize} entries; there were ${representations.length}.`);
    return context.answer.hand(representations, info).map((value): unknown => {
      const { __typename, id } = isJsonObject(value) ? value : {};
      // Apollo's own resolver lets a name that it does not know cost the whole list.
      if (typeof __typename !== 'string' || !entityNames.has(__typename) || typeof id !== 'string')
        return new BadUserInputError('A representation has the __typename of an entity and its id, a string.');
      const [entity] = entitiesResolver({ representations: [{ __typename, id }], context, info });
      return entity;
    });
  };
}
