import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';

import type { Operation } from '../task/gateway.js';
import { TaskSubtask } from '../task/model/subtask.js';
import { TaskSubtaskConnection } from '../task/read/page/subtask-connection.js';
import { TaskSubtaskEdge } from '../task/read/page/subtask-edge.js';

/** Each showing of a page counts what it hands out. */
@Resolver(() => TaskSubtaskConnection)
export class SubtaskPageResolver {
  @FieldResolver(() => [TaskSubtaskEdge])
  edges(
    @Root() { edges }: TaskSubtaskConnection,
    @Ctx() { answer }: Operation,
    @Info() info: GraphQLResolveInfo,
  ): readonly TaskSubtaskEdge[] {
    return answer.hand(edges, info);
  }

  @FieldResolver(() => [TaskSubtask])
  nodes(@Root() { nodes }: TaskSubtaskConnection, @Ctx() { answer }: Operation, @Info() info: GraphQLResolveInfo): readonly TaskSubtask[] {
    return answer.hand(nodes, info);
  }
}
