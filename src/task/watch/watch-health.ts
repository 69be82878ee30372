import type { View } from '../read/view/view.js';
import { EventStream } from './event-stream.js';

interface HealthEvent {
  readonly sourceName: string;
  readonly key: string;
}

/** Names of sources, each when its health became another one than was told last. */
export function createHealthStream(
  views: readonly View[],
  mayRead: (sourceName: string) => boolean,
  release: () => void,
): EventStream<HealthEvent, string> {
  const told = new Map(views.map(({ source, changes }) => [source.name, changes.healthKey]));
  return new EventStream<HealthEvent, string>({
    merge: (_pending, next) => (next.key === told.get(next.sourceName) ? null : next),
    admits: ({ sourceName }) => mayRead(sourceName),
    take: ({ sourceName, key }) => {
      told.set(sourceName, key);
      return sourceName;
    },
    release,
  });
}

/** Feeds such a stream until the returned function is called. */
export function watchHealth({ source, changes }: View, stream: EventStream<HealthEvent, string>): () => void {
  return changes.listen({ health: (key) => stream.push(source.name, { sourceName: source.name, key }) });
}
