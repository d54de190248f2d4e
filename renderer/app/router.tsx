import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router';
import { ActionsScreen } from '../board/ActionsScreen.tsx';
import { AudienceScreen } from '../board/AudienceScreen.tsx';
import { BallotScreen } from '../board/BallotScreen.tsx';
import { CompareScreen } from '../board/CompareScreen.tsx';
import { DecisionScreen } from '../board/DecisionScreen.tsx';
import { FrozenScreen } from '../board/FrozenScreen.tsx';
import { ImagesScreen } from '../board/ImagesScreen.tsx';
import { MeetingRoot } from '../board/MeetingRoot.tsx';
import { MeetingScreen } from '../board/MeetingScreen.tsx';
import { NotesScreen } from '../board/NotesScreen.tsx';
import { CaseFrame } from '../case/CaseFrame.tsx';
import { IntakeScreen } from '../case/IntakeScreen.tsx';
import { StoryScreen } from '../case/StoryScreen.tsx';
import { WorklistScreen } from '../case/WorklistScreen.tsx';
import { ExchangeScreen } from '../exchange/ExchangeScreen.tsx';
import { LaboratoryScreen } from '../exchange/LaboratoryScreen.tsx';
import { LettersScreen } from '../exchange/LettersScreen.tsx';
import { PracticeScreen } from '../exchange/PracticeScreen.tsx';
import { ShippedScreen } from '../knowledge/ShippedScreen.tsx';
import { FindingsScreen } from '../molecular/FindingsScreen.tsx';
import { GermlineScreen } from '../molecular/GermlineScreen.tsx';
import { MeasuresScreen } from '../molecular/MeasuresScreen.tsx';
import { IntegrationScreen } from '../prediction/IntegrationScreen.tsx';
import { OpenedScreen } from '../report/OpenedScreen.tsx';
import { ReportScreen } from '../report/ReportScreen.tsx';
import { WatchScreen } from '../report/WatchScreen.tsx';
import { OptionsScreen } from '../therapy/OptionsScreen.tsx';
import { TrialEditorScreen } from '../therapy/TrialEditorScreen.tsx';
import { AuditScreen } from '../vault/AuditScreen.tsx';
import { PeopleScreen } from '../vault/PeopleScreen.tsx';
import { RetentionScreen } from '../vault/RetentionScreen.tsx';
import { ErrorScreen, FailedScreen } from './ErrorScreen.tsx';

const root = createRootRoute({ component: MeetingRoot, errorComponent: () => <ErrorScreen /> });
const at = <Path extends string>(path: Path, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => root, path, component });

const caseRoute = createRoute({ getParentRoute: () => root, path: '/case/$caseId', component: CaseFrame });
const step = <Path extends string>(path: Path, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => caseRoute, path, component });

/** A case's bare address leads to its story. */
const caseIndex = createRoute({
  getParentRoute: () => caseRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/case/$caseId/story', params });
  },
});

const routes = root.addChildren([
  at('/', WorklistScreen),
  at('/packs', ShippedScreen),
  at('/watch', WatchScreen),
  at('/opened', OpenedScreen),
  at('/audit', AuditScreen),
  at('/retention', RetentionScreen),
  at('/people', PeopleScreen),
  at('/meeting', MeetingScreen),
  at('/frozen', FrozenScreen),
  at('/actions', ActionsScreen),
  at('/compare', CompareScreen),
  at('/exchange', ExchangeScreen),
  at('/exchange/laboratory', LaboratoryScreen),
  at('/exchange/practice', PracticeScreen),
  at('/audience', AudienceScreen),
  at('/vote', BallotScreen),
  caseRoute.addChildren([
    caseIndex,
    step('/story', StoryScreen),
    step('/intake', IntakeScreen),
    step('/findings', FindingsScreen),
    step('/integration', IntegrationScreen),
    step('/options', OptionsScreen),
    step('/decision', DecisionScreen),
    step('/report', ReportScreen),
    step('/notes', NotesScreen),
    step('/germline', GermlineScreen),
    step('/measures', MeasuresScreen),
    step('/letters', LettersScreen),
    step('/images', ImagesScreen),
    step('/trials', TrialEditorScreen),
  ]),
]);

/** The screens by address; the hash never leaves the window, and holds no more than a case id. */
export const createAppRouter = (history: RouterHistory = createHashHistory()) =>
  createRouter({
    routeTree: routes,
    history,
    defaultNotFoundComponent: WorklistScreen,
    // A screen that fails takes only itself away: the meeting stands above it.
    defaultErrorComponent: FailedScreen,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
