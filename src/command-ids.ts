/**
 * The names of commands. Nothing else.
 */

/** The commands that more than one plugin names. */
export namespace CommandIDs {
  export const runNotebook = 'mlx:run-notebook';
  export const openRun = 'mlx:open-run';
  export const openResult = 'mlx:open-result';
  export const openRunNotebook = 'mlx:open-notebook';
  export const cancelRun = 'mlx:cancel-run';
  export const retryRun = 'mlx:retry-run';
  export const cloneRun = 'mlx:clone-run';
  export const removeRun = 'mlx:remove-run';
  export const compareRuns = 'mlx:compare-runs';
  export const showJobs = 'mlx:show-jobs';
  export const pauseSchedule = 'mlx:pause-schedule';
  export const resumeSchedule = 'mlx:resume-schedule';
  export const removeSchedule = 'mlx:remove-schedule';
  export const showCatalog = 'mlx:show-catalog';
  export const addSource = 'mlx:add-source';
  export const crawlSource = 'mlx:crawl-source';
  export const removeSource = 'mlx:remove-source';
  export const showCrawls = 'mlx:show-crawls';
  export const openCrawl = 'mlx:open-crawl';
  export const showTags = 'mlx:show-tags';
  export const openTable = 'mlx:open-table';
  export const insertTable = 'mlx:insert-table';
  export const showFeatures = 'mlx:show-features';
  export const applyFeatures = 'mlx:apply-features';
  export const materializeFeatures = 'mlx:materialize-features';
  export const openFeatureView = 'mlx:open-feature-view';
  export const buildTrainingSet = 'mlx:build-training-set';
  export const openTrainingSet = 'mlx:open-training-set';
  export const lookUpFeatures = 'mlx:look-up-features';
  export const showModels = 'mlx:show-models';
  export const openExperiment = 'mlx:open-experiment';
  export const openModelRun = 'mlx:open-model-run';
  export const compareModelRuns = 'mlx:compare-model-runs';
  export const openModel = 'mlx:open-model';
  export const openModelVersion = 'mlx:open-model-version';
  export const promoteModel = 'mlx:promote-model';
  export const evaluateModel = 'mlx:evaluate-model';
  export const replayModel = 'mlx:replay-model';
  export const insertModel = 'mlx:insert-model';
  export const deployModel = 'mlx:deploy-model';
  export const openDeployment = 'mlx:open-deployment';
}
