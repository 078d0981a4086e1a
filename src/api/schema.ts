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
  '/catalog/sources': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Places that are crawled, on one page. */
    get: operations['listSources'];
    put?: never;
    /** Keep a place to crawl; nothing is read yet. */
    post: operations['createSource'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/sources/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** One source. */
    get: operations['getSource'];
    put?: never;
    post?: never;
    /** Forget a source, its tables and all that was said of them; the data stays. */
    delete: operations['deleteSource'];
    options?: never;
    head?: never;
    /** Change how a source is crawled. */
    patch: operations['updateSource'];
    trace?: never;
  };
  '/catalog/sources/{id}/schedule': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    get?: never;
    /** Crawl a source on a schedule, in place of the schedule that it had. */
    put: operations['scheduleCrawl'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/crawls': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Crawls, newest first. */
    get: operations['listCrawls'];
    put?: never;
    /** Queue a crawl as a job. */
    post: operations['createCrawl'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/crawls/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** One crawl with its result, by its own id or its run's. */
    get: operations['getCrawl'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/crawls/{id}/cancel': {
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
    /** Stop a crawl; what it has written stays, and no table counts as gone. */
    post: operations['cancelCrawl'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/databases': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Databases that the caller may see, on one page. */
    get: operations['listDatabases'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tables that the caller may see, by name. */
    get: operations['listTables'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    /** One table, with the columns that the caller may see. */
    get: operations['getTable'];
    put?: never;
    post?: never;
    /** Forget a table and all that was said of it; the data stays, and the next crawl may find it again. */
    delete: operations['deleteTable'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables/{id}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    /** The versions of a table's schema, newest first, each with its difference from the one before. */
    get: operations['listTableVersions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables/{id}/partitions': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    /** The partitions of a table, by value. */
    get: operations['listPartitions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables/{id}/explanation': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    /** Why a table is one table. */
    get: operations['explainTable'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables/{id}/preview': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    /** First rows, or a sample, filtered and sorted; rows and columns that the caller may not see are left out. */
    get: operations['previewTable'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables/{id}/profile': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    /** The profile of the present version, where one was made. */
    get: operations['getProfile'];
    put?: never;
    /** Queue a job that profiles the table. */
    post: operations['createProfile'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables/{id}/quality': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    /** The quality rules of a table, those that its profile recommends, and the last results. */
    get: operations['getQuality'];
    /** Set the quality rules of a table. */
    put: operations['setQualityRules'];
    /** Queue a job that checks the table's rules. */
    post: operations['checkQuality'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables/{id}/snippets': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    /** Code that reads the table at the version seen, as it runs in a notebook. */
    get: operations['listSnippets'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables/{id}/access': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    /** What the caller may do with a table, and the grants that reach it. */
    get: operations['getAccess'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tables/{id}/uses': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    /** Runs that read a table, newest first. */
    get: operations['listUses'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/notes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Say something of a database, a table or a column; null forgets it. */
    patch: operations['annotate'];
    trace?: never;
  };
  '/catalog/tags': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tag keys with their values. */
    get: operations['listTags'];
    /** Define a tag key, or change its values. */
    put: operations['defineTag'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/tags/{key}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        key: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a tag key that no resource has. */
    delete: operations['deleteTag'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/assignments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Tag a database, a table or a column; null takes a tag away. */
    post: operations['assignTags'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/terms': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The glossary. */
    get: operations['listTerms'];
    /** Define a term, or change its definition. */
    put: operations['defineTerm'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/terms/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a term, from the resources that have it too. */
    delete: operations['deleteTerm'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/classifiers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Custom classifiers. */
    get: operations['listClassifiers'];
    /** Define a custom classifier, or change it. */
    put: operations['defineClassifier'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/classifiers/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a custom classifier that no source names. */
    delete: operations['deleteClassifier'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/search': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Find tables and columns, feature views and features, ranked, with facets. */
    get: operations['searchCatalog'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/grants': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who may do what with which data. */
    get: operations['listGrants'];
    put?: never;
    /** Grant permissions on a resource, or on whatever has certain tags. */
    post: operations['createGrant'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/grants/{id}': {
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
    post?: never;
    /** Take a grant back. */
    delete: operations['deleteGrant'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/audit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who did, or was refused, what; newest first. For administrators. */
    get: operations['listAudit'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/catalog/exchange/glue': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Queue a job that exports to, or imports from, an AWS Glue Data Catalog, Lake Formation tags included. */
    post: operations['exchangeGlue'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/projects': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The projects that were applied, by name. */
    get: operations['listFeatureProjects'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/repositories': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Queue a job that applies a Feast repository, or says what that would change; its files are executed there. */
    post: operations['applyFeatures'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/views': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The feature views in force that the caller may see, by project and name. */
    get: operations['listFeatureViews'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/views/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    /** A feature view, at its present version or at an earlier one. */
    get: operations['getFeatureView'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/views/{id}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    /** The versions of a view, newest first, each with what it changed. */
    get: operations['listFeatureVersions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/views/{id}/materializations': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    /** What was brought to the online store of a view, newest first. */
    get: operations['listMaterializations'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/views/{id}/uses': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    /** What is made from a view - services, on-demand views, training sets, runs, models - and what it is made of. */
    get: operations['listFeatureUses'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/views/{id}/statistics': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    /** The statistics of a view's source, its freshness, its drift from a training set, and whether what is served equals what is stored. */
    get: operations['getFeatureStatistics'];
    put?: never;
    /** Queue a job that computes a view's statistics, drift and parity; where one runs already, that one. */
    post: operations['computeFeatureStatistics'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/materializations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Queue a job that brings the online store up to date. */
    post: operations['materializeFeatures'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/materializations/schedule': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Bring the online store up to date on a schedule, in place of the one that the project had. */
    put: operations['scheduleMaterialization'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/online': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What is served for some entities now. */
    post: operations['readOnlineFeatures'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/training-sets': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Training sets, newest first. */
    get: operations['listTrainingSets'];
    put?: never;
    /** Queue a job that makes a training set. */
    post: operations['createTrainingSet'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/training-sets/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The first rows and the leakage report of a training set on the first labels; nothing is kept. */
    post: operations['previewTrainingSet'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/training-sets/labels': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The columns of a table of labels, and which of them are join keys, times, and may be the target. */
    post: operations['inspectLabels'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/training-sets/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id, or its name for the newest of that name. */
        id: string;
      };
      cookie?: never;
    };
    /** A training set's record. */
    get: operations['getTrainingSet'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/features/training-sets/{id}/rows': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** The first rows of a training set. */
    get: operations['listTrainingSetRows'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/experiments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Experiments of the tracking store, the last changed first. */
    get: operations['listExperiments'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/experiments/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** One experiment. */
    get: operations['getExperiment'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/experiments/{id}/columns': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** What may be a column of the table of its runs - metrics, parameters, tags. */
    get: operations['listRunColumns'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/runs/search': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Runs that match, sorted, with the columns that are asked for. */
    post: operations['searchModelRuns'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/runs/curves': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Metrics of runs over their steps, down-sampled with their extremes kept. */
    post: operations['readCurves'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/runs/compare': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What differs between runs - parameters, metrics, tags, data. */
    post: operations['compareModelRuns'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/runs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** One run of the tracking store. */
    get: operations['getModelRun'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/runs/{id}/artifacts': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** The files of a run. */
    get: operations['listModelRunArtifacts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/runs/{id}/artifacts/{path}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
        /** @description A path below the root of its artifacts. */
        path: string;
      };
      cookie?: never;
    };
    /** A file of a run, by its URL-encoded path. */
    get: operations['getModelRunArtifact'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/registered': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Registered models, the last changed first. */
    get: operations['listRegisteredModels'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/registered/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    /** One registered model. */
    get: operations['getRegisteredModel'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change its description or tags. */
    patch: operations['updateRegisteredModel'];
    trace?: never;
  };
  '/models/registered/{name}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    /** Versions of a model, newest first. */
    get: operations['listModelVersions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/registered/{name}/versions/{version}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
        /** @description The number of the version. */
        version: number;
      };
      cookie?: never;
    };
    /** One version - card, signature, evaluations, gates, aliases and their history, lineage. */
    get: operations['getModelVersion'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change its card or tags. */
    patch: operations['updateModelVersion'];
    trace?: never;
  };
  '/models/registered/{name}/versions/{version}/approvals': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
        /** @description The number of the version. */
        version: number;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Approve a version, or ask for changes. */
    post: operations['approveModelVersion'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/registered/{name}/history': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    /** Every move of an alias of a model, newest first. */
    get: operations['listAliasMoves'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/registered/{name}/promotions': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    /** What was asked for to be promoted, newest first. */
    get: operations['listPromotions'];
    put?: never;
    /** Move an alias; where a policy guards it, its gate runs first, as a job. */
    post: operations['promoteModelVersion'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/promotions/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** One promotion with the result of its gate. */
    get: operations['getPromotion'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/policies': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Policies that are in force. */
    get: operations['listPolicies'];
    put?: never;
    /** Put a policy in force; where it is another than before, as a new version. */
    post: operations['applyPolicy'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/policies/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    /** One policy, all its versions. */
    get: operations['getPolicy'];
    put?: never;
    post?: never;
    /** Take a policy out of force; its versions stay. */
    delete: operations['removePolicy'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/evaluations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Queue a job that evaluates a version. */
    post: operations['evaluateModelVersion'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/evaluations/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** One evaluation, whole. */
    get: operations['getEvaluation'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/replays': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Queue a job that makes a version again from its record, and compares. */
    post: operations['replayModelVersion'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/replays/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    /** One replay, by its id or its run’s. */
    get: operations['getReplay'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/deployments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Deployments. */
    get: operations['listDeployments'];
    put?: never;
    /** Deploy a version of a model. */
    post: operations['createDeployment'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/deployments/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    /** One deployment - what it serves, how it is, its revisions. */
    get: operations['getDeployment'];
    put?: never;
    post?: never;
    /** Stop it and take it away; its revisions stay in the audit log. */
    delete: operations['removeDeployment'];
    options?: never;
    head?: never;
    /** Change what is served to whom, as a new revision; stop or start it. */
    patch: operations['updateDeployment'];
    trace?: never;
  };
  '/models/deployments/{name}/rollback': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Serve what the revision before served, as a new revision. */
    post: operations['rollbackDeployment'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/deployments/{name}/token': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The token and address that requests need. */
    post: operations['showDeploymentToken'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/deployments/{name}/invocations': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Score what is sent, as whoever holds the token would. */
    post: operations['tryDeployment'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/deployments/{name}/requests': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    /** The last requests that were logged, newest first. */
    get: operations['listScoredRequests'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/deployments/{name}/log': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    /** The log of one of its processes. */
    get: operations['getDeploymentLog'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
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
        /** @description False where it has no MLflow run, as work on the catalog. */
        track?: boolean;
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
        | 'compute.lease'
        | 'crawl.state'
        | 'crawl.progress'
        | 'catalog.changed'
        | 'features.changed'
        | 'models.changed'
        | 'deployment.changed';
      subject: string;
      /** @description By kind: StateEventData, CellEventData, OutputEventData, ScheduleEventData, CrawlEventData, CatalogEventData, FeatureEventData, ModelEventData, DeploymentEventData. */
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
    SourceRequest: {
      /** @description A path relative to the server's root, a glob, `s3://bucket/prefix`, an SQLAlchemy URL, `dynamodb://`, `mongodb://…`, `redis://…`, `iceberg://…`. A password in it is kept as a secret. */
      location: string;
      name?: string;
      database?: string;
      kind?: string;
      /** @description By kind; see the documentation's page on crawling. */
      options?: Record<string, unknown>;
      /** @description Name of a secret: a password, or `KEY:SECRET` for an object store. */
      secret?: string;
    };
    SourcePatch: {
      database?: string | null;
      options?: Record<string, unknown>;
      secret?: string | null;
    };
    Source: {
      id: string;
      name: string;
      kind: string;
      location: string;
      database: string | null;
      options: Record<string, unknown>;
      /** @description The secret's name. */
      secret: string | null;
      owner: string;
      created_at: components['schemas']['Time'];
      last_crawl: null | {
        id: string;
        state: components['schemas']['CrawlState'];
        started_at: components['schemas']['Time'];
        ended_at?: components['schemas']['Time'] | null;
      };
      /** @description Active tables. */
      tables: number;
      schedule_id: string | null;
    };
    SourceList: {
      items: components['schemas']['Source'][];
      next_cursor: string | null;
    };
    /** @enum {string} */
    CrawlState: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'LOST';
    CrawlRequest: {
      /** @description Name or id of a source; or give `request`. */
      source?: string;
      request?: components['schemas']['SourceRequest'];
      /** @description Say what would change, write nothing. */
      dry_run?: boolean;
      /** @description Read everything, also what the listing says is unchanged. */
      full?: boolean;
    };
    CrawlScheduleRequest: {
      cron: string;
      timezone?: string;
    };
    TableDifference: {
      added: string[];
      removed: string[];
      changed: {
        name: string;
        what: string;
        from?: unknown;
        to?: unknown;
      }[];
      moved: boolean;
      /** @description The same as sentences. */
      words: string[];
    };
    Problem: {
      path: string;
      code: string;
      message: string;
    };
    TableChange: {
      id: string;
      name: string;
      database: string;
      /** @enum {string} */
      change: 'created' | 'updated' | 'unchanged' | 'deprecated' | 'deleted';
      version: number;
      difference?: components['schemas']['TableDifference'];
    };
    Crawl: {
      id: string;
      source_id: string;
      source: string;
      state: components['schemas']['CrawlState'];
      dry_run: boolean;
      owner: string;
      /** @description The job that it runs in; null in the terminal. */
      run_id: string | null;
      started_at: components['schemas']['Time'];
      ended_at: components['schemas']['Time'] | null;
      seconds: number | null;
      /** @description Files or tables seen. */
      listed: number;
      read: number;
      skipped: number;
      failed: number;
      tables: components['schemas']['TableChange'][];
      /** @description The first thousand. */
      problems: components['schemas']['Problem'][];
      problems_total: number;
      error?: components['schemas']['Error'];
    };
    CrawlList: {
      /** @description Without tables and problems. */
      items: components['schemas']['Crawl'][];
      next_cursor: string | null;
    };
    CrawlEventData: {
      crawl:
        components['schemas']['Crawl'] | components['schemas']['CrawlMark'];
    };
    /** @description What everybody may know of a crawl where access is by grants: ask for it by its id. */
    CrawlMark: {
      id: string;
      source_id: string;
      run_id: string | null;
      state: components['schemas']['CrawlState'];
    };
    CatalogEventData: {
      /**
       * @description What to ask for again; ids only, for not everybody may see everything.
       * @enum {string}
       */
      what:
        | 'source'
        | 'tables'
        | 'tags'
        | 'terms'
        | 'notes'
        | 'grants'
        | 'quality'
        | 'profile';
      ids?: string[];
    };
    Tags: {
      [key: string]: string;
    };
    CatalogDatabase: {
      id: string;
      source_id: string;
      source: string;
      name: string;
      tables: number;
      tags: components['schemas']['Tags'];
      description: string | null;
      owner: string | null;
      terms: string[];
      attributes: Record<string, unknown>;
    };
    DatabaseList: {
      items: components['schemas']['CatalogDatabase'][];
      next_cursor: string | null;
    };
    Column: {
      name: string;
      /** @description Arrow's name. */
      type: string;
      /** @description What Glue would store. */
      hive_type?: string;
      partition?: boolean;
      nullable?: boolean;
      /** @description As the source has it. */
      comment?: string;
      /** @description As people wrote it here. */
      description?: string;
      /** @description Share of documents that have the field. */
      presence?: number;
      /** @description Shares by type, where documents disagree. */
      types?: {
        [key: string]: number;
      };
      tags?: components['schemas']['Tags'];
      terms?: string[];
      attributes?: Record<string, unknown>;
      /** @description How the caller sees its values. */
      masked?: string;
      statistics?: {
        nulls?: number;
        distinct?: number;
        min?: unknown;
        max?: unknown;
        exact?: boolean;
      };
    };
    PartitionKey: {
      name: string;
      type: string;
    };
    ForeignKey: {
      columns: string[];
      table: string;
      references: string[];
    };
    Table: {
      id: string;
      source: string;
      source_id: string;
      database: string;
      database_id: string;
      name: string;
      version: number;
      versions: number;
      /** @enum {string} */
      state: 'active' | 'deprecated';
      format: string;
      classifier: string;
      location: string;
      parameters: Record<string, unknown>;
      columns: components['schemas']['Column'][];
      partition_keys: components['schemas']['PartitionKey'][];
      partitions: number;
      files: number | null;
      bytes: number | null;
      rows: number | null;
      /** @description False for an estimate. */
      rows_exact: boolean;
      primary_key: string[];
      foreign_keys: components['schemas']['ForeignKey'][];
      tags: components['schemas']['Tags'];
      own_tags: components['schemas']['Tags'];
      owner: string | null;
      description: string | null;
      terms: string[];
      attributes: Record<string, unknown>;
      created_at: components['schemas']['Time'];
      updated_at: components['schemas']['Time'];
      uses: number;
      /** @enum {string} */
      quality?: 'ok' | 'failing' | 'unknown';
    };
    TableList: {
      items: components['schemas']['Table'][];
      next_cursor: string | null;
    };
    TableVersion: {
      number: number;
      digest: string;
      columns: components['schemas']['Column'][];
      partition_keys: components['schemas']['PartitionKey'][];
      primary_key: string[];
      foreign_keys: components['schemas']['ForeignKey'][];
      created_at: components['schemas']['Time'];
      crawl_id: string | null;
      difference: components['schemas']['TableDifference'] | null;
    };
    TableVersionList: {
      items: components['schemas']['TableVersion'][];
      next_cursor: string | null;
    };
    Partition: {
      values: string[];
      location: string;
      files: number;
      bytes: number;
      rows: number | null;
      parameters: Record<string, unknown>;
    };
    PartitionList: {
      items: components['schemas']['Partition'][];
      next_cursor: string | null;
      total: number;
    };
    Explanation: {
      table: string;
      classifier: string;
      grouping: {
        folder: string;
        similarity: number | null;
        cluster: number | null;
        decision: string;
        reason: string;
      }[];
      sampled: string[];
      skipped: {
        path: string;
        reason: string;
      }[];
      notes: string[];
    };
    Preview: {
      table: string;
      version: number;
      columns: components['schemas']['Column'][];
      /** @description Values as JSON holds them; times as ISO 8601, bytes as Base64, large whole numbers and decimals as text. */
      rows: unknown[][];
      /** @description Whether there are more rows. */
      truncated: boolean;
      seconds: number;
      masked?: string[];
      /** @description Whether a row filter of a grant applies. */
      filtered?: boolean;
    };
    ColumnProfile: {
      name: string;
      type: string;
      /** @description Rows, nulls included. */
      count: number;
      nulls: number;
      /** @description Approximate where `approximate` says so. */
      distinct?: number | null;
      approximate?: boolean;
      min?: unknown;
      max?: unknown;
      mean?: number | null;
      std?: number | null;
      /** @description `0.05`, `0.25`, `0.5`, `0.75`, `0.95`. */
      quantiles?: Record<string, unknown>;
      histogram?: {
        edges: unknown[];
        counts: number[];
      };
      top?: {
        value: unknown;
        count: number;
      }[];
    };
    Profile: {
      table: string;
      version: number;
      rows: number;
      sampled: boolean;
      columns: components['schemas']['ColumnProfile'][];
      created_at: components['schemas']['Time'];
      seconds: number;
    };
    ProfileState: {
      profile: components['schemas']['Profile'] | null;
      /** @description The run that makes one, where there is one. */
      run: null | {
        id: string;
        state: components['schemas']['RunState'];
      };
    };
    QualityRule: {
      column?: string;
      /** @enum {string} */
      check:
        | 'not_null'
        | 'unique'
        | 'in_range'
        | 'isin'
        | 'str_matches'
        | 'str_length'
        | 'type'
        | 'row_count'
        | 'null_share';
      arguments?: Record<string, unknown>;
      /** @description Why it is recommended. */
      reason?: string;
    };
    QualityCheck: {
      rule: components['schemas']['QualityRule'];
      passed: boolean;
      failures?: number;
      examples?: unknown[];
      message?: string;
    };
    QualityResult: {
      id: string;
      version: number;
      passed: boolean;
      checks: components['schemas']['QualityCheck'][];
      run_id: string | null;
      time: components['schemas']['Time'];
    };
    QualityRequest: {
      rules: components['schemas']['QualityRule'][];
    };
    Quality: {
      rules: components['schemas']['QualityRule'][];
      /** @description From the profile; empty until there is one. */
      recommended: components['schemas']['QualityRule'][];
      /** @description Newest first, ten at most. */
      results: components['schemas']['QualityResult'][];
    };
    Snippet: {
      /** @enum {string} */
      name: 'pandas' | 'polars' | 'arrow' | 'duckdb' | 'torch' | 'spark';
      label: string;
      code: string;
      /** @description A package that is not installed here, which it needs. */
      needs?: string;
    };
    SnippetList: {
      items: components['schemas']['Snippet'][];
    };
    /** @enum {string} */
    Permission: 'describe' | 'select' | 'alter' | 'tag' | 'grant';
    Filter: {
      /** @description Only these columns. */
      include?: string[];
      /** @description All but these columns. */
      exclude?: string[];
      /** @description An SQL predicate over the table's columns. */
      rows?: string;
    };
    GrantRequest: {
      /** @description `user:NAME`, `group:NAME` or `everyone`. */
      principal: string;
      /** @description `database`, `database.table` or `database.table.column`; or give `expression`. */
      resource?: string;
      /** @description Tag keys with values: all keys must match, each by one of its values. */
      expression?: {
        [key: string]: string[];
      };
      permissions: components['schemas']['Permission'][];
      filter?: components['schemas']['Filter'];
      /** @description Column, or `key=value` of a tag → how its values are shown. */
      masks?: {
        [key: string]: 'hash' | 'null' | 'redact' | 'partial' | 'year';
      };
    };
    Grant: {
      id: string;
      principal: string;
      resource: string | null;
      expression: Record<string, unknown> | null;
      permissions: components['schemas']['Permission'][];
      filter: components['schemas']['Filter'] | null;
      masks: Record<string, unknown>;
      created_by: string;
      created_at: components['schemas']['Time'];
    };
    GrantList: {
      items: components['schemas']['Grant'][];
      next_cursor: string | null;
    };
    Access: {
      /**
       * @description `open`: everybody who may use this server may see everything.
       * @enum {string}
       */
      mode: 'open' | 'grants';
      user: string;
      admin: boolean;
      permissions: components['schemas']['Permission'][];
      /** @description Those that the caller may select. */
      columns: string[];
      /** @description How many columns are hidden; shown to who may grant, else 0. */
      hidden: number;
      /** @description The row filter in force. */
      rows: string | null;
      masks: Record<string, unknown>;
      /** @description For who may grant; others see their own. */
      grants: components['schemas']['Grant'][];
    };
    Use: {
      run_id: string;
      run_name?: string;
      version: number;
      columns: string[];
      who: string;
      time: components['schemas']['Time'];
    };
    UseList: {
      items: components['schemas']['Use'][];
    };
    NotesPatch: {
      /** @description `database`, `database.table`, `database.table.column`, or an id. */
      resource: string;
      description?: string | null;
      owner?: string | null;
      terms?: string[];
      /** @description Merged; null takes one away. */
      attributes?: Record<string, unknown>;
    };
    Notes: {
      resource: string;
      description: string | null;
      owner: string | null;
      terms: string[];
      attributes: Record<string, unknown>;
    };
    TagKeyRequest: {
      key: string;
      values: string[];
      description?: string | null;
    };
    TagKey: {
      key: string;
      values: string[];
      description: string | null;
      /** @description How many resources have it. */
      used: number;
    };
    TagKeyList: {
      items: components['schemas']['TagKey'][];
    };
    AssignRequest: {
      resource: string;
      tags: {
        [key: string]: string | null;
      };
    };
    Assignment: {
      resource: string;
      tags: components['schemas']['Tags'];
    };
    TermRequest: {
      name: string;
      definition: string;
      parent?: string | null;
    };
    Term: {
      name: string;
      definition: string;
      parent: string | null;
      used: number;
    };
    TermList: {
      items: components['schemas']['Term'][];
    };
    Classifier: {
      name: string;
      /** @enum {string} */
      kind: 'grok' | 'csv' | 'json';
      /** @description grok: `pattern`, `classification`, `custom_patterns`, `multiline`; csv: `delimiter`, `quote`, `header` (present, absent or unknown), `columns`, `single_column`; json: `path`. */
      definition: Record<string, unknown>;
    };
    ClassifierList: {
      items: components['schemas']['Classifier'][];
    };
    CatalogHit: {
      /** @enum {string} */
      kind: 'table' | 'column' | 'database' | 'feature_view' | 'feature';
      /** @description The table's, the database's, or the feature view's. */
      id: string;
      name: string;
      /** @description `database.table`, `database.table.column`, `project/view` or `project/view.feature`. */
      path: string;
      score: number;
      /** @description Where it matched; what matched stands between `⟦` and `⟧`. */
      snippet: string;
      format?: string;
      source?: string;
      tags?: components['schemas']['Tags'];
      /** @description Columns of the table, or features of the view, that matched. */
      columns?: string[];
      state?: string;
    };
    CatalogSearch: {
      total: number;
      hits: components['schemas']['CatalogHit'][];
      /** @description kind (where there are several), source, format, database, tag, owner, freshness, quality: values with counts. */
      facets: {
        [key: string]: {
          [key: string]: number;
        };
      };
      next_cursor: string | null;
      /** @description What was searched for in place of words that nothing has. */
      corrected?: string;
      /** @description Whether there are more matches than `total` and the facets count. */
      approximate?: boolean;
    };
    Audit: {
      id: number;
      time: components['schemas']['Time'];
      who: string;
      action: string;
      resource: string;
      allowed: boolean;
      /** @description http, terminal, python or job. */
      door: string;
      before?: unknown;
      after?: unknown;
    };
    AuditList: {
      items: components['schemas']['Audit'][];
      next_cursor: string | null;
    };
    GlueRequest: {
      /** @enum {string} */
      direction: 'export' | 'import';
      /** @description All by default. */
      databases?: string[];
      /** @description Import: the source's name here; `glue` by default. */
      source?: string;
      region?: string;
      endpoint_url?: string;
      catalog_id?: string;
      secret?: string;
      /** @description Export: put before the databases' names. */
      prefix?: string;
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
    FeatureEventData: {
      /** @enum {string} */
      what: 'views' | 'training_set' | 'materialization' | 'statistics';
      ids: string[];
    };
    FeatureField: {
      name: string;
      /** @description As Feast names it: `DOUBLE`, `INT64_LIST`, … */
      type: string;
      description: string;
      tags: {
        [key: string]: string;
      };
    };
    FeatureEntity: {
      name: string;
      /** @description The column that tells one from another. */
      join_key: string;
      type: string;
      description: string;
      tags: {
        [key: string]: string;
      };
    };
    FeatureSource: {
      name: string;
      /** @description Feast's class: `FileSource`, `PushSource`, … */
      kind: string;
      /** @description A path, a table or a query. */
      place: string;
      /** @description The column of the event's time. */
      timestamp: string;
      /** @description The column of the time at which a row was written; empty where there is none. */
      created: string;
      /** @description Columns that have another name as features. */
      mapping: {
        [key: string]: string;
      };
    };
    FeatureServiceDefinition: {
      name: string;
      /** @description `view:feature` each. */
      features: string[];
      description: string;
      owner: string;
      tags: {
        [key: string]: string;
      };
      /** @description Views that it takes under other names, or by other join keys: such a service is not asked for here. */
      altered?: string[];
    };
    FeatureProject: {
      id: string;
      name: string;
      /** @description Its folder, relative to the server's root where it is below that. */
      repository: string;
      entities: components['schemas']['FeatureEntity'][];
      services: components['schemas']['FeatureServiceDefinition'][];
      /** @description How many are in force. */
      views: number;
      /** @description The schedule that materializes it, where there is one. */
      schedule: null | {
        id: string;
        words: string;
        next_fire: components['schemas']['Time'] | null;
      };
      /** @description Whether a crawl that finds new data in a source materializes it, too. */
      on_new_data: boolean;
      applied_by: string;
      applied_at: components['schemas']['Time'];
    };
    FeatureProjectList: {
      items: components['schemas']['FeatureProject'][];
      next_cursor: string | null;
    };
    FeatureApplyRequest: {
      /** @description A folder with `feature_store.yaml`, relative to the server's root; by default that of the setting `feast_repo`, or the root itself. */
      repository?: string;
      /** @description Say what would change, and what was made from it. */
      dry_run?: boolean;
    };
    FeatureFreshness: {
      /** @description The end of the last materialization; null where there is none. */
      online_until: components['schemas']['Time'] | null;
      /** @description Seconds from then to now. */
      lag_s: number | null;
      /**
       * @description late: a firing of the schedule was missed; expired: older than the time to live; offline: not served.
       * @enum {string}
       */
      state: 'fresh' | 'late' | 'expired' | 'never' | 'offline';
      words: string;
    };
    FeatureView: {
      id: string;
      project: string;
      /** @enum {string} */
      state: 'active' | 'removed';
      version: number;
      /** @description How many versions it has. */
      versions: number;
      name: string;
      /** @enum {string} */
      kind: 'batch' | 'stream' | 'on_demand';
      entities: string[];
      join_keys: string[];
      features: components['schemas']['FeatureField'][];
      /** @description Seconds after which a value counts no longer; null for never. */
      ttl_s: number | null;
      source: components['schemas']['FeatureSource'] | null;
      /** @description The catalog's table that the source is, where it was crawled. */
      table: null | {
        id: string;
        path: string;
      };
      online: boolean;
      /** @description The text of the function that computes it. */
      transformation: string | null;
      /** @description Views and request sources that it is computed from. */
      uses: string[];
      /** @description What its request sources ask for: values that come with whoever asks. */
      request?: components['schemas']['FeatureField'][];
      description: string;
      owner: string;
      tags: {
        [key: string]: string;
      };
      digest: string;
      freshness: components['schemas']['FeatureFreshness'];
      updated_at: components['schemas']['Time'];
    };
    FeatureViewList: {
      items: components['schemas']['FeatureView'][];
      next_cursor: string | null;
    };
    FeatureDifference: {
      added: string[];
      removed: string[];
      retyped: string[];
      /** @description What is different, in sentences. */
      words: string[];
    };
    FeatureVersion: {
      number: number;
      digest: string;
      /** @description The view as it was defined. */
      definition: Record<string, unknown>;
      /** @description From the version before; null of the first. */
      difference: components['schemas']['FeatureDifference'] | null;
      created_by: string;
      created_at: components['schemas']['Time'];
    };
    FeatureVersionList: {
      items: components['schemas']['FeatureVersion'][];
      next_cursor: string | null;
    };
    Materialization: {
      id: string;
      /** @description `name@v2`. */
      view: string;
      /**
       * @description SKIPPED: the source had nothing new.
       * @enum {string}
       */
      state: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'SKIPPED';
      since: components['schemas']['Time'];
      until: components['schemas']['Time'];
      run_id: string | null;
      error: components['schemas']['Error'] | null;
      started_at: components['schemas']['Time'];
      ended_at: components['schemas']['Time'] | null;
    };
    MaterializationList: {
      items: components['schemas']['Materialization'][];
      next_cursor: string | null;
    };
    FeatureUse: {
      /** @enum {string} */
      kind:
        | 'source'
        | 'table'
        | 'view'
        | 'service'
        | 'training_set'
        | 'run'
        | 'model';
      id: string;
      name: string;
      /** @description The version of the view that it was made from; null where it has what is in force. */
      version: number | null;
      at: components['schemas']['Time'] | null;
    };
    FeatureUses: {
      /** @description What it is made of. */
      from: components['schemas']['FeatureUse'][];
      /** @description What is made from it, newest first. */
      to: components['schemas']['FeatureUse'][];
      /** @description What could not be looked at, so that there may be more. */
      problems?: string[];
    };
    FeatureDrift: {
      feature: string;
      /**
       * @description psi: population stability index over the baseline's deciles or values.
       * @enum {string}
       */
      test: 'psi' | 'missing';
      statistic: number | null;
      threshold: number;
      drifted: boolean;
    };
    FeatureParity: {
      /** @description Entities that were read from both stores. */
      checked: number;
      equal: number;
      unequal: number;
      /** @description The first that differ. */
      examples: {
        entity: Record<string, unknown>;
        feature: string;
        offline: unknown;
        online: unknown;
      }[];
    };
    FeatureStatistics: {
      version: number;
      rows: number;
      /** @description Different keys. */
      entities: number;
      first: components['schemas']['Time'] | null;
      last: components['schemas']['Time'] | null;
      columns: components['schemas']['ColumnProfile'][];
      /** @description The newest training set of the view, which its drift is measured from. */
      baseline: null | {
        id: string;
        name: string;
        version: number;
      };
      drift: components['schemas']['FeatureDrift'][];
      /** @description Null where it is not served. */
      parity: components['schemas']['FeatureParity'] | null;
      created_at: components['schemas']['Time'];
      seconds: number;
    };
    FeatureStatisticsState: {
      statistics: components['schemas']['FeatureStatistics'] | null;
      freshness: components['schemas']['FeatureFreshness'];
      /** @description The run that computes them, where there is one. */
      run: null | {
        id: string;
        state: components['schemas']['RunState'];
      };
    };
    MaterializeRequest: {
      /** @description All that are served by default. */
      views?: string[];
      project?: string;
      since?: components['schemas']['Time'];
      until?: components['schemas']['Time'];
      /** @description Leave out views whose source is as it was. */
      only_new?: boolean;
      /** @description All that the time to live leaves, with rows that came late, not only what is dated after the last end. */
      anew?: boolean;
    };
    MaterializeScheduleRequest: {
      cron: string;
      timezone?: string;
      project?: string;
      /** @description Leave out views whose source is as it was. */
      only_new?: boolean;
      /** @description Materialize too when a crawl finds new data in a source; as it was by default. */
      on_new_data?: boolean;
    };
    OnlineRequest: {
      /** @description `view:feature` each, views, or one service. */
      features: string[];
      /** @description Join keys with values, and what on-demand views ask for. */
      entities: Record<string, unknown>[];
      project?: string;
    };
    OnlineFeatures: {
      columns: string[];
      rows: unknown[][];
      /** @description Of the reading itself. */
      milliseconds: number;
    };
    LabelsRequest: {
      labels: components['schemas']['LabelsReference'];
    };
    /** @description A CSV or Parquet file relative to the server's root, a table of the catalog as `database.table`, or one SELECT of DuckDB's over such files and tables. */
    LabelsReference: string;
    Labels: {
      columns: {
        name: string;
        type: string;
        /**
         * @description key: a join key of an applied view.
         * @enum {string}
         */
        role: 'time' | 'key' | 'value';
      }[];
      rows: number;
    };
    TrainingSetRequest: {
      labels: components['schemas']['LabelsReference'];
      /** @description `view:feature` each, views, or one service. */
      features: string[];
      project?: string;
      name?: string;
      /** @description The labels' column that is to be predicted. */
      target?: string;
      /** @description Leave out values that were written down after the label's time. */
      known_only?: boolean;
    };
    LeakageFinding: {
      /** @description `view:feature`, or a view. */
      feature: string;
      /** @description known_later, near_target, constant, missing, expired. */
      kind: string;
      rows: number;
      message: string;
    };
    TrainingSet: {
      id: string;
      /** @description The one that it was asked for by last. */
      name: string | null;
      /** @description Those from before, which lead to it too. */
      names?: string[];
      project: string;
      digest: string;
      rows: number;
      features: string[];
      target: string | null;
      known_only: boolean;
      /** @description The digest of the labels. */
      labels: string;
      sources?: Record<string, unknown>;
      /** @description By `view@v2`: how many labels matched, found only what had expired, found nothing. */
      views: Record<string, unknown>;
      leakage: components['schemas']['LeakageFinding'][];
      path: string;
      /** @description Whether it was there already. */
      cached: boolean;
      /** @description The run that it was made in. */
      run_id: string | null;
      created_at: components['schemas']['Time'];
      owner: string;
    };
    TrainingSetList: {
      items: components['schemas']['TrainingSet'][];
      next_cursor: string | null;
    };
    TrainingSetPreview: {
      columns: {
        name: string;
        type: string;
      }[];
      /** @description The first of them. */
      rows: unknown[][];
      /** @description How many labels there are. */
      labels: number;
      /** @description Of how many features were looked up here. */
      looked_at: number;
      views: Record<string, unknown>;
      leakage: components['schemas']['LeakageFinding'][];
      /** @description Code that makes it in a notebook. */
      snippet: string;
    };
    TrainingSetRows: {
      columns: {
        name: string;
        type: string;
      }[];
      /** @description Values as JSON holds them, as in `Preview`. */
      rows: unknown[][];
      truncated: boolean;
    };
    /** @description A number; NaN and infinities as text, since JSON has none. */
    MetricValue: number | ('NaN' | 'Infinity' | '-Infinity');
    Experiment: {
      id: string;
      name: string;
      /** @description How many; null where the store can not count them. */
      runs: number | null;
      tags: {
        [key: string]: string;
      };
      created_at: components['schemas']['Time'] | null;
      updated_at: components['schemas']['Time'] | null;
    };
    ExperimentList: {
      items: components['schemas']['Experiment'][];
      next_cursor: string | null;
    };
    RunColumn: {
      /** @description As searches and filters name it: metrics.auc, params.lr, tags.team. */
      column: string;
      /** @enum {string} */
      kind: 'metric' | 'param' | 'tag';
      name: string;
      /** @description How many runs have it, where the store can count. */
      runs: number | null;
      /** @description Whether all its values read as numbers, as far as was looked. */
      numeric: boolean;
    };
    RunColumnList: {
      items: components['schemas']['RunColumn'][];
      next_cursor: string | null;
      total: number | null;
    };
    RunOrder: {
      /** @description A column, or start_time, end_time, run_name, status, duration. */
      column: string;
      descending?: boolean;
    };
    ModelRunSearchRequest: {
      /** @description Ids; all experiments where it is empty. */
      experiments: string[];
      /** @description In MLflow’s language: metrics.auc > 0.7 and params.lr = '0.1'. */
      filter?: string;
      /** @description Words that the name, the id, the notebook or the user contains. */
      words?: string;
      order_by?: components['schemas']['RunOrder'][];
      /** @description Which values to answer with. */
      columns?: string[];
      /** @description Those that were deleted, in place of the others. */
      deleted?: boolean;
      limit?: number;
      cursor?: string;
    };
    ModelRun: {
      id: string;
      experiment_id: string;
      name: string;
      /** @enum {string} */
      state: 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';
      started_at: components['schemas']['Time'] | null;
      ended_at: components['schemas']['Time'] | null;
      user: string | null;
      /** @description The notebook or script. */
      source: string | null;
      /** @description Our run that it was made by, where it was. */
      job_id: string | null;
      /** @description Versions that were registered from it. */
      models: {
        name: string;
        version: number;
      }[];
      /** @description By column, those that it has. */
      values: {
        [key: string]: components['schemas']['MetricValue'] | string;
      };
    };
    ModelRunPage: {
      items: components['schemas']['ModelRun'][];
      next_cursor: string | null;
      /** @description All that match; null where the store can not count them. */
      total: number | null;
    };
    LastMetric: {
      name: string;
      value: components['schemas']['MetricValue'];
      step: number;
      at: components['schemas']['Time'] | null;
    };
    RunInput: {
      name: string;
      digest: string;
      source: string;
      source_type: string;
      context: string | null;
    };
    ModelRunDetail: {
      run: components['schemas']['ModelRun'];
      experiment: components['schemas']['Experiment'];
      parameters: {
        [key: string]: string;
      };
      metrics: components['schemas']['LastMetric'][];
      tags: {
        [key: string]: string;
      };
      /** @description Data that it says it read. */
      inputs: components['schemas']['RunInput'][];
      artifact_uri: string;
      /** @description Its description, in Markdown. */
      note: string | null;
    };
    Artifact: {
      path: string;
      folder: boolean;
      bytes: number | null;
    };
    ArtifactList: {
      items: components['schemas']['Artifact'][];
    };
    CurveRequest: {
      runs: string[];
      metrics: string[];
      points?: number;
      since?: number;
      until?: number;
      /**
       * @description What since and until are of: steps, or seconds from the start of the run.
       * @enum {string}
       */
      axis?: 'step' | 'time';
    };
    Curve: {
      run_id: string;
      metric: string;
      /** @description Points that were logged. */
      total: number;
      steps: number[];
      /** @description From the start of the run. */
      seconds: number[];
      values: components['schemas']['MetricValue'][];
    };
    CurveList: {
      items: components['schemas']['Curve'][];
      /** @description Runs that are not there any more. */
      missing: string[];
    };
    ModelRunCompareRequest: {
      runs: string[];
      only_different?: boolean;
    };
    ComparedRow: {
      name: string;
      /** @description One for each run, in their order; null where it has none. */
      values: (components['schemas']['MetricValue'] | string | null)[];
      equal: boolean;
    };
    ModelRunComparison: {
      runs: components['schemas']['ModelRun'][];
      /** @description Runs that are not there any more. */
      missing: string[];
      parameters: components['schemas']['ComparedRow'][];
      metrics: components['schemas']['ComparedRow'][];
      tags: components['schemas']['ComparedRow'][];
      /** @description Digests, by the name of the data. */
      data: components['schemas']['ComparedRow'][];
      /** @description Versions of packages, kernel, host, of runs that were jobs. */
      environment: components['schemas']['ComparedRow'][];
    };
    ModelPatch: {
      /** @description Markdown. */
      description?: string;
      /** @description Null takes a tag away. */
      tags?: {
        [key: string]: string | null;
      };
    };
    RegisteredModel: {
      name: string;
      description: string;
      tags: {
        [key: string]: string;
      };
      /** @description The version of each. */
      aliases: {
        [key: string]: number;
      };
      /** @description How many. */
      versions: number;
      latest: number | null;
      /** @description Of the champion’s last evaluation, else of the newest version’s. */
      metrics: {
        [key: string]: components['schemas']['MetricValue'];
      };
      /** @description Aliases that a policy guards, and its name. */
      guarded: {
        [key: string]: string;
      };
      /** @description Names of those that serve it. */
      deployments: string[];
      created_at: components['schemas']['Time'] | null;
      updated_at: components['schemas']['Time'] | null;
    };
    RegisteredModelList: {
      items: components['schemas']['RegisteredModel'][];
      next_cursor: string | null;
    };
    ModelVersionSummary: {
      name: string;
      version: number;
      aliases: string[];
      tags: {
        [key: string]: string;
      };
      run_id: string | null;
      job_id: string | null;
      metrics: {
        [key: string]: components['schemas']['MetricValue'];
      };
      evaluated: boolean;
      /**
       * @description How its last gate ended.
       * @enum {string|null}
       */
      gate: 'passed' | 'refused' | null;
      /** @description READY, or what MLflow says in its place. */
      state: string;
      created_at: components['schemas']['Time'] | null;
      created_by: string | null;
    };
    ModelVersionList: {
      items: components['schemas']['ModelVersionSummary'][];
      next_cursor: string | null;
    };
    SignatureField: {
      name: string | null;
      type: string;
      required: boolean;
      shape: number[] | null;
    };
    Signature: {
      inputs: components['schemas']['SignatureField'][];
      outputs: components['schemas']['SignatureField'][];
      parameters: {
        name: string;
        type: string;
        default: unknown;
      }[];
      /** @description A row that may be sent, by column; null where there is none. */
      example: unknown;
    };
    CheckResult: {
      name: string;
      kind: string;
      passed: boolean;
      /** @description What was found. */
      value: unknown;
      /** @description What was asked for. */
      bound: unknown;
      /** @description One sentence with the figures. */
      message: string;
      seconds?: number;
    };
    GateResult: {
      policy: string;
      number: number;
      digest: string;
      passed: boolean;
      checks: components['schemas']['CheckResult'][];
      promotion_id: string | null;
      run_id: string | null;
      at: components['schemas']['Time'];
    };
    AliasMove: {
      alias: string;
      /** @description The first move of an alias is 1. */
      number: number;
      from: number | null;
      to: number | null;
      by: string;
      at: components['schemas']['Time'];
      why: string;
      promotion_id: string | null;
      /**
       * @description How the gate ended; none where nothing guarded it; null of moves that were not made here.
       * @enum {string|null}
       */
      gate: 'passed' | 'refused' | 'none' | null;
      overridden: boolean;
      /** @description It was found so: another program moved it. */
      outside: boolean;
    };
    AliasMoveList: {
      items: components['schemas']['AliasMove'][];
      next_cursor: string | null;
    };
    Approval: {
      id: string;
      approved: boolean;
      by: string;
      at: components['schemas']['Time'];
      comment: string;
      /** @description Of the model’s files and card as they were seen. */
      digest: string;
      /** @description Whether they still are so. */
      current: boolean;
    };
    ApprovalRequest: {
      approved: boolean;
      comment?: string;
      /** @description Of the files that were looked at; others are a conflict. What is there now where it is not given. */
      digest?: string;
      /** @description The card that was looked at, empty where nobody edited it; another one is a conflict. */
      card?: string;
    };
    ModelOrigin: {
      run_id: string | null;
      experiment_id: string | null;
      job_id: string | null;
      /** @description Its path. */
      notebook: string | null;
      notebook_digest: string | null;
      git_commit: string | null;
      parameters: Record<string, unknown>;
      training_sets: {
        id: string;
        name: string;
      }[];
      /** @description view@v1 each. */
      features: string[];
      environment_digest: string | null;
      replayable: boolean;
      /** @description Why it can not be made again. */
      missing: string[];
    };
    EvaluationSummary: {
      id: string;
      /** @enum {string} */
      kind: 'classifier' | 'regressor' | 'forecaster';
      data: string;
      rows: number;
      metrics: {
        [key: string]: components['schemas']['MetricValue'];
      };
      /** @description The version that it was compared with. */
      champion: number | null;
      /** @description Whether it is better beyond chance; null where that is open. */
      better: boolean | null;
      run_id: string | null;
      mlflow_run_id: string | null;
      by: string;
      at: components['schemas']['Time'];
    };
    ModelVersion: {
      name: string;
      version: number;
      aliases: string[];
      tags: {
        [key: string]: string;
      };
      run_id: string | null;
      job_id: string | null;
      metrics: {
        [key: string]: components['schemas']['MetricValue'];
      };
      evaluated: boolean;
      /**
       * @description How its last gate ended.
       * @enum {string|null}
       */
      gate: 'passed' | 'refused' | null;
      /** @description READY, or what MLflow says in its place. */
      state: string;
      created_at: components['schemas']['Time'] | null;
      created_by: string | null;
      /** @description Markdown; made from the record until somebody edits it. */
      card: string;
      card_edited: boolean;
      flavors: string[];
      size_bytes: number | null;
      /** @description Of its files. */
      digest: string | null;
      signature: components['schemas']['Signature'] | null;
      origin: components['schemas']['ModelOrigin'];
      /** @description Newest first. */
      gates: components['schemas']['GateResult'][];
      /** @description Moves to and from this version, newest first. */
      history: components['schemas']['AliasMove'][];
      approvals: components['schemas']['Approval'][];
      /** @description Newest first. */
      evaluations: components['schemas']['EvaluationSummary'][];
      replays: components['schemas']['Replay'][];
      deployments: string[];
      /** @description What could not be looked at. */
      problems: string[];
    };
    PromotionRequest: {
      /** @description Null takes the alias away. */
      version: number | null;
      alias: string;
      /** @description The version that has it now, as the caller saw; another one is a conflict. What is there now where it is not given. */
      expected?: number | null;
      why?: string;
      /** @description Move it though the gate refuses: administrators only, with a reason. */
      override?: boolean;
    };
    Promotion: {
      id: string;
      model: string;
      version: number | null;
      alias: string;
      from: number | null;
      /** @enum {string} */
      state: 'CHECKING' | 'PROMOTED' | 'REFUSED' | 'CONFLICT' | 'FAILED';
      why: string;
      by: string;
      overridden: boolean;
      policy: null | {
        name: string;
        number: number;
        digest: string;
      };
      checks: components['schemas']['CheckResult'][];
      /** @description The job that runs its gate. */
      run_id: string | null;
      created_at: components['schemas']['Time'];
      ended_at: components['schemas']['Time'] | null;
      error?: components['schemas']['Error'];
    };
    PromotionList: {
      items: components['schemas']['Promotion'][];
      next_cursor: string | null;
    };
    PolicyRequest: {
      /** @description The YAML. */
      text: string;
      /** @description The file that it is from: notebooks are named relative to it. */
      path?: string;
    };
    Policy: {
      name: string;
      number: number;
      digest: string;
      /** @description A name, or a pattern with *. */
      model: string;
      aliases: string[];
      checks: {
        name: string;
        kind: string;
        bound: unknown;
      }[];
      text: string;
      in_force: boolean;
      by: string;
      at: components['schemas']['Time'];
    };
    PolicyList: {
      items: components['schemas']['Policy'][];
      next_cursor: string | null;
    };
    EvaluationRequest: {
      model: string;
      version: number;
      /** @enum {string} */
      kind: 'classifier' | 'regressor' | 'forecaster';
      /** @description A training set’s id or name, database.table, or a Parquet or CSV file. */
      data: string;
      target: string;
      /** @description A condition in SQL on its rows. */
      where?: string;
      /** @description Columns. */
      slices?: string[];
      /** @description A column: rows with the same value are drawn together. */
      cluster?: string;
      /** @description The column of time, of forecasts. */
      time?: string;
      /** @description The alias or version to compare with; champion by default. */
      champion?: string;
      /** @description What counts for the comparison. */
      metric?: string;
      bootstrap?: number;
      seed?: number;
    };
    Interval: {
      value: components['schemas']['MetricValue'];
      low: components['schemas']['MetricValue'] | null;
      high: components['schemas']['MetricValue'] | null;
    };
    SliceResult: {
      column: string;
      value: string;
      rows: number;
      metrics: {
        [key: string]: components['schemas']['Interval'];
      };
    };
    ComparisonResult: {
      model: string;
      version: number;
      metric: string;
      difference: components['schemas']['Interval'];
      p_value: number | null;
      test: string;
      better: boolean | null;
      message: string;
    };
    Evaluation: {
      id: string;
      /** @enum {string} */
      kind: 'classifier' | 'regressor' | 'forecaster';
      data: string;
      rows: number;
      metrics: {
        [key: string]: components['schemas']['MetricValue'];
      };
      /** @description The version that it was compared with. */
      champion: number | null;
      /** @description Whether it is better beyond chance; null where that is open. */
      better: boolean | null;
      run_id: string | null;
      mlflow_run_id: string | null;
      by: string;
      at: components['schemas']['Time'];
      model: string;
      version: number;
      target: string;
      data_digest: string | null;
      confidence: number;
      intervals: {
        [key: string]: components['schemas']['Interval'];
      };
      slices: components['schemas']['SliceResult'][];
      calibration: null | {
        stated: number[];
        observed: number[];
        rows: number[];
        error: number;
      };
      comparison: components['schemas']['ComparisonResult'] | null;
      /** @description Paths of artifacts of its MLflow run. */
      pictures: string[];
      request: Record<string, unknown>;
      /** @description What was left out, or could not be done, and why. */
      notes?: string[];
    };
    ReplayRequest: {
      model: string;
      version: number;
      /** @description Relative, of metrics and weights. */
      tolerance?: number;
    };
    Replay: {
      id: string;
      model: string;
      version: number;
      /** @enum {string} */
      state: 'RUNNING' | 'EQUAL' | 'WITHIN' | 'DIFFERENT' | 'FAILED';
      /** @description One sentence. */
      message: string;
      tolerance: number;
      /** @description The first that differs. */
      cell: null | {
        number: number;
        source: string;
        why: string;
      };
      metrics: {
        name: string;
        before: components['schemas']['MetricValue'];
        after: components['schemas']['MetricValue'];
      }[];
      /** @description Of the model. */
      files: {
        path: string;
        equal: boolean;
      }[];
      /** @description The job. */
      run_id: string | null;
      by: string;
      at: components['schemas']['Time'];
      ended_at: components['schemas']['Time'] | null;
      error?: components['schemas']['Error'];
    };
    RouteShare: {
      version: number;
      /** @description Part of the requests; all of them together are 1. */
      share: number;
      /** @description It is sent a copy of each request, and answers nobody; its share is 0. */
      shadow?: boolean;
    };
    DeploymentOptions: {
      /** @description Of local ones; a free one where it is 0. */
      port?: number;
      /** @description Processes a version. */
      workers?: number;
      /** @description Part of the requests that are logged. */
      log_share?: number;
      /** @description Columns whose values are not logged. */
      mask?: string[];
      /** @description Where a container’s build context is written. */
      folder?: string;
      region?: string;
      /** @description SageMaker’s execution role. */
      role?: string;
      /** @description SageMaker’s container image. */
      image?: string;
      /** @description Where SageMaker reads the model: s3://bucket/prefix. */
      bucket?: string;
      instance_type?: string;
      instance_count?: number;
      /** @description Of AWS, where it is another. */
      endpoint_url?: string;
      /** @description Of a Ray cluster. */
      address?: string;
    };
    DeploymentRequest: {
      name: string;
      /** @enum {string} */
      target?: 'local' | 'ray' | 'sagemaker' | 'container';
      model: string;
      version?: number | null;
      /** @description The version that has it now, where none is given; champion by default. */
      alias?: string;
      options?: components['schemas']['DeploymentOptions'];
      why?: string;
    };
    DeploymentPatch: {
      /** @description All that is served from now on. */
      routes?: components['schemas']['RouteShare'][];
      /** @description Stop or start it. */
      running?: boolean;
      /** @description The revision that the caller saw; another one is a conflict. */
      expected?: number;
      why?: string;
    };
    RollbackRequest: {
      /** @description A revision; the one before by default. */
      to?: number;
      why?: string;
    };
    ServedVersion: {
      version: number;
      /** @enum {string} */
      state: 'STARTING' | 'READY' | 'CRASHED' | 'STOPPED' | 'STANDBY';
      share: number;
      shadow: boolean;
      restarts: number;
      next_try_at: components['schemas']['Time'] | null;
      since: components['schemas']['Time'] | null;
      pid: number | null;
      requests: number;
      errors: number;
      p50_ms: number | null;
      p95_ms: number | null;
      /** @description Why it does not serve. */
      message: string;
    };
    DeploymentRevision: {
      number: number;
      routes: components['schemas']['RouteShare'][];
      by: string;
      at: components['schemas']['Time'];
      why: string;
    };
    Deployment: {
      name: string;
      target: string;
      model: string;
      /** @enum {string} */
      state:
        | 'STARTING'
        | 'READY'
        | 'DEGRADED'
        | 'FAILED'
        | 'STOPPED'
        | 'UPDATING'
        | 'REMOVING';
      /** @description What is wrong, or what it waits for; empty where nothing is. */
      message: string;
      /** @description Where it answers. */
      address: string | null;
      revision: number;
      routes: components['schemas']['RouteShare'][];
      versions: components['schemas']['ServedVersion'][];
      /** @description Newest first. */
      revisions: components['schemas']['DeploymentRevision'][];
      signature: components['schemas']['Signature'] | null;
      options: components['schemas']['DeploymentOptions'];
      owner: string;
      created_at: components['schemas']['Time'];
      updated_at: components['schemas']['Time'];
    };
    DeploymentList: {
      items: components['schemas']['Deployment'][];
      next_cursor: string | null;
    };
    DeploymentToken: {
      address: string;
      token: string | null;
      /** @description A command that calls it. */
      curl: string;
      /** @description Code that calls it. */
      python: string;
    };
    ScoreRequest: {
      /** @description Rows, by column. */
      inputs: Record<string, unknown>[];
      parameters?: Record<string, unknown>;
      /** @description A version, in place of chance. */
      version?: number;
    };
    Scored: {
      predictions: unknown[];
      version: number;
      milliseconds: number;
    };
    ScoredCall: {
      id: string;
      at: components['schemas']['Time'];
      version: number;
      status: number;
      milliseconds: number;
      rows: number;
      /** @description Masked, and the first ones only. */
      inputs: Record<string, unknown>[];
      predictions: unknown[];
      /** @description What shadows answered. */
      shadow: {
        version: number;
        status: number;
        predictions: unknown[];
      }[];
    };
    ScoredCallList: {
      items: components['schemas']['ScoredCall'][];
      next_cursor: string | null;
    };
    ModelEventData: {
      model: string;
      version?: number | null;
      /** @enum {string} */
      what?:
        | 'registered'
        | 'changed'
        | 'alias'
        | 'promotion'
        | 'evaluation'
        | 'approval'
        | 'replay'
        | 'policy';
      /** @description Of the promotion, evaluation or replay. */
      id?: string;
      state?: string;
    };
    DeploymentEventData: {
      name: string;
      model: string;
      state: string;
      removed?: boolean;
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
    /** @description A table's id, or `database.table`. */
    table: string;
    /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
    view: string;
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
  listSources: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The sources. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SourceList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  createSource: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SourceRequest'];
      };
    };
    responses: {
      /** @description The source. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Source'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getSource: {
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
      /** @description The source. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Source'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  deleteSource: {
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
  updateSource: {
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
        'application/json': components['schemas']['SourcePatch'];
      };
    };
    responses: {
      /** @description The source. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Source'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  scheduleCrawl: {
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
        'application/json': components['schemas']['CrawlScheduleRequest'];
      };
    };
    responses: {
      /** @description The schedule; it is one of `/schedules`. */
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
  listCrawls: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
        /** @description Crawls of this source only. */
        source?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of crawls. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CrawlList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  createCrawl: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CrawlRequest'];
      };
    };
    responses: {
      /** @description The run; its crawl is found by the run's id once it has begun. */
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
  getCrawl: {
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
      /** @description The crawl. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Crawl'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  cancelCrawl: {
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
      /** @description The crawl. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Crawl'];
        };
      };
      /** @description It had not begun: its run is cancelled. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Error'];
    };
  };
  listDatabases: {
    parameters: {
      query?: {
        /** @description Of this source only. */
        source?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The databases. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DatabaseList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listTables: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
        /** @description Of this database only, by id or name. */
        database?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of tables, without columns' statistics. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TableList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getTable: {
    parameters: {
      query?: {
        /** @description Its schema at this version. */
        version?: number;
      };
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The table. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Table'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  deleteTable: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
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
  listTableVersions: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The versions. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TableVersionList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listPartitions: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
      };
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of partitions. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PartitionList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  explainTable: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The explanation of the last crawl that changed it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Explanation'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  previewTable: {
    parameters: {
      query?: {
        limit?: number;
        /** @description Names as a JSON list; all by default. */
        columns?: string;
        /** @description An SQL predicate over visible columns, such as `delay > 60`. */
        filter?: string;
        /** @description A column; `-` before it for descending order. */
        sort?: string;
        /** @description Random rows in place of the first ones. */
        sample?: '1';
      };
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The rows; as an Arrow stream where that is what the client accepts. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Preview'];
          'application/vnd.apache.arrow.stream': string;
        };
      };
      default: components['responses']['Error'];
    };
  };
  getProfile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The profile, and the run that makes one now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ProfileState'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  createProfile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The run. */
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
  getQuality: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Rules and results. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Quality'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  setQualityRules: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['QualityRequest'];
      };
    };
    responses: {
      /** @description Rules and results. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Quality'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  checkQuality: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The run. */
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
  listSnippets: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The snippets. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SnippetList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getAccess: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Permissions, filters and masks. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Access'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listUses: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A table's id, or `database.table`. */
        id: components['parameters']['table'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The runs. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UseList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  annotate: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NotesPatch'];
      };
    };
    responses: {
      /** @description What is said of it now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Notes'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listTags: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The keys. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TagKeyList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  defineTag: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TagKeyRequest'];
      };
    };
    responses: {
      /** @description The key. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TagKey'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  deleteTag: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        key: string;
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
  assignTags: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AssignRequest'];
      };
    };
    responses: {
      /** @description The tags that the resource has itself now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Assignment'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listTerms: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The terms. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TermList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  defineTerm: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TermRequest'];
      };
    };
    responses: {
      /** @description The term. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Term'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  deleteTerm: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
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
  listClassifiers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The classifiers. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClassifierList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  defineClassifier: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Classifier'];
      };
    };
    responses: {
      /** @description The classifier. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Classifier'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  deleteClassifier: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
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
  searchCatalog: {
    parameters: {
      query?: {
        /** @description Words, and `tag:pii=yes`, `type:timestamp`, `owner:me`, `source:`, `format:`, `database:`, `term:`, `quality:`, `fresh:7d`, `kind:feature_view`. */
        q?: string;
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of hits. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CatalogSearch'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listGrants: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The grants. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GrantList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  createGrant: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['GrantRequest'];
      };
    };
    responses: {
      /** @description The grant. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Grant'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  deleteGrant: {
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
  listAudit: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
        who?: string;
        resource?: string;
        allowed?: 'true' | 'false';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of the log. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AuditList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  exchangeGlue: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['GlueRequest'];
      };
    };
    responses: {
      /** @description The run. */
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
  listFeatureProjects: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The projects. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FeatureProjectList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  applyFeatures: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['FeatureApplyRequest'];
      };
    };
    responses: {
      /** @description The run; its record `features` is what changed. */
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
  listFeatureViews: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
        /** @description Views of this project only. */
        project?: string;
        /** @description Words that the view's name, a feature, a description or a tag contains. */
        q?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of views. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FeatureViewList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getFeatureView: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The view. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FeatureView'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listFeatureVersions: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The versions. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FeatureVersionList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listMaterializations: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
      };
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The materializations. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MaterializationList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listFeatureUses: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Its lineage, one step each way, with the version that each was made from. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FeatureUses'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getFeatureStatistics: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was computed last, and the run that computes it now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FeatureStatisticsState'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  computeFeatureStatistics: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A view's id, its name, or `project~name`; `@v2` after it for a version. */
        id: components['parameters']['view'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The run. */
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
  materializeFeatures: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['MaterializeRequest'];
      };
    };
    responses: {
      /** @description The run. */
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
  scheduleMaterialization: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['MaterializeScheduleRequest'];
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
  readOnlineFeatures: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['OnlineRequest'];
      };
    };
    responses: {
      /** @description A value of each feature for each entity. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OnlineFeatures'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listTrainingSets: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
        /** @description Those with features of this view only: its name, or `project/name`. */
        view?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of training sets. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TrainingSetList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  createTrainingSet: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TrainingSetRequest'];
      };
    };
    responses: {
      /** @description The run; its record `training_set` names what it made. */
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
  previewTrainingSet: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TrainingSetRequest'];
      };
    };
    responses: {
      /** @description What it would be like. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TrainingSetPreview'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  inspectLabels: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['LabelsRequest'];
      };
    };
    responses: {
      /** @description The columns. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Labels'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getTrainingSet: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its id, or its name for the newest of that name. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The record. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TrainingSet'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listTrainingSetRows: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
      };
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The rows. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TrainingSetRows'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listExperiments: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
        /** @description Words that the name contains. */
        q?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of experiments. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ExperimentList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getExperiment: {
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
      /** @description The experiment. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Experiment'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listRunColumns: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
        /** @description Part of the name. */
        q?: string;
        /** @description metric, param or tag. */
        kind?: string;
      };
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of columns, those that most runs have first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunColumnList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  searchModelRuns: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ModelRunSearchRequest'];
      };
    };
    responses: {
      /** @description A page of runs. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelRunPage'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  readCurves: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CurveRequest'];
      };
    };
    responses: {
      /** @description A curve for each run and metric that has one. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CurveList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  compareModelRuns: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ModelRunCompareRequest'];
      };
    };
    responses: {
      /** @description The comparison. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelRunComparison'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getModelRun: {
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
          'application/json': components['schemas']['ModelRunDetail'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listModelRunArtifacts: {
    parameters: {
      query?: {
        /** @description A folder; the root by default. */
        path?: string;
      };
      header?: never;
      path: {
        id: components['parameters']['id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A folder of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ArtifactList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getModelRunArtifact: {
    parameters: {
      query?: {
        /** @description Answer as an attachment. */
        download?: boolean;
      };
      header?: never;
      path: {
        id: components['parameters']['id'];
        /** @description A path below the root of its artifacts. */
        path: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file. What a browser could execute comes sandboxed. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          '*/*': unknown;
        };
      };
      default: components['responses']['Error'];
    };
  };
  listRegisteredModels: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
        /** @description Words that the name, a description or a tag contains. */
        q?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of models. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RegisteredModelList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getRegisteredModel: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RegisteredModel'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  updateRegisteredModel: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ModelPatch'];
      };
    };
    responses: {
      /** @description The model, changed. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RegisteredModel'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listModelVersions: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
      };
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of versions. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelVersionList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getModelVersion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
        /** @description The number of the version. */
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The version. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelVersion'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  updateModelVersion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
        /** @description The number of the version. */
        version: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ModelPatch'];
      };
    };
    responses: {
      /** @description The version, changed. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelVersion'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  approveModelVersion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
        /** @description The number of the version. */
        version: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ApprovalRequest'];
      };
    };
    responses: {
      /** @description What was said, bound to the digest of what was seen. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Approval'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listAliasMoves: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
      };
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of moves. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AliasMoveList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listPromotions: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
      };
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of promotions. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PromotionList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  promoteModelVersion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PromotionRequest'];
      };
    };
    responses: {
      /** @description The promotion, done where nothing guards the alias. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Promotion'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getPromotion: {
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
      /** @description The promotion. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Promotion'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listPolicies: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The newest version of each. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PolicyList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  applyPolicy: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PolicyRequest'];
      };
    };
    responses: {
      /** @description The policy. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Policy'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getPolicy: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Its versions, newest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PolicyList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  removePolicy: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is no longer in force. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Error'];
    };
  };
  evaluateModelVersion: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['EvaluationRequest'];
      };
    };
    responses: {
      /** @description The run. */
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
  getEvaluation: {
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
      /** @description The evaluation. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Evaluation'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  replayModelVersion: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ReplayRequest'];
      };
    };
    responses: {
      /** @description The run. */
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
  getReplay: {
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
      /** @description The replay. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Replay'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listDeployments: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All of them, by name. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeploymentList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  createDeployment: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DeploymentRequest'];
      };
    };
    responses: {
      /** @description The deployment, before it serves. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Deployment'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getDeployment: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The deployment. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Deployment'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  removeDeployment: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Error'];
    };
  };
  updateDeployment: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DeploymentPatch'];
      };
    };
    responses: {
      /** @description The deployment, changed. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Deployment'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  rollbackDeployment: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RollbackRequest'];
      };
    };
    responses: {
      /** @description The deployment, rolled back. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Deployment'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  showDeploymentToken: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How it is called. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeploymentToken'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  tryDeployment: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ScoreRequest'];
      };
    };
    responses: {
      /** @description What the model answered. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Scored'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  listScoredRequests: {
    parameters: {
      query?: {
        limit?: components['parameters']['limit'];
        cursor?: components['parameters']['cursor'];
      };
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ScoredCallList'];
        };
      };
      default: components['responses']['Error'];
    };
  };
  getDeploymentLog: {
    parameters: {
      query?: {
        /** @description A version; the router by default. */
        version?: number;
      };
      header?: never;
      path: {
        /** @description Its name. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The end of it, as text. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
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
