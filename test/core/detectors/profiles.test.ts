import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { addShares, alikeness, profilesOf, nearestProfile } from '../../../server/core/detectors/stateOutliers/profiles';
import { scoreRows } from '../../../server/core/detectors/score';
import { stateOutliers } from '../../../server/core/detectors/stateOutliers';
import { resolveSettings } from '../../../server/core/settings/setting';
import { EntityTable } from '../../../server/core/symbols/entities';
import { carryTime } from '../../../server/core/symbols/rows';
import { noControl } from '../../../server/core/util/control';
import { type Flow, tableOf } from '../../support/flows';

/** Hosts with 60 flows each: `dns` of them ask a name server, `web` fetch pages. */
function hosts(dns: number, web: number, first = 0): Flow[] {
  return Array.from({ length: 60 * (dns + web) }, (_, i): Flow => {
    const host = i % (dns + web), asks = host < dns;
    return {
      time: i, duration: 0.1 + (i % 7) / 10, source: `10.0.0.${first + host}`, destination: '10.0.1.1', destinationPort: asks ? 53 : 443, protocol: asks ? 'udp' : 'tcp', service: asks ? 'dns' : 'ssl', state: 'SF',
      forwardBytes: 40 + (i % 50), backwardBytes: 100 + (i % 90), forwardPackets: 1, backwardPackets: 1,
    };
  });
}

describe('profiles of entities', () => {
  const shares = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 60 }).map((visited) => {
    const out = new Float64Array(10);
    addShares(Uint32Array.from(visited), out, 0);
    return out;
  });

  it('alikeness is 1 of a distribution with itself, symmetric, and one minus half the sum of differences', () => {
    fc.assert(fc.property(shares, shares, (a, b) => {
      const alike = alikeness(a, 0, b, 0, 10), difference = a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0) / 2;
      assert.ok(Math.abs(alikeness(a, 0, a, 0, 10) - 1) < 1e-9 && Math.abs(alike - alikeness(b, 0, a, 0, 10)) < 1e-12 && Math.abs(alike - (1 - difference)) < 1e-9);
    }));
  });

  it('the nearest of several is the most alike, the first of equal ones', () => {
    fc.assert(fc.property(fc.array(shares, { minLength: 1, maxLength: 5 }), shares, (all, own) => {
      const profiles = { entities: new Float64Array(all.length).fill(1), shares: Float64Array.from(all.flatMap((one) => [...one])) };
      assert.deepEqual(profilesOf(profiles.entities, profiles.shares, 10), profiles);
      const alike = all.map((one) => alikeness(own, 0, one, 0, 10));
      assert.deepEqual(nearestProfile(profiles, own), { profile: alike.indexOf(Math.max(...alike)), alike: Math.max(...alike) });
    }));
    assert.equal(nearestProfile({ entities: new Float64Array(0), shares: new Float64Array(0) }, new Float64Array(3)), undefined);
  });

  it('groups of alike hosts become profiles, and hosts are told which they are most like', () => {
    const model = stateOutliers.learn({ table: tableOf(hosts(12, 5)), self: false }, resolveSettings(stateOutliers.settings, {}).values, noControl);
    assert.deepEqual([...model.profiles.entities], [12, 5]);
    assert.ok([0, 1].every((p) => Math.abs(model.profiles.shares.subarray(p * model.states, (p + 1) * model.states).reduce((a, b) => a + b) - 1) < 1e-9));
    const table = tableOf([...hosts(1, 1, 50), { ...hosts(1, 0)[0], source: '10.9.9.9' }]), entities = new EntityTable(model.entity), entity = entities.encode(table), encoder = stateOutliers.encoder(model);
    const scores = scoreRows(stateOutliers, model, { rowCount: table.rowCount, entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), symbol: encoder.encode(table), features: encoder.features!(table) }, noControl);
    const [dns, web, lone] = [0, 1, 2].map((e) => scores.verdictOf!(e));
    assert.deepEqual([dns.rows, dns.fits, web.rows, web.fits, lone.rows, lone.fits], [60, true, 60, true, 1, undefined]);
    assert.match(dns.text, /like the baseline; most like profile 1 \((over 99|100|9\d) % in common\), that of 12 entities of the baseline: mostly udp to port 53, dns/);
    assert.match(web.text, /most like profile 2 .*that of 5 entities of the baseline: mostly tcp to port 443, ssl/);
    assert.match(lone.text, /^1 row of this entity: too few for a verdict on it \(50 are needed\)$/);
    assert.equal(scores.explain(0).parts.find(({ name }) => name === 'entity')!.text, dns.text);
  });
});
