import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { queries } from '../api/queries.ts';
import { Loading, ProblemNote } from './parts.tsx';
import { sizeOf } from './time.ts';

const FOLDED_LINES = 24;

/** Text in a monospace as it stands. It takes the focus: what does not fit is scrolled to with the keyboard too. */
export function Preformatted({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <pre className="code" role="group" aria-label={label} tabIndex={0}>
      {text}
    </pre>
  );
}

/** Text in a monospace, folded when it is long. Always text: run data is never markup. */
export function Code({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const lines = text.split('\n');
  const isLong = lines.length > FOLDED_LINES;
  const shown = isLong && !isOpen ? lines.slice(0, FOLDED_LINES).join('\n') : text;
  return (
    <div>
      <Preformatted text={shown} label={label} />
      {isLong ? (
        <Button type="link" onClick={() => setOpen(!isOpen)}>
          {isOpen ? t('common.showLess') : t('common.showAll', { count: lines.length })}
        </Button>
      ) : null}
    </div>
  );
}

/** A reference to a large payload as the timeline stores it, or undefined for inline data. */
export function payloadRef(
  value: Json | null,
): { readonly sha256: string; readonly bytes: number } | undefined {
  if (!isJsonObject(value) || !Object.hasOwn(value, '$ref')) return undefined;
  const ref = value.$ref;
  if (!isJsonObject(ref) || typeof ref.sha256 !== 'string' || typeof ref.bytes !== 'number') return undefined;
  return { sha256: ref.sha256, bytes: ref.bytes };
}

/** Input or output of a step: inline JSON, or a button that reads the large payload. */
export function Data({ value, label }: { readonly value: Json | null; readonly label: string }) {
  const { t } = useTranslation();
  const ref = payloadRef(value);
  if (value === null) return <p className="quiet">{t('common.none')}</p>;
  if (ref !== undefined) return <Payload sha256={ref.sha256} bytes={ref.bytes} label={label} />;
  return <Code text={JSON.stringify(value, null, 2)} label={label} />;
}

function Payload({
  sha256,
  bytes,
  label,
}: {
  readonly sha256: string;
  readonly bytes: number;
  readonly label: string;
}) {
  const { t } = useTranslation();
  const [isWanted, setWanted] = useState(false);
  const { data, error, refetch } = useQuery({ ...queries.payload(sha256), enabled: isWanted });
  if (!isWanted)
    return <Button onClick={() => setWanted(true)}>{t('run.bigPayload', { size: sizeOf(bytes) })}</Button>;
  if (error !== null) return <ProblemNote error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Loading rows={3} />;
  return <Code text={pretty(data)} label={label} />;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/**
 * Output of a step as a value: inline as it is, large ones are read. Undefined while it is read, absent or unreadable: what needs
 * it is then simply not shown.
 */
export function useStepValue(value: Json | null | undefined): Json | undefined {
  const ref = value === undefined ? undefined : payloadRef(value);
  const { data } = useQuery({ ...queries.payload(ref?.sha256 ?? ''), enabled: ref !== undefined });
  if (ref === undefined) return value ?? undefined;
  try {
    return data === undefined ? undefined : (JSON.parse(data) as Json);
  } catch {
    return undefined;
  }
}
