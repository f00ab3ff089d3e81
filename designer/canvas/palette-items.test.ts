import { describe, expect, it } from 'vitest';
import { definitions } from '../../steps/index.ts';
import { BLOCKS, findItems, stepItems } from './palette-items.ts';

const all = [...BLOCKS, ...stepItems(definitions)];
const keys = (text: string) => findItems(all, text).map(({ key }) => key);

describe('the palette', () => {
  it('offers every step type and every kind of block once', () => {
    expect(new Set(all.map(({ key }) => key)).size).toBe(BLOCKS.length + definitions.length);
  });

  it('finds by either language, by technical name and by parts of words', () => {
    expect(keys('审批')[0]).toBe('approval');
    expect(keys('appro')[0]).toBe('approval');
    expect(keys('端口')).toContain('switch-port-plan');
    expect(keys('device-p')).toEqual(['device-push']);
    expect(keys('wait')[0]).toBe('wait');
    expect(keys('等待').slice(0, 2)).toEqual(['wait', 'listen']);
  });

  it('asks for every word and gives nothing for nonsense', () => {
    expect(keys('push device')).toContain('device-push');
    expect(keys('zzz')).toEqual([]);
    expect(keys('  ')).toHaveLength(all.length);
  });
});
