// @vitest-environment node
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTicketDesk, machinePorts } from '../../../electron/serve/index.ts';
import { createServices, type Services } from '../../../electron/services.ts';
import { programRoot } from '../../../electron/shipped.ts';
import { FaultError } from '../../../shared/foundation/fault.ts';
import { CaseId, type UserId } from '../../../shared/foundation/ids.ts';

const PASSWORD = 'a quiet meadow behind the mill';
const MEMBER = 'seven herons over the weir';
const otter = CaseId.parse('otter');
const ballotId = '3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a111';

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'answered';
  } catch (error) {
    return error instanceof FaultError ? error.fault.code : String(error);
  }
};

describe('F079 votes in the vault', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballots-'));
  let services: Services;
  let member: UserId;

  beforeAll(async () => {
    services = await createServices(
      machinePorts({
        host: 'memory',
        capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
        dataFolder: join(folder, 'data'),
        tickets: createTicketDesk(),
        program: programRoot(import.meta.url),
      }),
    );
    await services.vault.create({ boardName: 'Board', userName: 'chair', password: PASSWORD });
    member = (await services.vault.addPerson({ name: 'Dr. Mia', password: MEMBER, roles: ['member'] })).userId;
    const listing = { pseudonym: 'Otter', tumorTypeCode: null, tumorTypeName: null, stage: null, question: null };
    const { user } = services.vault.current();
    services.vault.current().append({ actor: user.userId, caseId: otter, type: 'case.imported', payload: { listing } });
  });
  afterAll(async () => {
    services.session.end();
    await services.vault.lock();
    rmSync(folder, { recursive: true, force: true });
  });

  const cast = (electorId: string, choiceId: string, password?: string) =>
    services.board.castVote({ caseId: otter, vote: { ballotId, electorId, choiceId }, password });

  it('a member votes with their own password, the presenter for who has none, and nobody sees a vote before all do', async () => {
    const before = services.vault.current().caseVersion(otter);
    services.board.openBallot({
      caseId: otter,
      ballot: {
        ballotId,
        choices: [{ choiceId: 'osimertinib', label: 'Osimertinib' }],
        electors: [
          { electorId: member, name: 'Dr. Mia', role: 'oncology', userId: member },
          { electorId: 'guest', name: 'Dr. Guest', role: 'pathology' },
        ],
        recused: [],
        quorum: 2,
      },
    });
    expect(await codeOf(() => cast(member, 'osimertinib'))).toBe('password-wrong');
    expect(await codeOf(() => cast(member, 'osimertinib', 'not this one'))).toBe('password-wrong');
    expect(await codeOf(() => cast('stranger', 'osimertinib'))).toBe('forbidden');
    expect(await codeOf(() => cast('guest', 'not on it'))).toBe('field-invalid');
    const seen = await cast(member, 'osimertinib', MEMBER);
    expect(seen.ballots?.[0]).toMatchObject({ state: 'open', voted: [member], votes: [] });
    await cast('guest', 'abstain');
    expect(
      await codeOf(() =>
        services.board.openBallot({
          caseId: otter,
          ballot: {
            ballotId: '3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a222',
            choices: [{ choiceId: 'x', label: 'x' }],
            electors: [{ electorId: 'e', name: 'E', role: '' }],
            recused: [],
            quorum: 0,
          },
        }),
      ),
    ).toBe('version-conflict');
    const { ballots } = services.board.closeBallot({ caseId: otter, closing: { ballotId, left: [] }, how: 'reveal' });
    expect(ballots?.[0]).toMatchObject({
      state: 'revealed',
      votes: [
        { electorId: member, choiceId: 'osimertinib', recordedBy: member },
        { electorId: 'guest', choiceId: 'abstain' },
      ],
    });
    expect(await codeOf(() => cast('guest', 'osimertinib'))).toBe('version-conflict');
    // A decision that somebody types meanwhile is not refused because of a vote.
    expect(services.vault.current().caseVersion(otter)).toBe(before);
    const actors = services.vault.current().list({ caseId: otter, types: ['vote.cast'] });
    expect(actors.map(({ actor }) => actor)).toEqual([member, services.vault.current().user.userId]);
  });

  it('a ballot that a power cut left open is open after the next unlock, with who had voted', async () => {
    const next = '3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a333';
    services.board.openBallot({
      caseId: otter,
      ballot: {
        ballotId: next,
        choices: [{ choiceId: 'x', label: 'x' }],
        electors: [{ electorId: 'guest', name: 'Dr. Guest', role: '' }],
        recused: [],
        quorum: 0,
      },
    });
    await services.board.castVote({ caseId: otter, vote: { ballotId: next, electorId: 'guest', choiceId: 'x' } });
    await services.vault.lock();
    await services.vault.unlock({ userName: 'Dr. Mia', password: MEMBER });
    expect(services.board.record(otter).ballots?.at(-1)).toMatchObject({
      state: 'open',
      round: 'after',
      voted: ['guest'],
    });
    // A member is not the presenter: somebody else's vote is not theirs to write.
    expect(
      await codeOf(() =>
        services.board.castVote({ caseId: otter, vote: { ballotId: next, electorId: 'guest', choiceId: 'abstain' } }),
      ),
    ).toBe('forbidden');
  });
});
