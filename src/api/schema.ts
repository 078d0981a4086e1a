/**
 * Generated from jupyter_mlx/openapi.yaml by `jlpm generate:api`: do not edit.
 */

export interface paths {
  '/config': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What this installation is and can do. */
    get: operations['getConfig'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Runs, newest first. */
    get: operations['listJobs'];
    put?: never;
    /** Queue a run of a notebook. */
    post: operations['createJob'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** One run. */
    get: operations['getJob'];
    put?: never;
    post?: never;
    /** Remove a run that has ended, with its attempts and outputs. */
    delete: operations['deleteJob'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Cancel a run; what it had written is kept. */
    post: operations['cancelJob'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Queue one more attempt of a run that has ended. */
    post: operations['retryJob'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/clone': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Queue a new run of the same notebook version, with other parameters where given. */
    post: operations['cloneJob'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** The events of one attempt, oldest first (cells, outputs, states). */
    get: operations['listJobEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/log': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** What an attempt printed, whole, as text. */
    get: operations['getJobLog'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/notebook': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** The notebook at the version that this run executes, without outputs of the run. */
    get: operations['getJobNotebook'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/outputs/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
        name: string;
      };
      cookie?: never;
    };
    /** One output file (`notebook.ipynb`, `notebook.html`, …). */
    get: operations['getJobOutput'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/notebooks/parameters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a notebook can be run with. */
    get: operations['getNotebookParameters'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/schedules': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All schedules, on one page. */
    get: operations['listSchedules'];
    put?: never;
    /** Run a notebook on a schedule. */
    post: operations['createSchedule'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/schedules/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A cron expression in words, and its next firings. */
    get: operations['previewSchedule'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/schedules/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** One schedule. */
    get: operations['getSchedule'];
    put?: never;
    post?: never;
    /** Remove a schedule; its runs stay. */
    delete: operations['deleteSchedule'];
    options?: never;
    head?: never;
    /** Pause, resume, or change when it fires. */
    patch: operations['updateSchedule'];
    trace?: never;
  };
  '/compute/gpus': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The GPUs of this host and who holds them. */
    get: operations['listGpus'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/compute/leases': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** GPU leases that are held now. */
    get: operations['listLeases'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/diff': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What differs between two runs or two notebook files. */
    get: operations['diff'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** WebSocket. One JSON event a message, oldest first, `hello` before all. */
    get: operations['events'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * Format: date-time
     * @description UTC, RFC 3339.
     */
    Time: string;
    /** @enum {string} */
    RunState:
      | 'QUEUED'
      | 'STARTING'
      | 'RUNNING'
      | 'SUCCEEDED'
      | 'FAILED'
      | 'TIMED_OUT'
      | 'CANCELLED'
      | 'LOST'
      | 'SKIPPED';
    Error: {
      code: string;
      message: string;
      remedy?: string;
      /** @description The field of the request that is wrong (`parameters.lr`, `kernel`, …). */
      field?: string;
      /** @description Number of the cell, from 1, as the executed notebook counts all its cells. */
      cell?: number;
      traceback?: string;
    };
    ErrorBody: {
      error: components['schemas']['Error'];
    };
    Config: {
      version: string;
      kernels: {
        name: string;
        display_name: string;
        language: string;
      }[];
      default_kernel: string | null;
      /** @description How many GPUs a job may ask for here. */
      gpus: number;
      timezones: string[];
      agent: components['schemas']['Agent'];
      mlflow_tracking_uri: string;
      /** @description Names only. */
      secrets: string[];
    };
    Agent: {
      running: boolean;
      pid?: number | null;
      host?: string | null;
      started_at?: components['schemas']['Time'] | null;
    };
    Retries: {
      max?: number;
      backoff_s?: number;
    };
    JobRequest: {
      /** @description Path relative to the server's root. */
      notebook: string;
      parameters?: Record<string, unknown>;
      name?: string;
      kernel?: string;
      gpus?: number;
      timeout_s?: number;
      retries?: components['schemas']['Retries'];
      /** @description Side files, as globs relative to the notebook's folder. With any, the run gets a working folder of its own that holds them. */
      include?: string[];
      secrets?: string[];
      tags?: {
        [key: string]: string;
      };
      outputs?: ('ipynb' | 'html')[];
      /** @description Also copy the executed notebook to this path, relative to the server's root. */
      output?: string;
      /** @enum {string} */
      launcher?: 'local';
    };
    CloneRequest: {
      /** @description Replaces those of the same name. */
      parameters?: Record<string, unknown>;
      name?: string;
    };
    Progress: {
      /** @description Code cells that have ended. */
      cell: number;
      /** @description Code cells of the notebook. */
      cells: number;
      /** @description Seconds to go, by earlier runs' cell times. */
      eta_s?: number;
    };
    Exit: {
      code?: number;
      signal?: string;
    };
    Attempt: {
      number: number;
      state: components['schemas']['RunState'];
      started_at: components['schemas']['Time'] | null;
      ended_at: components['schemas']['Time'] | null;
      exit?: components['schemas']['Exit'];
      host: string | null;
      gpus: string[];
      mlflow_run_id?: string | null;
      error?: components['schemas']['Error'];
      record?: Record<string, unknown>;
    };
    Output: {
      name: string;
      path: string;
      bytes: number;
      digest: string;
    };
    NotebookVersion: {
      /** @description Relative to the server's root where it lies inside, else absolute. */
      path: string;
      digest: string;
    };
    Run: {
      id: string;
      job_id?: string;
      schedule_id?: string | null;
      fire_time?: components['schemas']['Time'] | null;
      name: string;
      state: components['schemas']['RunState'];
      /** @description What it waits for, or why it was skipped. */
      reason?: string;
      cancel_requested?: boolean;
      notebook: components['schemas']['NotebookVersion'];
      parameters: Record<string, unknown>;
      owner: string;
      tags?: {
        [key: string]: string;
      };
      created_at: components['schemas']['Time'];
      started_at: components['schemas']['Time'] | null;
      ended_at: components['schemas']['Time'] | null;
      progress: components['schemas']['Progress'];
      attempts: components['schemas']['Attempt'][];
      outputs: components['schemas']['Output'][];
      metrics: {
        [key: string]: number | null;
      };
      mlflow_run_id: string | null;
      record: Record<string, unknown>;
      error?: components['schemas']['Error'];
      /** @description How it is run. */
      request: {
        kernel: string | null;
        gpus: number;
        timeout_s: number | null;
        retries: components['schemas']['Retries'];
        include: string[];
        secrets: string[];
        outputs: string[];
        launcher?: string;
        /** @description Options of papermill's own command, from the terminal. */
        papermill?: Record<string, unknown>;
      };
    };
    RunList: {
      items: components['schemas']['Run'][];
      next_cursor: string | null;
      /** @description The newest event that the items already show. */
      last_event_id: number;
      /** @description Runs by state, over all pages and without the state filter. */
      counts?: {
        [key: string]: number;
      };
    };
    Event: {
      id: number;
      time: components['schemas']['Time'];
      /** @enum {string} */
      kind:
        | 'hello'
        | 'job.state'
        | 'job.cell'
        | 'job.output'
        | 'job.removed'
        | 'schedule.changed'
        | 'schedule.removed'
        | 'compute.lease';
      subject: string;
      /** @description By kind: StateEventData, CellEventData, OutputEventData, ScheduleEventData. */
      data: Record<string, unknown>;
    };
    StateEventData: {
      run: components['schemas']['Run'];
    };
    CellEventData: {
      attempt: number;
      /** @description Its number, from 1, as the executed notebook counts all its cells. */
      cell: number;
      cell_id?: string;
      /** @enum {string} */
      state: 'started' | 'finished' | 'failed';
      progress: components['schemas']['Progress'];
      /** @description When it starts. */
      source?: string;
      /** @description When it ends. */
      wall_s?: number;
      cpu_s?: number;
      /** @description Peak of the kernel and its children. */
      memory_bytes?: number;
      gpu_memory_bytes?: number;
    };
    OutputEventData: {
      attempt: number;
      cell: number;
      /** @description As nbformat has it. */
      output?: Record<string, unknown>;
      /** @description It was too large; the whole of it is in the log. */
      truncated?: boolean;
      /** @description All outputs of the cell go. */
      clear?: boolean;
      /** @description The output replaces those with the same display id. */
      update?: boolean;
      display_id?: string;
    };
    ScheduleEventData: {
      schedule: components['schemas']['Schedule'];
    };
    EventList: {
      items: components['schemas']['Event'][];
    };
    Parameter: {
      name: string;
      /** @enum {string} */
      type: 'int' | 'float' | 'bool' | 'str' | 'list' | 'dict' | 'any';
      annotation?: string | null;
      nullable?: boolean;
      choices?: unknown[];
      /** @description The value where the default is a literal, else null. */
      default: unknown;
      /** @description The default as the notebook writes it. */
      default_source: string;
      help: string;
    };
    NotebookInfo: {
      path: string;
      digest: string;
      parameters: components['schemas']['Parameter'][];
      /** @description False where there is no `parameters` cell, or its language can't be read: then any identifier is taken. */
      inspected: boolean;
      kernel: string | null;
      language: string | null;
      cells: number;
      /** @description What would keep it from running as it is. */
      problems?: components['schemas']['Error'][];
      /** @description The request of the last run of this notebook, to fill in the form. */
      last: null | Record<string, unknown>;
      /** @description By earlier runs that succeeded. */
      forecast?: {
        seconds?: number;
        memory_bytes?: number;
        runs?: number;
      };
    };
    SchedulePolicy: {
      misfire_grace_s?: number;
      /** @enum {string} */
      coalesce?: 'latest' | 'all';
      catch_up?: boolean;
      /** @enum {string} */
      overlap?: 'allow' | 'forbid' | 'replace' | 'enqueue';
    };
    ScheduleRequest: {
      name?: string;
      job: components['schemas']['JobRequest'];
      cron: string;
      timezone?: string;
      policy?: components['schemas']['SchedulePolicy'];
    };
    SchedulePatch: {
      paused?: boolean;
      cron?: string;
      timezone?: string;
      name?: string;
      policy?: components['schemas']['SchedulePolicy'];
    };
    Schedule: {
      id: string;
      name: string;
      job_id: string;
      notebook: components['schemas']['NotebookVersion'];
      parameters: Record<string, unknown>;
      cron: string;
      timezone: string;
      /** @description When it fires, in words. */
      words: string;
      paused: boolean;
      next_fire: components['schemas']['Time'] | null;
      next_fires: components['schemas']['Time'][];
      policy: components['schemas']['SchedulePolicy'];
      last_run?: null | {
        id: string;
        state: components['schemas']['RunState'];
      };
      owner: string;
      created_at: components['schemas']['Time'];
      error?: components['schemas']['Error'];
    };
    ScheduleList: {
      items: components['schemas']['Schedule'][];
      next_cursor: string | null;
    };
    SchedulePreview: {
      words: string;
      next_fires: components['schemas']['Time'][];
    };
    Gpu: {
      /** @description UUID by NVML, or the configured name. */
      id: string;
      name: string;
      memory_bytes: number | null;
      lease: components['schemas']['Lease'] | null;
    };
    GpuList: {
      items: components['schemas']['Gpu'][];
      /** @enum {string} */
      source: 'nvml' | 'configured' | 'none';
      /** @description Why there is none. */
      reason?: string;
    };
    Lease: {
      device: string;
      run_id: string;
      run_name?: string;
      attempt: number;
      since: components['schemas']['Time'];
    };
    LeaseList: {
      items: components['schemas']['Lease'][];
    };
    Notebook: {
      cells: Record<string, unknown>[];
      metadata: Record<string, unknown>;
      nbformat: number;
      nbformat_minor: number;
    };
    Change: {
      a?: unknown;
      b?: unknown;
    };
    Diff: {
      a: string;
      b: string;
      equal: boolean;
      cells: {
        added: number;
        removed: number;
        changed: number;
        moved: number;
      };
      outputs_changed: number;
      /** @description What the comparison had to leave out, and why. */
      note?: string;
      parameters: {
        [key: string]: components['schemas']['Change'];
      };
      metrics: {
        [key: string]: components['schemas']['Change'];
      };
      environment: {
        [key: string]: components['schemas']['Change'];
      };
      data: {
        [key: string]: components['schemas']['Change'];
      };
      /** @description nbdime's form: the base notebook and the decisions from it. */
      notebook?: {
        base: components['schemas']['Notebook'];
        diff: Record<string, unknown>[];
      };
    };
  };
  responses: {
    /** @description What went wrong, and what to do. */
    Error: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorBody'];
      };
    };
  };
  parameters: {
    id: string;
    limit: number;
    cursor: string;
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getConfig: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The configuration that a client needs. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Config'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listJobs: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
        /** @description States, separated by commas. */
        state?: string;
        /** @description Words that the name, notebook, id or a tag contains. */
        q?: string;
        /** @description Runs of this notebook path only. */
        notebook?: string;
        /** @description Runs of this schedule only. */
        schedule?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of runs. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  createJob: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key answers with the same run. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['JobRequest'];
      };
    };
    responses: {
      /** @description The run, before it has started. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Run'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The run. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Run'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  deleteJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Removed. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Error'];
    };
  };
  cancelJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The run; RUNNING until its processes are gone. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Run'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  retryJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The run, queued again. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Run'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  cloneJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['CloneRequest'];
      };
    };
    responses: {
      /** @description The new run. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Run'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listJobEvents: {
    parameters: {
      query?: {
        /** @description The attempt's number; the last one by default. */
        attempt?: number;
        /** @description Only events with a greater id. */
        after?: number;
        limit?: number;
      };
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The events. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EventList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getJobLog: {
    parameters: {
      query?: {
        attempt?: number;
        /** @description Skip this many bytes; negative counts from the end. */
        offset?: number;
      };
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The log from the offset on. */
      200: {
        headers: {
          /** @description Bytes of the log so far. */
          'X-Log-Size'?: number;
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      default: components['responses']['Error'];
    };
  };
  getJobNotebook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The notebook. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Notebook'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getJobOutput: {
    parameters: {
      query?: {
        attempt?: number;
        download?: '1';
      };
      header?: never;
      path: {
        id: components['parameters']['id'];
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file. HTML is served under a sandboxing content security policy. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/x-ipynb+json': string;
          'text/html': string;
          'application/octet-stream': string;
        };
      };
      default: components['responses']['Error'];
    };
  };
  getNotebookParameters: {
    parameters: {
      query: {
        /** @description Relative to the server's root. */
        path: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Parameters, kernel, and what the form needs. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NotebookInfo'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listSchedules: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The schedules. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ScheduleList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  createSchedule: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ScheduleRequest'];
      };
    };
    responses: {
      /** @description The schedule. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Schedule'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  previewSchedule: {
    parameters: {
      query: {
        cron: string;
        timezone?: string;
        count?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The preview. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SchedulePreview'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getSchedule: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The schedule. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Schedule'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  deleteSchedule: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Removed. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Error'];
    };
  };
  updateSchedule: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SchedulePatch'];
      };
    };
    responses: {
      /** @description The schedule. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Schedule'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listGpus: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The inventory. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GpuList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listLeases: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The leases. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LeaseList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  diff: {
    parameters: {
      query: {
        /** @description `run:ID`, `run:ID/ATTEMPT` or a notebook path. */
        a: string;
        b: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The difference. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Diff'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  events: {
    parameters: {
      query?: {
        /** @description Replay events with a greater id, then go on live. Without it, only what comes. */
        after?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Switched to the WebSocket protocol. */
      101: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Error'];
    };
  };
}
