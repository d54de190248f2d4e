import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Likeness, LikenessVerdict } from '../../shared/case/likeness.ts';
import type { CaseView } from '../../shared/contract.ts';
import { faultOf } from '../app/fault.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Note } from '../ui/parts.tsx';
import { count, moment } from '../ui/words.ts';

const verdictWords: Record<LikenessVerdict, string> = {
  'same-patient': 'the same patient',
  'another-patient': 'another patient',
};

const why = ({ samePseudonym, sharedVariants, ofVariants }: Likeness): string =>
  [
    ...(samePseudonym ? ['the same pseudonym'] : []),
    ...(ofVariants === 0 ? [] : [`${count(sharedVariants)} of ${count(ofVariants)} rare variants shared`]),
  ].join(', ');

/** Cases that may be of the same person: asked, never merged. */
export function LikeCases({ view }: { view: CaseView }) {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const { caseId } = view.listing;
  const key = ['likeness', caseId];
  const like = useQuery({ queryKey: key, queryFn: () => client.case.alike({ caseId }), staleTime: 0 });
  const judge = useMutation({
    mutationFn: (input: { other: Likeness['caseId']; verdict: LikenessVerdict }) =>
      client.case.judgeAlike({ caseId, ...input }),
    onSuccess: (found) => queries.setQueryData(key, found),
  });
  return (
    <>
      {judge.isError ? <FaultNote fault={faultOf(judge.error)} /> : null}
      {(like.data ?? []).map((one) =>
        one.judged === undefined ? (
          <Note
            key={one.caseId}
            tone="amber"
            action={
              <>
                <Button
                  isDisabled={judge.isPending}
                  onPress={() => judge.mutate({ other: one.caseId, verdict: 'same-patient' })}
                >
                  The same patient
                </Button>{' '}
                <Button
                  isDisabled={judge.isPending}
                  onPress={() => judge.mutate({ other: one.caseId, verdict: 'another-patient' })}
                >
                  Another patient
                </Button>
              </>
            }
          >
            <p>
              <strong>Is this the patient of {one.pseudonym}?</strong> {why(one)}.
            </p>
            <p className="meta">Nothing is merged; the answer stands in the journal.</p>
          </Note>
        ) : (
          <Note key={one.caseId} tone="plain">
            <p>
              {one.pseudonym}: {verdictWords[one.judged.verdict]}, said {one.judged.by}, {moment(one.judged.at)} (
              {why(one)}).
            </p>
          </Note>
        ),
      )}
    </>
  );
}
