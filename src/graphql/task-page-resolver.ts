import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';

import type { Operation } from '../task/gateway.js';
import { Task } from '../task/model/task.js';
import { TaskConnection } from '../task/read/page/connection.js';
import { TaskEdge } from '../task/read/page/edge.js';

/** Each showing of a page counts what it hands out. */
@Resolver(() => TaskConnection)
export class TaskPageResolver {
  @FieldResolver(() => [TaskEdge])
  edges(@Root() { edges }: TaskConnection, @Ctx() { answer }: Operation, @Info() info: GraphQLResolveInfo): readonly TaskEdge[] {
    return answer.hand(edges, info);
  }

  @FieldResolver(() => [Task])
  nodes(@Root() { nodes }: TaskConnection, @Ctx() { answer }: Operation, @Info() info: GraphQLResolveInfo): readonly Task[] {
    return answer.hand(nodes, info);
  }
}
