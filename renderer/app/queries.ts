/** What the screens ask of the core, by name. Nothing is asked twice, because opening a case is an event in the journal. */
import {
  MutationCache,
  QueryCache,
  QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import type { CaseView } from '../../shared/contract.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { faultOf } from './fault.ts';
import { tellBoard } from './tell-board.ts';
import { useWorkstation } from './workstation.tsx';

export const keysOf = {
  vault: ['vault'],
  cases: ['cases'],
  people: ['people'],
  household: ['household'],
  holds: ['holds'],
  retention: ['retention'],
  erasure: (caseId: string) => ['erasure', caseId],
  actions: ['actions'],
  frozen: ['frozen'],
  analyses: (caseId: string) => ['analyses', caseId],
  analysis: (caseId: string, sequence: number) => ['analysis', caseId, sequence],
  case: (caseId: string) => ['case', caseId],
  gene: (gene: string) => ['gene', gene],
  germline: (caseId: string, version: number) => ['germline', caseId, version],
  packs: ['packs'],
  models: ['models'],
  card: (modelId: string) => ['card', modelId],
  trials: (caseId: string) => ['trials', caseId],
  trialFiles: ['trial-files'],
  siteLists: ['site-lists'],
  trialText: (file: string) => ['trial-text', file],
  trialCheck: (caseId: string, text: string) => ['trial-check', caseId, text],
  explanation: (caseId: string) => ['explanation', caseId],
  beforeSurgery: (caseId: string) => ['before-surgery', caseId],
  others: (caseId: string) => ['other-models', caseId],
  alike: (caseId: string) => ['patients-like-this', caseId],
  mitigations: (caseId: string) => ['mitigations', caseId],
  judgeFirst: ['judge-first'],
  modelVersions: (caseId: string) => ['model-versions', caseId],
  versionFigures: (modelId: string) => ['version-figures', modelId],
  alertRate: ['alert-rate'],
  remembered: (caseId: string) => ['remembered', caseId],
  evidence: (ids: readonly string[]) => ['evidence', ...ids],
  draft: (caseId: string) => ['draft', caseId],
  verification: (caseId: string) => ['verification', caseId],
  audit: ['audit'],
  exchange: ['exchange'],
  practice: ['practice'],
  laboratory: ['laboratory'],
  labDraft: (id: string, declined: readonly string[]) => ['lab-draft', id, ...declined],
  mappingCheck: (text: string) => ['mapping-check', text],
  preview: (caseIds: readonly string[], study: string, format: string, level: string, choice: string) => [
    'preview',
    caseIds.join(' '),
    study,
    format,
    level,
    choice,
  ],
  letters: (caseId: string) => ['letters', caseId],
} as const;

/** A refusal because the vault is locked brings the unlock screen back, whoever met it. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (faultOf(error).code === 'locked') void queries.invalidateQueries({ queryKey: keysOf.vault });
  };
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        retry: false,
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 30 * 60_000,
        networkMode: 'always',
        refetchOnWindowFocus: false,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  return queries;
}

export function useVaultStatus() {
  const { client } = useWorkstation();
  // The core locks an unattended station by itself; the screen notices within seconds.
  return useQuery({
    queryKey: keysOf.vault,
    queryFn: () => client.vault.status(),
    refetchInterval: 10_000,
    staleTime: 0,
  });
}

/** Who has a password here. */
export function usePeople() {
  const { client } = useWorkstation();
  return useQuery({ queryKey: keysOf.people, queryFn: () => client.vault.people() });
}

/** Rows of a page after the first, which holds what a screen shows. */
const REST = 500;

/**
 * The worklist: its first page at once, the rest behind it page by page, so that opening it costs the same however many
 * cases there are, and a search finds every one of them. `total` counts those that are not erased, read or not.
 */
export function useCases() {
  const { client } = useWorkstation();
  const {
    data: read,
    hasNextPage,
    isFetching,
    isError,
    isPending,
    error,
    fetchNextPage,
    refetch,
  } = useInfiniteQuery({
    queryKey: keysOf.cases,
    queryFn: ({ pageParam }) => client.case.list(pageParam === null ? undefined : { after: pageParam, limit: REST }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  // A case that moved while pages were read may stand on two of them: the later one is newer.
  const data = useMemo(
    () =>
      read === undefined
        ? undefined
        : [...new Map(read.pages.flatMap((page) => page.cases.map((one) => [one.caseId, one] as const))).values()],
    [read],
  );
  return { data, total: read?.pages.at(-1)?.total ?? 0, isComplete: !hasNextPage, isPending, isError, error, refetch };
}

export function useCase(caseId: string) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: keysOf.case(caseId),
    queryFn: () => client.case.open({ caseId: CaseId.parse(caseId) }),
  });
}

/** The version to name when writing: that of the list where it was asked later than the case was opened. */
export function useVersion(view: CaseView): number {
  const { data } = useCases();
  const listed = data?.find((listing) => listing.caseId === view.listing.caseId);
  return Math.max(view.listing.version, listed?.version ?? 0);
}

/** After the board wrote something: what it now holds, and the list with the case's new version and status. */
export function useBoardChanged() {
  const queries = useQueryClient();
  return async (caseId: string, board: BoardRecord) => {
    queries.setQueryData<CaseView>(keysOf.case(caseId), (view) => (view === undefined ? view : { ...view, board }));
    queries.removeQueries({ queryKey: keysOf.draft(caseId) });
    tellBoard(caseId);
    await queries.invalidateQueries({ queryKey: keysOf.cases });
  };
}

/** After a version of a model was installed or taken back: whatever a model says live is asked again, of every case. */
export function useModelsChanged() {
  const queries = useQueryClient();
  return async () => {
    for (const key of [
      keysOf.explanation,
      keysOf.beforeSurgery,
      keysOf.others,
      keysOf.alike,
      keysOf.modelVersions,
      keysOf.versionFigures,
      keysOf.card,
    ])
      queries.removeQueries({ queryKey: key('').slice(0, 1) });
    await queries.invalidateQueries({ queryKey: keysOf.models });
  };
}

/** After a case was analyzed or signed: everything of it is asked again. */
export function useCaseChanged() {
  const queries = useQueryClient();
  return async (caseId: string) => {
    queries.removeQueries({ queryKey: keysOf.draft(caseId) });
    queries.removeQueries({ queryKey: keysOf.verification(caseId) });
    queries.removeQueries({ queryKey: keysOf.explanation(caseId) });
    queries.removeQueries({ queryKey: keysOf.beforeSurgery(caseId) });
    queries.removeQueries({ queryKey: keysOf.others(caseId) });
    queries.removeQueries({ queryKey: keysOf.alike(caseId) });
    queries.removeQueries({ queryKey: keysOf.modelVersions(caseId) });
    await Promise.all([
      queries.invalidateQueries({ queryKey: keysOf.cases }),
      queries.invalidateQueries({ queryKey: keysOf.case(caseId) }),
      queries.invalidateQueries({ queryKey: keysOf.letters(caseId) }),
    ]);
  };
}

export function useEvidence(ids: readonly string[]) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: keysOf.evidence(ids),
    queryFn: () => client.knowledge.evidence({ ids: [...ids] }),
    enabled: ids.length > 0,
  });
}

