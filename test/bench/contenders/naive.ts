// The server that a team writes first: Apollo Server, type-graphql, DataLoader and fetch.
import 'reflect-metadata';

import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import DataLoader from 'dataloader';
import { GraphQLScalarType } from 'graphql';
import {
  Arg,
  buildSchema,
  createUnionType,
  Ctx,
  Field,
  FieldResolver,
  Float,
  ID,
  InputType,
  Int,
  InterfaceType,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql';

import { createReader } from './schema.mjs';
import { newestFirst, toAstraTask, toCatalogTask, toVcfTask } from './translate.mjs';

enum TaskStatus {
  PENDING = 'PENDING',
  RUNNING = 'RUNNING',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
}
registerEnumType(TaskStatus, { name: 'TaskStatus' });

const DateTime = new GraphQLScalarType<Date, string>({ name: 'DateTime', serialize: (value) => (value as Date).toISOString() });

interface Typed {
  __typename: string;
}
const resolveType = (value: object) => (value as Typed).__typename;

@InterfaceType({ resolveType })
abstract class Node {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
class TaskProgress {
  @Field(() => Float)
  percent!: number;
}

@ObjectType()
class TaskFailure {
  @Field(() => String, { nullable: true })
  code!: string | null;

  @Field(() => String)
  message!: string;
}

@InterfaceType({ resolveType })
abstract class TaskWarningFields {
  @Field(() => String, { nullable: true })
  code!: string | null;

  @Field(() => String)
  message!: string;
}

@ObjectType({ implements: TaskWarningFields })
class CatalogWarning extends TaskWarningFields {}

@ObjectType({ implements: TaskWarningFields })
class AstraWarning extends TaskWarningFields {}

const TaskWarning = createUnionType({ name: 'TaskWarning', types: () => [CatalogWarning, AstraWarning] as const, resolveType });

@ObjectType()
class VcfSubtask {
  @Field(() => String)
  name!: string;

  @Field(() => TaskStatus)
  status!: TaskStatus;
}

const TaskSubtask = createUnionType({ name: 'TaskSubtask', types: () => [VcfSubtask] as const, resolveType });

@ObjectType()
class TaskSubtaskConnection {
  @Field(() => [TaskSubtask])
  nodes!: VcfSubtask[];
}

@InterfaceType({ implements: Node, resolveType })
abstract class Task extends Node {
  @Field(() => String)
  name!: string;

  @Field(() => TaskStatus)
  status!: TaskStatus;

  @Field(() => DateTime, { nullable: true })
  createdAt!: Date | null;

  @Field(() => TaskProgress, { nullable: true })
  progress!: TaskProgress | null;

  @Field(() => [TaskWarning])
  warnings!: (typeof TaskWarning)[];

  @Field(() => [TaskFailure])
  failures!: TaskFailure[];
}

@ObjectType({ implements: [Node, Task] })
class CatalogTask extends Task {}

@ObjectType({ implements: [Node, Task] })
class AstraTask extends Task {}

@ObjectType({ implements: [Node, Task] })
class VcfTask extends Task {}

@ObjectType()
class TaskConnection {
  @Field(() => [Task])
  nodes!: Task[];
}

@InputType()
class TaskFilter {
  @Field(() => [String], { nullable: true })
  sourceNames?: string[];
}

interface Planes {
  catalog: string;
  astra: string;
  vcf: string;
  accountId: string;
  token: string;
}

interface Context {
  catalogTasks: DataLoader<string, Task>;
}

const planes = JSON.parse(process.argv[2] ?? '') as Planes;
const fetchJson = createReader(planes);

const lists = {
  astra: async (): Promise<Task[]> =>
    (await fetchJson(`${planes.astra}/accounts/${planes.accountId}/core/v1/tasks`)).items.map(toAstraTask),
  vcf: async (): Promise<Task[]> => (await fetchJson(`${planes.vcf}/v1/tasks?pageNumber=0&pageSize=100`)).elements.map(toVcfTask),
};

function createContext(): Context {
  const load = async (ids: readonly string[]): Promise<Task[]> =>
    Promise.all(ids.map(async (id) => toCatalogTask(await fetchJson(`${planes.catalog}/zones/z/catalog_tasks/${id.split(':')[1]}`))));
  return { catalogTasks: new DataLoader(load) };
}

@Resolver()
class QueryResolver {
  @Query(() => [Node], { nullable: 'items' })
  nodes(@Arg('ids', () => [ID]) ids: string[], @Ctx() { catalogTasks }: Context): Promise<Task>[] {
    return ids.map((id) => catalogTasks.load(id));
  }

  @Query(() => TaskConnection, { nullable: true })
  async tasks(
    @Arg('filter', () => TaskFilter, { nullable: true }) filter: TaskFilter,
    @Arg('first', () => Int, { nullable: true }) first: number,
  ): Promise<TaskConnection> {
    const [name] = filter.sourceNames ?? [];
    const tasks = name === 'vcf' ? await lists.vcf() : await lists.astra();
    return { nodes: newestFirst(tasks).slice(0, first) };
  }
}

@Resolver(() => Task)
class TaskResolver {
  @FieldResolver(() => TaskSubtaskConnection, { nullable: true })
  subtasks(@Root() task: { subtasks: VcfSubtask[] }, @Arg('first', () => Int, { nullable: true }) first: number): TaskSubtaskConnection {
    return { nodes: task.subtasks.slice(0, first) };
  }
}

const schema = await buildSchema({
  resolvers: [QueryResolver, TaskResolver],
  orphanedTypes: [CatalogTask, AstraTask, VcfTask, CatalogWarning, AstraWarning],
  validate: false,
});
const server = new ApolloServer<Context>({ schema, introspection: false });
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' }, context: async () => createContext() });
process.send?.({ url });
