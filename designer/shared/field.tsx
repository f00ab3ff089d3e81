import type { ReactNode } from 'react';

/** A labelled field of a form with a line of help and a line for what is wrong. */
export function Field({
  label,
  help = '',
  error = '',
  children,
}: {
  readonly label: string;
  readonly help?: string;
  readonly error?: string;
  readonly children: ReactNode;
}) {
  return (
    <label className="field">
      <span>{label}</span>
      {children}
      {help === '' ? null : <span className="small quiet">{help}</span>}
      {error === '' ? null : (
        <span className="field-error" role="alert">
          {error}
        </span>
      )}
    </label>
  );
}
