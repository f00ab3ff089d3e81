import { useTranslation } from 'react-i18next';
import { Data, Preformatted } from '../shared/data.tsx';
import { Reason } from '../shared/reason.tsx';
import { Note, Section } from '../shared/parts.tsx';
import type { PlannedPort, PortPlan, Unreadable } from '../shared/shapes.ts';

/** The plan as it will be sent: per device and port the commands, the change of configuration, the way back. */
export function PlanView({ plan }: { readonly plan: PortPlan }) {
  const { t } = useTranslation();
  return (
    <>
      {plan.unreadable.length === 0 ? null : <UnreadableParts parts={plan.unreadable} />}
      {plan.devices.map(({ device, ports }) => (
        <Section key={device} title={t('approval.deviceChanges', { device, count: ports.length })}>
          {ports.map((port) => (
            <Port key={port.port} port={port} />
          ))}
        </Section>
      ))}
      <Checks plan={plan} />
    </>
  );
}

/** Parts of the content this page cannot draw: an approver sees them as they are, before everything else. */
function UnreadableParts({ parts }: { readonly parts: readonly Unreadable[] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('approval.unreadable')}>
      <Note icon="cross" tone="problem">
        <p>{t('approval.unreadableText', { count: parts.length })}</p>
      </Note>
      {parts.map(({ at, value }) => (
        <div key={at}>
          <p className="small mono quiet">{at}</p>
          <Data value={value} label={at} />
        </div>
      ))}
    </Section>
  );
}

function Port({ port }: { readonly port: PlannedPort }) {
  const { t } = useTranslation();
  return (
    <div className="port">
      <h3 className="mono">{port.port}</h3>
      <div className="port-columns">
        <div>
          <p className="small quiet">{t('approval.commands')}</p>
          <Preformatted text={port.commands.join('\n')} label={t('approval.commands')} />
        </div>
        <div>
          <p className="small quiet">{t('approval.diff')}</p>
          <div className="code diff" role="list" aria-label={t('approval.diff')} tabIndex={0}>
            {port.diff.map(({ mark, line }, index) => (
              <div
                key={`${index} ${line}`}
                role="listitem"
                data-mark={mark === '+' ? 'added' : mark === '-' ? 'removed' : 'same'}
              >
                <span aria-hidden="true">{mark}</span> {line}
              </div>
            ))}
          </div>
        </div>
      </div>
      <details>
        <summary>{t('approval.rollback')}</summary>
        <Preformatted text={port.inverse.join('\n')} label={t('approval.rollback')} />
      </details>
    </div>
  );
}

function Checks({ plan }: { readonly plan: PortPlan }) {
  const { t } = useTranslation();
  const passed = plan.devices.flatMap(({ device, ports }) =>
    ports.map(({ port }) => ({ device, port, reason: 'eligible' })),
  );
  return (
    <Section title={t('approval.checks')}>
      <table className="table" aria-label={t('approval.checks')}>
        <thead>
          <tr>
            <th>{t('approval.device')}</th>
            <th>{t('approval.port')}</th>
            <th data-grows="true">{t('approval.verdict')}</th>
          </tr>
        </thead>
        <tbody>
          {[...passed, ...plan.skipped].map(({ device, port, reason }) => (
            <tr key={`${device} ${port}`}>
              <td data-mono="true">{device}</td>
              <td data-mono="true">{port}</td>
              <td data-grows="true">
                <Reason name={reason === 'eligible' ? 'done' : 'skipped'} reason={reason} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
