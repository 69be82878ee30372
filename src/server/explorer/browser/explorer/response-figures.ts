import { Observable } from './observable.js';

/** Figures of the latest answer in a tab. */
interface ResponseFigures {
  /** The HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** From the request to the end of the answer, or to the latest event, in milliseconds. */
  readonly durationMs: number;
  /** Size of the body after decompression, in bytes; null for a stream. */
  readonly bytes: number | null;
  /** Number of events of a stream; null for a single answer. */
  readonly events: number | null;
}

/** By the id of the tab. */
export const responseFigures = new Observable<ReadonlyMap<string, ResponseFigures>>(new Map());

let activeTab = '';

/** Answers are shown in the tab that was active when their operation was sent. */
export function setActiveTab(id: string): void {
  activeTab = id;
}

/** Returns the function that records the figures for the tab that is active now. */
export function startRecording(): (figures: ResponseFigures) => void {
  const tab = activeTab;
  return (figures) => responseFigures.set(new Map(responseFigures.get()).set(tab, figures));
}

/** One line, such as `200 · 34 ms · 12.4 kB`. */
export function formatFigures({ status, durationMs, bytes, events }: ResponseFigures): string {
  const parts = [
    status === null ? 'No answer' : `HTTP ${status}`,
    formatDuration(durationMs),
    ...(bytes === null ? [] : [formatSize(bytes)]),
    ...(events === null ? [] : [events === 1 ? '1 event' : `${events} events`]),
    ...(status === 401 ? ['Enter a credential above'] : []),
  ];
  return parts.join(' · ');
}

function formatDuration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function formatSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
