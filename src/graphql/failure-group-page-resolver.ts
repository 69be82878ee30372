import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';

import type { Operation } from '../task/gateway.js';
import { TaskFailureGroup } from '../task/read/failure-groups/failure-group.js';
import { TaskFailureGroupConnection } from '../task/read/failure-groups/failure-group-connection.js';
import { TaskFailureGroupEdge } from '../task/read/failure-groups/failure-group-edge.js';

/** Each showing of a page counts what it hands out. */
@Resolver(() => TaskFailureGroupConnection)
export class FailureGroupPageResolver {
  @FieldResolver(() => [TaskFailureGroupEdge])
  edges(
    @Root() { edges }: TaskFailureGroupConnection,
    @Ctx() { answer }: Operation,
    @Info() info: GraphQLResolveInfo,
  ): readonly TaskFailureGroupEdge[] {
    return answer.hand(edges, info);
  }

  @FieldResolver(() => [TaskFailureGroup])
  nodes(
    @Root() { nodes }: TaskFailureGroupConnection,
    @Ctx() { answer }: Operation,
    @Info() info: GraphQLResolveInfo,
  ): readonly TaskFailureGroup[] {
    return answer.hand(nodes, info);
  }
}
