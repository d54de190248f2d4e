/** The prediction room: models in use and their life at a site, cohorts put to them, and what they are worth. */
export { type Benchmarked, benchmarkedModels, benchmarkModel } from './benchmark.ts';
export { createModelDesk, type ModelDesk, signModel } from './desk.ts';
export { type Evaluation, evaluateModel } from './evaluate.ts';
export { evaluateCases } from './evaluate-cases.ts';
export { createModelLife } from './life.ts';
export { mitigate, mitigationsOf } from './mitigation.ts';
export { openModels } from './open.ts';
export { type IntegratedModel, integratedModel, integratedModels, type ModelRegistry } from './registry.ts';
export { siteModels } from './site.ts';
