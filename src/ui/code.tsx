/**
 * A field for code in the application's own editor.
 */
import type { CodeEditor, IEditorServices } from '@jupyterlab/codeeditor';
import * as React from 'react';

/** The editor; a plain field where the application has none. */
export function CodeField(props: {
  id: string;
  label: string;
  value: string;
  /** What CodeMirror knows the language by. */
  mimeType: string;
  invalid: boolean;
  editors: IEditorServices | null;
  onChange: (value: string) => void;
}): JSX.Element {
  const { id, label, value, mimeType, invalid, editors, onChange } = props;
  const node = React.useRef<HTMLDivElement>(null);
  const editor = React.useRef<CodeEditor.IEditor | null>(null);
  const change = React.useRef(onChange);
  change.current = onChange;
  React.useLayoutEffect(() => {
    const host = node.current;
    if (!host || !editors) {
      return;
    }
    let isOver = false;
    let made: { dispose: () => void } | null = null;
    void import('@jupyterlab/codeeditor').then(({ CodeEditor: Editors }) => {
      if (isOver) {
        return;
      }
      const model = new Editors.Model({ mimeType });
      model.sharedModel.setSource(value);
      const own = editors.factoryService.newInlineEditor({
        host,
        model,
        config: { lineNumbers: false, lineWrap: true }
      });
      model.sharedModel.changed.connect(() => {
        change.current(model.sharedModel.getSource());
      });
      host.querySelector('.cm-content')?.setAttribute('aria-label', label);
      editor.current = own;
      made = {
        dispose: () => {
          editor.current = null;
          own.dispose();
          model.dispose();
        }
      };
    });
    return () => {
      isOver = true;
      made?.dispose();
    };
  }, [editors]);
  return editors ? (
    <div
      ref={node}
      id={id}
      className="jp-mlx-Code"
      data-invalid={invalid || undefined}
    />
  ) : (
    <textarea
      id={id}
      className="jp-mlx-Input jp-mlx-mod-code"
      aria-label={label}
      aria-invalid={invalid}
      rows={5}
      value={value}
      onChange={event => onChange(event.target.value)}
    />
  );
}
