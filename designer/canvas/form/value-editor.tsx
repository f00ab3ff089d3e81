import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '../../../domain/json.ts';
import { unwrapExpression } from '../../../engine/expression/index.ts';
import type { Problem } from '../../../engine/types.ts';
import { Icon } from '../../shared/icons.tsx';
import { useProblemWords } from '../problem-words.ts';
import { useSurroundings } from './available.ts';
import { TextInput } from './inputs.tsx';
import { FieldPicker, findAvailable } from './picker.tsx';

/** A field with its label, its help and what is wrong with it. */
export function Labelled({
  id,
  label,
  help,
  unit,
  isRequired,
  problems = [],
  aside,
  children,
}: {
  readonly id: string;
  readonly label: string;
  readonly help?: string;
  readonly unit?: string;
  readonly isRequired?: boolean;
  readonly problems?: readonly Problem[];
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const words = useProblemWords();
  return (
    <div className="f-field" data-field={id}>
      <div className="f-label">
        <label htmlFor={id}>{label}</label>
        {unit === undefined ? null : <span className="f-unit">{unit}</span>}
        {isRequired === true ? (
          <span className="f-need" title={t('canvas.form.required')} aria-label={t('canvas.form.required')}>
            *
          </span>
        ) : null}
        {aside}
      </div>
      {children}
      {help === undefined || help === '' ? null : <span className="f-hint">{help}</span>}
      {problems.map((problem) => (
        <span
          key={`${problem.code} ${problem.pointer}`}
          className="f-problem"
          data-severity={problem.severity}
        >
          <Icon name="warning" />
          <span title={problem.message}>{words(problem)}</span>
        </span>
      ))}
    </div>
  );
}

/**
 * A field that is either filled in or taken from an earlier result. `literal` draws the way to fill it in. An expression that is exactly
 * an earlier result is shown by its name, any other as text.
 */
export function ValueField({
  value,
  onChange,
  literal,
  ...label
}: {
  readonly id: string;
  readonly label: string;
  readonly help?: string;
  readonly unit?: string;
  readonly isRequired?: boolean;
  readonly problems?: readonly Problem[];
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
  readonly literal: ReactNode;
}) {
  const { t } = useTranslation();
  const [isTaking, setTaking] = useState(false);
  const source = typeof value === 'string' ? unwrapExpression(value) : undefined;
  const take = (expression: string) => {
    onChange(`\${ ${expression} }`);
    setTaking(false);
    focusField(label.id);
  };
  const onMode = () => {
    if (source !== undefined) onChange(undefined);
    setTaking(source === undefined && !isTaking);
  };
  const mode = (
    <button type="button" className="f-mode" onClick={onMode}>
      {t(source !== undefined || isTaking ? 'canvas.form.write' : 'canvas.form.take')}
    </button>
  );
  return (
    <Labelled {...label} aside={mode}>
      {source !== undefined ? (
        <TakenValue id={label.id} source={source} onTake={take} />
      ) : isTaking ? (
        <FieldPicker onPick={(entry) => take(entry.source)} onWrite={take} />
      ) : (
        literal
      )}
    </Labelled>
  );
}

/** The field has the focus again after a choice, so that the keyboard goes on from there. */
function focusField(id: string): void {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}

function TakenValue({
  id,
  source,
  onTake,
}: {
  readonly id: string;
  readonly source: string;
  readonly onTake: (source: string) => void;
}) {
  const { t } = useTranslation();
  const { available } = useSurroundings();
  const known = findAvailable(available, source);
  const [isPicking, setPicking] = useState(false);
  const [isCode, setCode] = useState(false);
  return (
    <div>
      {isCode || known === undefined ? (
        <TextInput
          id={id}
          isMono
          label={t('canvas.form.expression')}
          value={source}
          onChange={(text) => {
            if (typeof text === 'string') onTake(text);
          }}
        />
      ) : (
        <button
          id={id}
          type="button"
          className="f-taken"
          aria-expanded={isPicking}
          onClick={() => setPicking(!isPicking)}
        >
          <span>{`${known.from} · ${known.label}`}</span>
          <Icon name="chevron" />
        </button>
      )}
      <span className="f-label">
        {known === undefined ? (
          <button type="button" className="f-mode" onClick={() => setPicking(!isPicking)}>
            {t('canvas.form.choose')}
          </button>
        ) : (
          <button type="button" className="f-mode" onClick={() => setCode(!isCode)}>
            {t('canvas.form.code')}
          </button>
        )}
      </span>
      {isPicking ? (
        <FieldPicker
          onPick={(entry) => {
            onTake(entry.source);
            setPicking(false);
            setCode(false);
          }}
        />
      ) : null}
    </div>
  );
}
