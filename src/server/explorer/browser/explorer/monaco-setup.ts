import { editor } from 'monaco-graphql/esm/monaco-editor.js';
import { workers } from 'tributary:workers';

/** The names of the two editor themes, for `editorTheme` of GraphiQL. */
export const editorTheme = { dark: 'tributary-dark', light: 'tributary-light' } as const;

/** Sets up workers from this origin and colours that match the page. Call it before GraphiQL starts. */
export function setUpMonaco(): void {
  Object.assign(globalThis, { MonacoEnvironment: { getWorker } });
  editor.defineTheme(editorTheme.dark, {
    base: 'vs-dark',
    inherit: true,
    colors: colours({ page: '#101a22', accent: '#4cc9d8', faint: '#9fb4c11a', text: '#d9e4ea', line: '#8298a6' }),
    rules: rules({
      keyword: '7fb2ff',
      field: 'd9e4ea',
      type: '5fd3bd',
      argument: 'b8a6ff',
      string: 'f0b98a',
      number: 'f2d37e',
      comment: '8298a6',
    }),
  });
  editor.defineTheme(editorTheme.light, {
    base: 'vs',
    inherit: true,
    colors: colours({ page: '#ffffff', accent: '#04687a', faint: '#2743540f', text: '#16232c', line: '#5d707c' }),
    rules: rules({
      keyword: '1d4fb8',
      field: '16232c',
      type: '046b57',
      argument: '6a3fc0',
      string: 'a04612',
      number: '8a5a00',
      comment: '5d707c',
    }),
  });
}

function getWorker(_id: string, label: string): Worker {
  return new Worker(label === 'json' || label === 'graphql' ? workers[label] : workers.editor);
}

function colours(of: Readonly<Record<'page' | 'accent' | 'faint' | 'text' | 'line', string>>): Record<string, string> {
  return {
    'editor.background': '#ffffff00', // Transparent, to show the background of the page.
    'editor.foreground': of.text,
    'editorLineNumber.foreground': of.line,
    'editorLineNumber.activeForeground': of.text,
    'editorLineNumber.dimmedForeground': of.line,
    'editorBracketHighlight.foreground1': of.text,
    'editorBracketHighlight.foreground2': of.accent,
    'editorBracketHighlight.foreground3': of.line,
    'editorCursor.foreground': of.accent,
    'editorWidget.background': of.page,
    'editorHoverWidget.background': of.page,
    'editorSuggestWidget.background': of.page,
    'editorSuggestWidget.foreground': of.text,
    // Monaco's own foregrounds of what is selected are white in both themes.
    'editorSuggestWidget.selectedBackground': `${of.accent}26`,
    'editorSuggestWidget.selectedForeground': of.text,
    'editorSuggestWidget.selectedIconForeground': of.text,
    'editorSuggestWidget.highlightForeground': of.accent,
    'editorSuggestWidget.focusHighlightForeground': of.accent,
    'editorHoverWidget.foreground': of.text,
    'editorWidget.foreground': of.text,
    'quickInput.background': of.page,
    'menu.background': of.page,
    'menu.foreground': of.text,
    'menu.selectionBackground': `${of.accent}26`,
    'menu.selectionForeground': of.text,
    'quickInput.foreground': of.text,
    'quickInputList.focusBackground': `${of.accent}26`,
    'quickInputList.focusForeground': of.text,
    'quickInputList.focusIconForeground': of.text,
    'input.background': of.faint,
    'input.foreground': of.text,
    'input.placeholderForeground': of.line,
    'list.hoverBackground': of.faint,
    'list.hoverForeground': of.text,
    'list.highlightForeground': of.accent,
    'list.focusHighlightForeground': of.accent,
    'list.activeSelectionForeground': of.text,
    'list.focusForeground': of.text,
    descriptionForeground: of.line,
    'scrollbar.shadow': '#ffffff00',
    'textLink.foreground': of.accent,
    focusBorder: of.accent,
  };
}

type Token = 'keyword' | 'field' | 'type' | 'argument' | 'string' | 'number' | 'comment';

function rules(of: Readonly<Record<Token, string>>): { token: string; foreground: string; fontStyle?: string }[] {
  return [
    { token: 'keyword.gql', foreground: of.keyword },
    { token: 'key.identifier.gql', foreground: of.field },
    { token: 'type.identifier.gql', foreground: of.type },
    { token: 'argument.identifier.gql', foreground: of.argument },
    { token: 'string.gql', foreground: of.string },
    { token: 'number.gql', foreground: of.number },
    { token: 'comment.gql', foreground: of.comment },
    { token: 'string.key.json', foreground: of.keyword },
    { token: 'string.value.json', foreground: of.string },
    { token: 'number.json', foreground: of.number },
    { token: 'keyword.json', foreground: of.argument },
    { token: 'comment.line.json', foreground: of.comment },
  ];
}
