/** Versions of a model at a site: what a change did, what two versions are worth, what each says of one case (F040). */
import { z } from 'zod';
import { SiteChange } from '../knowledge/site-change.ts';

/** A change, and what an installed update was held to, measured; nothing where a version was gone back to. */
export const ModelChange = SiteChange.extend({ held: z.array(z.string()) });
export type ModelChange = z.infer<typeof ModelChange>;

const Reason = z.string().trim().min(3).max(500);

/** What an admin does with the versions of a model, and why (the change-control plan wants both). */
export const ModelAct = z.discriminatedUnion('act', [
  /** A zip handed over under a ticket. */
  z.object({ act: z.literal('install'), ticket: z.string(), reason: Reason }),
  z.object({ act: z.literal('rollback'), id: z.string().max(60), reason: Reason }),
]);
export type ModelAct = z.infer<typeof ModelAct>;

export const ModelDifference = z.object({
  from: z.string(),
  to: z.string(),
  filesChanged: z.array(z.string()),
  figures: z.array(
    z.object({ set: z.string(), figure: z.string(), from: z.number().optional(), to: z.number().optional() }),
  ),
});
export type ModelDifference = z.infer<typeof ModelDifference>;

/** What each version of a model that is here says of one case. */
export const VersionsOnCase = z.array(
  z.object({
    id: z.string(),
    versions: z.array(
      z.object({
        version: z.string(),
        publisher: z.string(),
        inUse: z.boolean(),
        state: z.enum(['computed', 'not-applicable', 'not-assayed', 'abstained', 'unavailable']),
        /** The estimate with its interval, or why there is none. */
        sentence: z.string(),
        value: z.number().optional(),
        low: z.number().optional(),
        high: z.number().optional(),
        unit: z.string().optional(),
      }),
    ),
  }),
);
export type VersionsOnCase = z.infer<typeof VersionsOnCase>;

const Estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

/**
 * What each version of one model that is here is worth, as its card states: points were measured again from its own predictions
 * when it was pinned or installed, and a card that states others is not installed; intervals are the card's word.
 */
export const VersionFigures = z.array(
  z.object({
    version: z.string(),
    publisher: z.string(),
    inUse: z.boolean(),
    /** Files that differ from those of the first. */
    filesChanged: z.array(z.string()),
    /** How it is judged: Harrell's C within tumor type or over follow-up, or AUC. */
    measure: z.enum(['C', 'AUC']),
    figures: z.array(
      z.object({
        set: z.string(),
        patients: z.number().int(),
        discrimination: Estimate.optional(),
        gains: z.array(z.object({ over: z.string(), gain: Estimate })),
        slope: Estimate.optional(),
        coverage: z.number().optional(),
      }),
    ),
  }),
);
export type VersionFigures = z.infer<typeof VersionFigures>;
