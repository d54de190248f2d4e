/** Notes on the journal: each is an entry of its own, so that two who write at once lose nothing (F076). */
import { type AnnotationAct, anchorStands, type NewAnnotation } from '../../shared/board/annotation.ts';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { type BoardRoom, refuse } from './needs.ts';

export function noteDesk({ vault, cases, refuseIfSigned, record }: BoardRoom) {
  return {
    /** @throws FaultError not-found, report-locked, exists-already, field-invalid where the anchor is not in the case */
    async annotate({ caseId, annotation }: { caseId: CaseId; annotation: NewAnnotation }): Promise<BoardRecord> {
      refuseIfSigned(cases.listingFor(caseId));
      const { annotations = [] } = record(caseId);
      if (annotations.some(({ annotationId }) => annotationId === annotation.annotationId))
        refuse('exists-already', 'This note was written already.', 'Look at the thread.');
      const { replyTo } = annotation;
      if (replyTo !== undefined && !annotations.some(({ annotationId }) => annotationId === replyTo))
        refuse('not-found', 'The note that this one answers is not here.', 'Look at the threads again.');
      // An answer may hang on what is gone: a thread that was orphaned is still talked about.
      if (replyTo === undefined && !anchorStands(annotation.anchor, (await cases.state(caseId)).documents))
        refuse('field-invalid', 'What this note hangs on is not in the case.', 'Choose what it is about.', {
          field: 'anchor',
        });
      vault().append({ actor: vault().user.userId, caseId, type: 'annotation.added', payload: annotation });
      return record(caseId);
    },

    /** Takes a note back or settles a thread, and undoes either. Only who wrote a note takes it back. */
    actOnNote(input: { caseId: CaseId; annotationId: string; act: AnnotationAct }): BoardRecord {
      const { caseId, annotationId, act } = input;
      refuseIfSigned(cases.listingFor(caseId));
      const { userId } = vault().user;
      const note =
        (record(caseId).annotations ?? []).find((one) => one.annotationId === annotationId) ??
        refuse('not-found', 'There is no such note.', 'Look at the threads again.');
      if ((act === 'withdrawn' || act === 'restored') && note.by !== userId)
        refuse('forbidden', 'Only who wrote a note takes it back.', 'Answer it instead.');
      vault().append({ actor: userId, caseId, type: `annotation.${act}`, payload: { annotationId } });
      return record(caseId);
    },
  };
}