/** What this site classified before of a case's changes; other cases may have been classified since it was opened. */
export function useRemembered(caseId: string) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: keysOf.remembered(caseId),
    queryFn: () => client.board.remembered({ caseId: CaseId.parse(caseId) }),
    staleTime: 0,
  });
}

/** Asked again at each opening: the folder of the site may have been brought up to date. */
export function useTrials(caseId: string) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: keysOf.trials(caseId),
    queryFn: () => client.therapy.trials({ caseId: CaseId.parse(caseId) }),
    staleTime: 0,
  });
}

/** What the site entered of its tests and of access to drugs. */
export function useSiteLists() {
  const { client } = useWorkstation();
  return useQuery({ queryKey: keysOf.siteLists, queryFn: () => client.therapy.siteLists(), staleTime: 0 });
}

/** What the pre-operative model says of a case, whether or not a stage is known. */
export function useBeforeSurgery(caseId: string) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: keysOf.beforeSurgery(caseId),
    queryFn: () => client.prediction.beforeSurgery({ caseId: CaseId.parse(caseId) }),
  });
}

/** What the table models say of a case. */
export function useOthers(caseId: string) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: keysOf.others(caseId),
    queryFn: () => client.prediction.others({ caseId: CaseId.parse(caseId) }),
  });
}

export function useAlike(caseId: string, enabled: boolean) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: keysOf.alike(caseId),
    queryFn: () => client.prediction.alike({ caseId: CaseId.parse(caseId) }),
    enabled,
  });
}

/** What each version of a model says of a case, where more than one is here. */
export function useModelVersions(caseId: string) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: keysOf.modelVersions(caseId),
    queryFn: () => client.prediction.versions({ caseId: CaseId.parse(caseId) }),
  });
}

export function usePacks() {
  const { client } = useWorkstation();
  return useQuery({ queryKey: keysOf.packs, queryFn: () => client.knowledge.packs() });
}

/** Agents aimed at the pathways that are scored, by the pack of classes. */
export function usePathwayAgents() {
  const { client } = useWorkstation();
  return useQuery({ queryKey: [...keysOf.packs, 'pathway-agents'], queryFn: () => client.knowledge.pathwayAgents() });
}

export function useModels() {
  const { client } = useWorkstation();
  return useQuery({ queryKey: keysOf.models, queryFn: () => client.prediction.models() });
}
