import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { DeviceDetail, PortSample } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { Facts, Loading, Note, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import type { StateName } from '../theme.ts';

const LINK_STATES: Readonly<Record<PortSample['link'], StateName>> = {
  up: 'done',
  down: 'skipped',
  'admin-down': 'cancelled',
  'err-disabled': 'failed',
  'no-optics': 'late',
  unknown: 'unknown',
};

/** A device: facts, login test, and the samples of the last trading days, port by day. */
export function DeviceView() {
  const { name = '' } = useParams();
  const { t } = useTranslation();
  const mayTest = useMay('device.test');
  const device = useQuery(queries.device(name));
  const test = useMutation({ mutationFn: () => api.testDevice(name) });
  if (device.error !== null)
    return <ProblemNote error={device.error} onAgain={() => void device.refetch()} />;
  if (device.data === undefined) return <Loading rows={10} />;
  const {
    host,
    port,
    platform,
    zone,
    credentialRef,
    hostKeyType,
    hostKeySha256,
    sshProfile,
    protectedPorts,
  } = device.data;
  return (
    <>
      <PageHead
        title={name}
        back={{ to: '/devices', page: t('devices.title') }}
        actions={
          mayTest ? (
            <Button loading={test.isPending} onClick={() => test.mutate()}>
              {t('devices.test')}
            </Button>
          ) : null
        }
      />
      {test.error === null ? null : <ProblemNote error={test.error} />}
      {test.data === undefined ? null : (
        <Note icon={test.data.ok ? 'check' : 'cross'} tone={test.data.ok ? 'good' : 'problem'}>
          <p>
            {test.data.ok
              ? t('devices.testOk', { count: test.data.ports })
              : t('devices.testFailed', {
                  stage: t(`devices.stage.${test.data.stage}`),
                  error: test.data.error ?? '',
                })}
          </p>
          {test.data.seenFingerprint === null ? null : (
            <p className="small mono">{`${t('devices.seen')} ${test.data.seenFingerprint}`}</p>
          )}
        </Note>
      )}
      <Facts
        rows={[
          [t('devices.platform'), t(`devices.platformName.${platform}`)],
          [t('devices.address'), <span key="a" className="mono">{`${host}:${port}`}</span>],
          [t('devices.zone'), zone],
          [
            t('devices.credential'),
            <span key="c" className="mono">
              {credentialRef}
            </span>,
          ],
          [
            t('devices.hostKey'),
            <span key="k" className="mono">
              {hostKeySha256 === null ? t('devices.notPinned') : `${hostKeyType ?? ''} ${hostKeySha256}`}
            </span>,
          ],
          [t('devices.profile'), sshProfile],
          [
            t('devices.protectedPorts'),
            <span key="p" className="mono">
              {protectedPorts.length === 0 ? t('common.none') : protectedPorts.join(' · ')}
            </span>,
          ],
        ]}
      />
      <Samples samples={device.data.samples} />
    </>
  );
}

function Samples({ samples }: { readonly samples: DeviceDetail['samples'] }) {
  const { t } = useTranslation();
  const days = [...new Set(samples.map((sample) => sample.tradingDay))].sort((left, right) =>
    left < right ? -1 : 1,
  );
  const ports = [...new Set(samples.map((sample) => sample.port))].sort((left, right) =>
    left.localeCompare(right, 'en', { numeric: true }),
  );
  const at = new Map(samples.map((sample) => [`${sample.port} ${sample.tradingDay}`, sample]));
  return (
    <Section title={t('devices.samples')}>
      {samples.length === 0 ? (
        <p className="quiet">{t('devices.noSamples')}</p>
      ) : (
        <div className="table-frame">
          <table className="table" aria-label={t('devices.samples')}>
            <thead>
              <tr>
                <th>{t('devices.port')}</th>
                {days.map((day) => (
                  <th key={day} className="mono">
                    {day}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {ports.map((port) => (
                <tr key={port}>
                  <td data-mono="true">{port}</td>
                  {days.map((day) => (
                    <td key={day}>
                      <Sample sample={at.get(`${port} ${day}`)} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function Sample({ sample }: { readonly sample: PortSample | undefined }) {
  const { t } = useTranslation();
  if (sample === undefined) return <span className="quiet">{t('common.none')}</span>;
  return (
    <>
      <State name={LINK_STATES[sample.link]} word={t(`devices.link.${sample.link}`)} />{' '}
      {sample.source === 'seed' ? <span className="small quiet">{t('devices.seedNote')}</span> : null}
    </>
  );
}
