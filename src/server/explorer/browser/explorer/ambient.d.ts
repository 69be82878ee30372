/** Modules that the build creates (scripts/build-explorer.mjs), and the few declarations of React that the explorer needs. */

declare module 'tributary:operations' {
  import type { ExampleOperation } from './example-operation.js';
  export const operations: readonly ExampleOperation[];
}

declare module 'tributary:workers' {
  /** The URL of the script of each Monaco worker, by the label by which Monaco asks for it. */
  export const workers: Readonly<{ editor: string; json: string; graphql: string }>;
}

declare module 'react' {
  export interface ReactElement {
    readonly type: unknown;
    readonly props: unknown;
  }
  export type ReactNode = ReactElement | string | number | null | readonly ReactNode[];
  export type FC<P = object> = (props: P) => ReactElement | null;
  export type ComponentType<P = object> = FC<P>;
  export const Fragment: FC;
  export function useEffect(effect: () => void | (() => void), dependencies: readonly unknown[]): void;
  export function useState<T>(initial: T): [value: T, set: (value: T) => void];
  export function useSyncExternalStore<T>(subscribe: (listener: () => void) => () => void, get: () => T): T;
  export function createElement<P>(
    type: string | FC<P>,
    props: (P & { key?: string }) | null,
    ...children: readonly ReactNode[]
  ): ReactElement;
}

declare module 'react-dom/client' {
  import type { ReactNode } from 'react';
  export function createRoot(container: Element): { render(node: ReactNode): void };
}

declare module 'graphiql' {
  import type { FC, ReactNode } from 'react';
  export interface Plugin {
    readonly title: string;
    readonly icon: FC;
    readonly content: FC;
  }
  export const HISTORY_PLUGIN: Plugin;
  /** GraphiQL's own declarations need @types/react; these are the properties that the explorer sets. */
  export const GraphiQL: FC<{
    fetcher: (
      parameters: { query: string; variables?: unknown; operationName?: string | null },
      options?: { headers?: Readonly<Record<string, string>> },
    ) => Promise<unknown>;
    storage: object;
    initialQuery?: string;
    initialVariables?: string;
    visiblePlugin?: Plugin;
    defaultEditorToolsVisibility: boolean | 'variables' | 'headers';
    editorTheme: Readonly<{ dark: string; light: string }>;
    isHeadersEditorEnabled: boolean;
    plugins: readonly Plugin[];
    shouldPersistHeaders: boolean;
    children?: ReactNode;
  }> & { readonly Logo: FC<object>; readonly Footer: FC<object> };
}

declare module '@graphiql/react' {
  import type { GraphQLSchema } from 'graphql';
  interface Tab {
    readonly id: string;
    readonly title: string;
    readonly query: string | null;
  }
  interface Editor {
    getValue(): string;
    setValue(text: string): void;
    updateOptions(options: { readonly wordWrap: 'on' }): void;
  }
  export interface GraphiQLState {
    readonly tabs: readonly Tab[];
    readonly activeTabIndex: number;
    readonly queryEditor?: Editor;
    readonly variableEditor?: Editor;
    readonly operationName?: string | null;
    readonly isFetching: boolean;
    /** Null until it was read. */
    readonly schema: GraphQLSchema | null;
  }
  export function useGraphiQL<T>(select: (state: GraphiQLState) => T): T;
  export function useGraphiQLActions(): {
    addTab(): void;
    changeTab(index: number): void;
    introspect(): Promise<void>;
    setVisiblePlugin(plugin: null): void;
    stop(): void;
  };
}

declare module 'monaco-graphql/esm/monaco-editor.js' {
  export const editor: {
    defineTheme(
      name: string,
      theme: {
        base: 'vs' | 'vs-dark';
        inherit: boolean;
        colors: Readonly<Record<string, string>>;
        rules: readonly { token: string; foreground: string; fontStyle?: string }[];
      },
    ): void;
  };
}
