import { useCaseView } from '../case/case-view.ts';
import { Draft } from './Draft.tsx';
import { Signed } from './Signed.tsx';

/** The paper: drafted beside its completeness list, signed, and from then on locked (F087, F090). */
export function ReportScreen() {
  const view = useCaseView();
  return view.report === undefined ? (
    <Draft key={view.listing.caseId} view={view} />
  ) : (
    <Signed view={view} report={view.report} />
  );
}
